"""Subset rules on sizes and ends: no number, text or loop in the code that would eat the machine by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from compiled_ai.subset.text import Problems

MAX_INTEGER = 2**64
MAX_REPEAT = 1_000_000
MAX_BITS = 4_096
MAX_RANGE = 100_000_000
"""Turns of a loop that say in the code itself that it takes seconds."""
MAX_FACTORIAL = 10_000
MAX_EXPONENT = 1_000
MAX_PRODUCT = 6

_WIDTHS = frozenset(("ljust", "rjust", "center", "zfill", "expandtabs"))
_TAKES_PART = frozenset(("zip", "islice", "takewhile", "next", "any", "map", "starmap"))
"""Calls that end by themselves on something endless, or may."""
_NUMBER = re.compile(r"\d+")
_PERCENT = re.compile(r"%(?:\(\w*\))?[-+ #0]*(\*|\d*)(?:\.(\*|\d*))?")
_EXPONENT = re.compile(r"[eE][+-]?(\d+)")
_NEXT = "use a smaller number"


class BoundRules:
    """Checks constants that decide how much memory or time the code takes."""

    def __init__(self, tree: ast.Module, problems: Problems) -> None:
        self._tree = tree
        self._problems = problems
        self._constants = _constants(tree, problems)
        self._functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        self._modules = {
            alias.asname or alias.name
            for node in tree.body
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        self._home = {
            alias.asname or alias.name: alias.name
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    def check(self) -> None:
        """Record everything that is too large or has no end."""
        checks: dict[type[ast.AST], Callable[..., None]] = {
            ast.BinOp: self._operation,
            ast.AugAssign: self._augmented,
            ast.Call: self._call,
            ast.FormattedValue: self._formatted,
            ast.While: self._while,
            ast.For: self._for,
            ast.comprehension: self._generator,
        }
        for node in self._problems.nodes:
            if check := checks.get(type(node)):
                check(node)
        self._recursion()

    def _refuse(self, node: ast.AST, message: str) -> None:
        self._problems.add("bounds", node, message)

    # Operators

    def _operation(self, node: ast.BinOp) -> None:
        if (
            isinstance(node.op, ast.Mod)
            and isinstance(node.left, ast.Constant)
            and isinstance(node.left.value, str)
        ):
            self._percent(node, node.left.value)
        self._operator(node, node.left, node.op, node.right)

    def _augmented(self, node: ast.AugAssign) -> None:
        self._operator(node, node.target, node.op, node.value)

    def _operator(self, node: ast.AST, left: ast.expr, operator: ast.operator, right: ast.expr) -> None:
        first, second = self.integer(left), self.integer(right)
        match operator:
            case ast.Pow():
                self._power(node, first, second)
            case ast.LShift() if second is not None and second > MAX_BITS:
                self._refuse(node, f"a shift by {_shown(second)} bits: {_NEXT}")
            case ast.Mult():
                for value, count in ((left, second), (right, first)):
                    if count is not None and count > MAX_REPEAT and self._may_repeat(value):
                        self._refuse(node, f"a sequence repeated {_shown(count)} times: {_NEXT}")
                if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult) and second is not None:
                    inner = self.integer(left.right)
                    if _is_sequence(left.left) and inner is not None and inner * second > MAX_REPEAT:
                        self._refuse(node, f"a sequence repeated {_shown(inner * second)} times: {_NEXT}")

    def _may_repeat(self, value: ast.expr) -> bool:
        """Whether multiplying `value` may repeat it: a sequence, or a name, with a factor that no number needs."""
        return _is_sequence(value) or (isinstance(value, ast.Name) and self.integer(value) is None)

    def _power(self, node: ast.AST, base: int | None, exponent: int | None) -> None:
        if exponent is not None and exponent * (base.bit_length() if base is not None else 1) > MAX_BITS:
            self._refuse(node, f"a power with exponent {_shown(exponent)}: {_NEXT}")

    # Calls

    def _call(self, node: ast.Call) -> None:
        name = self._name(node)
        if name is None:
            return
        numbers = [self.integer(argument) for argument in node.args]
        first = numbers[0] if numbers else None
        if name == "pow" and len(numbers) == 2:
            self._power(node, numbers[0], numbers[1])
        elif (
            name in _WIDTHS
            and isinstance(node.func, ast.Attribute)
            and first is not None
            and first > MAX_REPEAT
        ):
            self._refuse(node, f"a text of {_shown(first)} characters: {_NEXT}")
        elif name in {"factorial", "perm", "comb"} and first is not None and first > MAX_FACTORIAL:
            self._refuse(node, f"'{name}' of {_shown(first)}: {_NEXT}")
        elif name == "range" and any(number is not None and number > MAX_RANGE for number in numbers):
            self._range(node, max(number or 0 for number in numbers))
        elif name == "iter" and len(node.args) > 1:
            self._refuse(node, "'iter' with two arguments may never end: write a loop over what there is")
        elif name == "product":
            self._product(node)
        elif name in {"Decimal", "Fraction", "float", "format"}:
            self._text_argument(name, node)
        elif name in {"count", "repeat"}:
            self._endless_call(name, node, numbers)

    def _range(self, node: ast.Call, size: int) -> None:
        if not isinstance(self._problems.parents.get(node), ast.Compare):  # `x in range(...)` counts nothing
            self._refuse(node, f"a range of {_shown(size)} numbers: loop over the data instead")

    def _product(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            number = self.integer(keyword.value)
            if keyword.arg == "repeat" and number is not None and number > MAX_PRODUCT:
                self._refuse(node, f"a product repeated {_shown(number)} times: {_NEXT}")

    def _text_argument(self, name: str, node: ast.Call) -> None:
        texts = [
            arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if name == "format":
            self._width(node, texts[-1] if texts else "")
        elif name != "float":
            found = [int(digits[:9]) for text in texts for digits in _EXPONENT.findall(text)]
            if any(exponent > MAX_EXPONENT for exponent in found):
                self._refuse(node, f"a number with exponent {max(found)}: {_NEXT}")

    def _endless_call(self, name: str, node: ast.Call, numbers: list[int | None]) -> None:
        if not self._is_standard(node):
            return
        times = next((keyword.value for keyword in node.keywords if keyword.arg == "times"), None)
        limit = self.integer(times) if times is not None else numbers[1] if len(numbers) > 1 else None
        if name == "repeat" and limit is not None and limit > MAX_REPEAT:
            self._refuse(node, f"'repeat' {_shown(limit)} times: {_NEXT}")
        parent = self._problems.parents.get(node)
        if name == "repeat" and (times is not None or len(node.args) > 1):
            return
        if isinstance(parent, ast.Call) and parent.func is not node and self._name(parent) not in _TAKES_PART:
            self._refuse(node, f"'{name}' never ends: give it an end, or take part of it with zip or islice")

    def _is_standard(self, node: ast.Call) -> bool:
        """Whether `count` or `repeat` is that of itertools, not a method such as ``text.count``."""
        match node.func:
            case ast.Name(id=name):
                return name in self._home
            case ast.Attribute(value=ast.Name(id=base)):
                return base in self._modules
        return False

    def _name(self, node: ast.Call) -> str | None:
        match node.func:
            case ast.Name(id=name):
                return self._home.get(name, name)
            case ast.Attribute(attr=name):
                return name
        return None

    # Texts that are made as wide as a number says

    def _formatted(self, node: ast.FormattedValue) -> None:
        if isinstance(node.format_spec, ast.JoinedStr):
            for part in node.format_spec.values:
                if isinstance(part, ast.Constant):
                    self._width(node, str(part.value))

    def _width(self, node: ast.AST, text: str) -> None:
        if any(int(digits[:12]) > MAX_REPEAT for digits in _NUMBER.findall(text)):
            self._refuse(node, f"a format '{text[:40]}' makes a text too wide: {_NEXT}")

    def _percent(self, node: ast.BinOp, text: str) -> None:
        """Check the widths of a '%' format."""
        for width, precision in _PERCENT.findall(text):
            if "*" in {width, precision}:
                self._refuse(node, "'*' in a '%' format takes its width from a value: write an f-string")
            self._width(node, f"{width} {precision}")

    # Loops

    def _while(self, node: ast.While) -> None:
        if isinstance(node.test, ast.Constant) and node.test.value and not self._may_leave(node.body):
            self._refuse(node, "this loop never ends: add 'break' or 'return', or loop over the data")

    def _for(self, node: ast.For) -> None:
        if self._is_endless(node.iter) and not self._may_leave(node.body):
            self._refuse(node, "this loop never ends: add 'break' or 'return', or loop over the data")

    def _generator(self, node: ast.comprehension) -> None:
        around = self._problems.parents.get(node)
        taker = self._problems.parents.get(around) if around is not None else None
        is_taken = (
            isinstance(around, ast.GeneratorExp)
            and isinstance(taker, ast.Call)
            and self._name(taker) in _TAKES_PART
        )
        if self._is_endless(node.iter) and not is_taken:
            self._refuse(around or node, "this loop never ends: take part of it with zip or islice")

    def _is_endless(self, node: ast.expr) -> bool:
        if not isinstance(node, ast.Call) or not self._is_standard(node):
            return False
        name = self._name(node)
        return name == "count" or (name == "repeat" and len(node.args) == 1 and not node.keywords)

    def _may_leave(self, body: list[ast.stmt]) -> bool:
        """Whether a loop with this body can be left: by break, return, or a call that does not come back."""
        waiting: list[tuple[ast.AST, bool]] = [(statement, False) for statement in body]
        while waiting:
            node, inner = waiting.pop()
            if isinstance(node, ast.FunctionDef | ast.Lambda):
                continue
            is_exit = isinstance(node, ast.Return) or (isinstance(node, ast.Break) and not inner)
            if is_exit or (isinstance(node, ast.Call) and self._never_returns(node)):
                return True
            is_loop = inner or isinstance(node, ast.For | ast.While)
            waiting.extend((child, is_loop) for child in ast.iter_child_nodes(node))
        return False

    def _never_returns(self, node: ast.Call) -> bool:
        """Whether a call declines. One of a function of the text or of a variable may."""
        return isinstance(node.func, ast.Name) and (
            self._name(node) in {"abstain", "next"} or node.func.id in self._functions
        )

    # Recursion

    def _recursion(self) -> None:
        """Find functions that call themselves, directly or by way of others, before they can return."""
        functions = self._functions
        calls = {name: set(_always_called(node)) & functions.keys() for name, node in functions.items()}
        for name, node in functions.items():
            reached, waiting = set[str](), [*calls[name]]
            while waiting:
                called = waiting.pop()
                if called not in reached:
                    reached.add(called)
                    waiting.extend(calls[called])
            if name in reached:
                self._refuse(
                    node, f"'{name}' calls itself before it can return: put the case that ends it first"
                )

    # Numbers

    def integer(self, node: ast.expr) -> int | None:
        """Value of an integer expression; a huge stand-in if it would be too large to compute; None if unknown."""
        match node:
            case ast.Constant(value=int(value)):
                return value
            case ast.Name(id=name):
                return self._constants.get(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.integer(operand)
                return None if inner is None else -inner
            case ast.BinOp(left=left, op=operator, right=right):
                first, second = self.integer(left), self.integer(right)
                return None if first is None or second is None else _combine(first, operator, second)
        return None


def _shown(number: int) -> str:
    return str(number) if abs(number) < MAX_INTEGER else "2**64 or more"


def _is_sequence(value: ast.expr) -> bool:
    return isinstance(value, ast.List | ast.Tuple | ast.JoinedStr) or (
        isinstance(value, ast.Constant) and isinstance(value.value, str | bytes)
    )


def _constants(tree: ast.Module, problems: Problems) -> dict[str, int]:
    """Whole numbers held by names of the module that are bound once."""
    found: dict[str, int] = {}
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                number = _literal(value, found)
                if name not in found and number is not None:
                    found[name] = number
    bound = [name for name, _ in problems.bound]
    return {name: number for name, number in found.items() if bound.count(name) == 1}


def _literal(node: ast.expr, known: dict[str, int]) -> int | None:
    match node:
        case ast.Constant(value=int(value)):
            return value
        case ast.Name(id=name):
            return known.get(name)
        case ast.BinOp(left=left, op=operator, right=right):
            first, second = _literal(left, known), _literal(right, known)
            return None if first is None or second is None else _combine(first, operator, second)
    return None


def _combine(left: int, operator: ast.operator, right: int) -> int | None:
    huge = MAX_INTEGER
    if abs(left) >= huge or abs(right) >= huge:
        return huge
    simple = {ast.Add: int.__add__, ast.Sub: int.__sub__, ast.Mult: int.__mul__}.get(type(operator))
    if simple is not None:
        return simple(left, right)
    match operator:
        case ast.Pow():
            too_large = right * left.bit_length() > MAX_BITS
        case ast.LShift():
            too_large = right > MAX_BITS
        case _:
            return None
    if too_large:
        return huge
    return None if right < 0 else left**right if isinstance(operator, ast.Pow) else left << right


def _always_called(node: ast.FunctionDef) -> Iterator[str]:
    """Functions that `node` calls on every way through it, before anything that may return."""
    for statement in node.body:
        match statement:
            case ast.If(test=part) | ast.While(test=part) | ast.For(iter=part) | ast.Match(subject=part):
                yield from _surely_called(part)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Expr() | ast.Return():
                if statement.value is not None:
                    yield from _surely_called(statement.value)
        if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr) and _may_end(
            statement
        ):
            return


def _may_end(statement: ast.stmt) -> bool:
    """Whether the function may end in `statement`: a call in it may decline."""
    return any(isinstance(part, ast.Return | ast.Call | ast.Break | ast.Try) for part in ast.walk(statement))


def _surely_called(node: ast.expr) -> Iterator[str]:
    """Functions called whenever `node` is computed."""
    match node:
        case ast.Lambda():
            return
        case ast.GeneratorExp(generators=generators) | ast.ListComp(generators=generators):
            yield from _surely_called(generators[0].iter)
            return
        case ast.SetComp(generators=generators) | ast.DictComp(generators=generators):
            yield from _surely_called(generators[0].iter)
            return
        case ast.BoolOp(values=[first, *_]) | ast.IfExp(test=first):
            yield from _surely_called(first)
            return
        case ast.Call(func=ast.Name(id=name)):
            yield name
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from _surely_called(child)
        elif isinstance(child, ast.keyword):
            yield from _surely_called(child.value)
