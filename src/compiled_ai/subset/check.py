"""The Python subset of compiled code: an allow-list over the syntax tree.

Security rests on this check. What is not listed in `tables` is refused, so a new trick of Python has to
be allowed before it works. Groups of rules look at one text: the text itself (`text`), its form
(`structure`), how often it binds a name (`bindings`), what it refers to (`references`), its sizes and ends (`bounds`), where its values go (`flow`), and
its regular expressions (`patterns`).
"""

from __future__ import annotations

import textwrap

from compiled_ai.findings import Finding
from compiled_ai.subset.bindings import BindingRules
from compiled_ai.subset.bounds import BoundRules
from compiled_ai.subset.flow import FlowRules
from compiled_ai.subset.imports import allowed_imports
from compiled_ai.subset.patterns import PatternRules
from compiled_ai.subset.references import ReferenceRules
from compiled_ai.subset.structure import StructureRules
from compiled_ai.subset.tables import (
    ALLOWED_BUILTINS,
    ALLOWED_EXCEPTIONS,
    ALLOWED_IMPORTS,
    ATTRIBUTES_BY_TYPE,
)
from compiled_ai.subset.text import MAX_BYTES, MAX_DEPTH, MAX_LINE, Problems, read_source

__all__ = ["ALLOWED_IMPORTS", "SUBSET_VERSION", "allowed_imports", "check_subset", "describe_subset"]

SUBSET_VERSION = "2"
"""Raised whenever the subset changes, so that a report says which one it was checked against."""


def check_subset(source: str) -> tuple[Finding, ...]:
    """Everything in the text of ``activities.py`` that is outside the subset, in the order of its lines.

    Nothing is executed, and no text makes it raise: what cannot be read is a finding.
    """
    problems = Problems()
    tree = read_source(source, problems)
    if tree is not None:
        problems.read(tree)
        try:
            for rules in (StructureRules, BindingRules, ReferenceRules, BoundRules, FlowRules, PatternRules):
                rules(tree, problems).check()
        except RecursionError:
            problems.add(
                "bounds", None, "the code nests too deeply to be checked: split it into helper functions"
            )
    return tuple(
        sorted(problems.found, key=lambda finding: (finding.line or 0, finding.rule, finding.message))
    )


def describe_subset() -> str:
    """The subset in Markdown, for the documentation and for people who ask why their code was refused."""
    imports = "\n".join(
        f"- `{module}`: {', '.join(f'`{name}`' for name in names)}"
        for module, names in allowed_imports().items()
        if names
    )
    attributes = "\n".join(
        f"- {name}: {', '.join(f'`{item}`' for item in items)}" for name, items in ATTRIBUTES_BY_TYPE.items()
    )
    return _DESCRIPTION.format(
        version=SUBSET_VERSION,
        bytes=MAX_BYTES,
        depth=MAX_DEPTH,
        line=MAX_LINE,
        imports=imports,
        attributes=attributes,
        builtins=_listed(ALLOWED_BUILTINS),
        exceptions=_listed(ALLOWED_EXCEPTIONS),
    )


def _listed(names: frozenset[str]) -> str:
    return textwrap.fill(", ".join(f"`{name}`" for name in sorted(names)), width=110)


_DESCRIPTION = """\
## The Python subset, version {version}

What is not listed here is refused.

**Module level** holds a docstring, imports, constants, `TypedDict` and `NamedTuple` classes and functions.
A constant is built from literals, containers, `re.compile`, `Decimal`, `date` and functions of our modules.
A name is bound once: no second function, class or constant of the same name.

**Functions** are plain: no decorators, no `async`, `yield`, `with`, `global`, `nonlocal`, `raise` or
`assert`. To decline an input, call `abstain("why")`. Default values are constants.

**Names.** A builtin's name may not be given to something else. Names and attributes that begin with an
underscore are refused, apart from your own variables and functions with a single one.

**Handlers** name what they expect; `finally`, a bare `except`, `Exception` and `Abstain` are refused,
because they could swallow an abstention.

**Sets** may be asked and counted, but their order may not reach a result: loop over `sorted(a_set)`, and
add floats of a set with `math.fsum`. A set is followed through helpers, lambdas, containers and `match`; a
parameter, field or result that holds one says so in its annotation.

**Addresses.** The text of a function, lambda or iterator differs in every process, so none is written into a
text; values are compared with `==`, and `is` only with `None`, `True` and `False`.

**State.** Functions do not change module constants or their input; they build new values. A helper that
changes its argument is called in place.

**Locale and clock.** `now`, `today` and the like are refused. Date formats are written out and use only
`%Y %y %m %d %H %M %S %f %j %U %W %V %G %u %w %z`. A width in an f-string is a whole number.

**Patterns.** A regular expression is built of constants and `re.escape`. One that an input can slow down
exponentially is refused; two loops that can share one text, and patterns put together at run time, are
warnings.

**Size.** At most {bytes} bytes, {line} characters a line and {depth} levels of nesting; no numbers that fill the
memory by themselves (`"a" * 10**9`, `10**10**10`), no loop or recursion without a way out; no comments that
silence a checker.

### Imports

{imports}

### Builtins

{builtins}

### Exceptions that a handler may name

{exceptions}

### Attributes

{attributes}
- fields of the `NamedTuple` classes in the text and of the classes in our modules
"""
