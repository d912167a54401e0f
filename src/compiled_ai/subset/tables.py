"""What the Python subset of compiled code consists of: nodes, imports, builtins, attributes, exceptions.

Everything is listed by hand rather than taken from ``dir()``: the subset must not grow with a newer Python.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType

MODULES_PACKAGE = "compiled_ai.modules"
"""The package of ours that compiled code may import from, with its submodules."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MATH = """acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc
    exp exp2 expm1 fabs factorial floor fmod frexp fsum gamma gcd hypot inf isclose isfinite
    isinf isnan isqrt lcm ldexp lgamma log log10 log1p log2 modf nan nextafter perm pi pow prod
    radians remainder sin sinh sqrt tan tanh tau trunc ulp"""
_TYPING = """AbstractSet Annotated Any Callable ClassVar Collection Container Dict Final FrozenSet Hashable
    Iterable Iterator List Literal Mapping Match MutableMapping MutableSequence MutableSet NamedTuple
    Never NoReturn NotRequired Optional Pattern Required Sequence Set Sized SupportsFloat
    SupportsInt Tuple TypeAlias TypedDict Union cast"""

_IMPORTS: dict[str, str] = {
    "__future__": "annotations",
    "bisect": "bisect bisect_left bisect_right",
    "collections": "ChainMap Counter OrderedDict defaultdict deque",
    "collections.abc": """Callable Collection Container Hashable ItemsView Iterable Iterator KeysView Mapping
    MutableMapping MutableSequence MutableSet Sequence Set Sized ValuesView""",
    "datetime": "MAXYEAR MINYEAR UTC date datetime time timedelta timezone",
    "decimal": """Decimal DecimalException DivisionByZero InvalidOperation Overflow ROUND_05UP ROUND_CEILING
    ROUND_DOWN ROUND_FLOOR ROUND_HALF_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP""",
    "difflib": "SequenceMatcher get_close_matches",
    "fractions": "Fraction",
    "functools": "cmp_to_key partial reduce",
    "itertools": """accumulate chain combinations combinations_with_replacement compress count dropwhile filterfalse
    groupby islice pairwise permutations product repeat starmap takewhile zip_longest""",
    "json": "JSONDecodeError dumps loads",
    "math": _MATH,
    "re": """A ASCII DOTALL I IGNORECASE M MULTILINE Match NOFLAG Pattern RegexFlag S U UNICODE VERBOSE X
    compile error escape findall finditer fullmatch match search split sub subn""",
    "statistics": """StatisticsError fmean geometric_mean harmonic_mean mean median median_high median_low mode
    multimode pstdev pvariance quantiles stdev variance""",
    "string": """ascii_letters ascii_lowercase ascii_uppercase capwords digits hexdigits octdigits printable
    punctuation whitespace""",
    "textwrap": "dedent fill indent shorten wrap",
    "typing": _TYPING,
    "unicodedata": "category combining decimal digit east_asian_width is_normalized name normalize numeric",
}

ALLOWED_IMPORTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {module: tuple(names.split()) for module, names in _IMPORTS.items()}
)
"""Names that compiled code may use, by standard module. Our own modules come on top: see `allowed_imports`."""

ALLOWED_BUILTINS = _words("""None True False abs all any bin bool chr dict divmod enumerate filter float format frozenset hex
    int isinstance iter len list map max min next oct ord pow range repr reversed round set
    slice sorted str sum tuple zip""")

ALLOWED_EXCEPTIONS = _words("""ArithmeticError DecimalException DivisionByZero IndexError InvalidOperation JSONDecodeError
    KeyError LookupError Overflow OverflowError StatisticsError StopIteration TypeError
    UnicodeDecodeError UnicodeEncodeError UnicodeError ValueError ZeroDivisionError error""")
"""Exceptions that a handler may name. None of them is a base of `Abstain`."""

BUILTIN_EXCEPTIONS = ALLOWED_EXCEPTIONS - frozenset(
    (
        "DecimalException",
        "DivisionByZero",
        "InvalidOperation",
        "JSONDecodeError",
        "Overflow",
        "StatisticsError",
        "error",
    )
)

RESERVED_NAMES = ALLOWED_BUILTINS | _words("""aiter anext ascii breakpoint bytearray bytes callable classmethod compile complex copyright
    credits delattr dir eval exec exit getattr globals hasattr hash help id input issubclass
    license locals memoryview object open print property quit setattr staticmethod super type
    vars Ellipsis NotImplemented ArithmeticError AssertionError AttributeError BaseException
    BaseExceptionGroup BufferError EOFError EnvironmentError Exception ExceptionGroup
    FloatingPointError GeneratorExit IOError ImportError IndexError KeyError KeyboardInterrupt
    LookupError MemoryError ModuleNotFoundError NameError NotImplementedError OSError
    OverflowError PermissionError RecursionError ReferenceError RuntimeError StopAsyncIteration
    StopIteration SyntaxError SystemError SystemExit TimeoutError TypeError UnboundLocalError
    UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError ValueError Warning
    ZeroDivisionError""")
"""Builtin names. They may not be bound: then a loaded one is always the builtin itself, and the check needs no scopes."""

_ATTRIBUTES: dict[str, str] = {
    "str": """capitalize casefold center count encode endswith expandtabs find index isalnum isalpha isascii
    isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join
    ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust
    rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper
    zfill""",
    "bytes": "decode",
    "list": "append clear copy count extend index insert pop remove reverse sort",
    "dict": "clear copy fromkeys get items keys pop popitem setdefault update values",
    "set": """add copy difference difference_update discard intersection intersection_update isdisjoint
    issubset issuperset pop remove symmetric_difference symmetric_difference_update union update""",
    "int": "as_integer_ratio bit_count bit_length denominator numerator",
    "float": "is_integer",
    "re.Pattern": "findall finditer flags fullmatch groupindex groups match pattern search split sub subn",
    "re.Match": "end endpos expand group groupdict groups lastgroup lastindex pos re span start string",
    "decimal.Decimal": """adjusted as_integer_ratio as_tuple compare copy_abs copy_negate copy_sign is_finite is_infinite
    is_nan is_signed is_zero ln log10 max min normalize quantize remainder_near same_quantum
    scaleb sqrt to_eng_string to_integral_exact to_integral_value""",
    "decimal.DecimalTuple": "digits exponent sign",
    "fractions.Fraction": "limit_denominator",
    "datetime.date": """day fromisocalendar fromisoformat fromordinal isocalendar isoformat isoweekday max min month
    replace resolution strftime toordinal weekday year""",
    "datetime.datetime": """combine date dst fold hour microsecond minute second strptime time timetz tzinfo utcoffset""",
    "datetime.timedelta": "days microseconds seconds total_seconds",
    "datetime.timezone": "utc",
    "datetime.IsoCalendarDate": "week",
    "collections.Counter": "elements most_common subtract total",
    "collections.deque": "appendleft extendleft maxlen popleft rotate",
    "collections.OrderedDict": "move_to_end",
    "itertools.chain": "from_iterable",
    "difflib.SequenceMatcher": "get_matching_blocks get_opcodes quick_ratio ratio real_quick_ratio",
    "difflib.Match": "size",
}

ATTRIBUTES_BY_TYPE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: tuple(names.split()) for name, names in _ATTRIBUTES.items()}
)

ALLOWED_ATTRIBUTES = frozenset(name for names in ATTRIBUTES_BY_TYPE.values() for name in names)
"""Attributes that may be used on any value. Fields of our dataclasses and of NamedTuples in the text come on top."""

MUTATORS = _words("""add append appendleft clear difference_update discard extend extendleft insert
    intersection_update move_to_end pop popitem popleft remove reverse rotate setdefault sort
    subtract symmetric_difference_update update""")
"""Methods that change the object they are called on."""

INTERPRETED_NAMES = _words("""Annotated Callable Final Iterator Literal NamedTuple NotRequired Optional Required TypeAlias
    TypedDict Union abstain cast""")
"""Names by which the checks know what they read. They may be bound by their own import only."""

CLOCK_HINT = "reads the clock; pass the date or time in as an input field"
LOCAL_ZONE_HINT = "depends on the machine's time zone; compute with UTC or naive values"
FORMAT_HINT = "can reach any attribute from its text; write an f-string"
REFLECTION_HINT = "is reflection; name what you need directly"

DENIED_ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {
        "now": CLOCK_HINT,
        "today": CLOCK_HINT,
        "utcnow": CLOCK_HINT,
        "fromtimestamp": LOCAL_ZONE_HINT,
        "utcfromtimestamp": LOCAL_ZONE_HINT,
        "timestamp": LOCAL_ZONE_HINT,
        "astimezone": LOCAL_ZONE_HINT,
        "timetuple": LOCAL_ZONE_HINT,
        "tzname": LOCAL_ZONE_HINT,
        "ctime": "is not needed; build the text from year, month and day",
        "format": FORMAT_HINT,
        "format_map": FORMAT_HINT,
        "mro": REFLECTION_HINT,
        "with_traceback": REFLECTION_HINT,
        "add_note": REFLECTION_HINT,
        "register": "changes a class for the whole process; choose another name, such as 'register_'",
        "send": "belongs to generators, which compiled code does not write; build and return a list",
        "throw": "belongs to generators, which compiled code does not write; build and return a list",
        "close": "belongs to files and generators, which compiled code does not use; leave it out",
    }
)
"""Attributes refused with a reason of their own, also as a field name of a NamedTuple."""

INTERNAL_PREFIXES = ("_", "ag_", "co_", "cr_", "f_", "gi_", "tb_", "func_", "im_")
"""Beginnings of the interpreter's own attributes on frames, generators, functions and code."""

DENIED_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "print": "writes to the terminal; return the value instead",
        "input": "reads the terminal; take the value from the input data",
        "open": "opens files; take the text from the input data",
        "eval": "runs text as code; parse the value with re, json.loads or Decimal",
        "exec": "runs text as code; write the code itself",
        "compile": "makes code from text; for patterns write re.compile",
        "hash": "differs from process to process; use the value itself as the key",
        "id": "differs from process to process; compare with ==",
        "type": "is reflection; use isinstance(value, str)",
        "getattr": "is reflection; write value.name or mapping['name']",
        "setattr": "is reflection; build a new value",
        "hasattr": "is reflection; use isinstance or 'key in mapping'",
        "Exception": "would swallow an abstention; name the error that you expect, such as ValueError",
        "BaseException": "would swallow an abstention; name the error that you expect, such as ValueError",
    }
)

DENIED_MODULES: Mapping[str, str] = MappingProxyType(
    {
        "random": "is random; the same input must give the same answer",
        "secrets": "is random; the same input must give the same answer",
        "uuid": "is random; the same input must give the same answer",
        "time": "reads the clock; pass the time in as an input field",
        "locale": "differs between machines; write the table of names out",
        "calendar": "follows the machine's locale; write the table of names out",
        "os": "reaches the machine; compiled code only computes",
        "sys": "reaches the machine; compiled code only computes",
        "operator": "is not needed; write a lambda",
        "dataclasses": "is not in the subset; use a NamedTuple class or a plain dict",
        "enum": "is not in the subset; use Literal and string constants",
        "zoneinfo": "reads the machine's time zone files; use datetime.timezone with a fixed offset",
    }
)

SAFE_CODECS = frozenset(("ascii", "latin-1", "utf-8"))
"""Codecs that encode and decode may name. Others are looked up by import."""

DATE_DIRECTIVES = frozenset("YymdHMSfjGVuwUWz%")
"""strftime and strptime directives that mean the same on every machine (no %a %A %b %B %c %p %x %X %Z, no %-d)."""

MODULE_LEVEL_CALLS = _words("""Counter Decimal Fraction OrderedDict bool date datetime dict enumerate escape filter float
    format frozenset int len list map max min pow range re.compile re.escape repr reversed round
    set sorted str sum time timedelta timezone tuple zip""")
"""Calls with which a module constant may be built, besides str methods, own NamedTuples and functions of our modules."""

LAZY_CALLS = frozenset(
    ("map", "zip", "filter", "enumerate", "reversed", "iter", "finditer", "elements", "from_iterable")
)
"""Calls whose result is used up by reading it; as a module constant it would be state."""

_NODES = """Module Interactive Expression FunctionDef ClassDef Return Delete Assign AugAssign AnnAssign For
    While If Match Try Import ImportFrom Expr Pass Break Continue BoolOp NamedExpr BinOp UnaryOp
    Lambda IfExp Dict Set ListComp SetComp DictComp GeneratorExp Compare Call FormattedValue
    JoinedStr Constant Attribute Subscript Starred Name List Tuple Slice Load Store Del And Or
    Add Sub Mult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv Invert Not UAdd USub Eq
    NotEq Lt LtE Gt GtE Is IsNot In NotIn comprehension ExceptHandler arguments arg keyword
    alias match_case MatchValue MatchSingleton MatchSequence MatchMapping MatchClass MatchStar
    MatchAs MatchOr"""

ALLOWED_NODES: frozenset[type[ast.AST]] = frozenset(getattr(ast, name) for name in _NODES.split())

NODE_HINTS: Mapping[str, str] = MappingProxyType(
    {
        "Raise": "'raise' is not in the subset: call abstain('why') to decline an input",
        "Assert": "'assert' vanishes under python -O: test with 'if' and call abstain('why')",
        "Global": "'global' is not in the subset: pass values as arguments and return them",
        "Nonlocal": "'nonlocal' is not in the subset: pass values as arguments and return them",
        "With": "'with' is not in the subset: there are no files or locks in compiled code; call functions in place",
        "Yield": "generators are not in the subset: build and return a list",
        "YieldFrom": "generators are not in the subset: build and return a list",
        "TryStar": "'except*' is not in the subset: write 'except ValueError'",
        "AsyncFunctionDef": "async code is not in the subset: write a plain function",
        "Await": "async code is not in the subset: call plain functions",
        "AsyncFor": "async code is not in the subset: write a plain loop",
        "AsyncWith": "async code is not in the subset: call plain functions",
        "TypeAlias": "'type X = ...' is not in the subset: write 'X = Literal[...]'",
        "MatMult": "'@' is not in the subset: write a sum of products",
    }
)
