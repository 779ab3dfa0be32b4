"""Small slips in a module, one at a time: a comparison, a condition, a constant, an outcome, a statement left out."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

COMPARISONS: Final = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: Final = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr}
WORDS: Final = {
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "PASS": "EXCEPTION",
    "EXCEPTION": "PASS",
    "NO_EVIDENCE": "PASS",
    "NOT_APPLICABLE": "NO_EVIDENCE",
}
"""Names that are as easily mistaken for each other as dangerous."""

Where = tuple[int, ...]


@dataclass(frozen=True)
class Slip:
    """One slip.

    Attributes
    ----------
    module : str
        Path from the top of the checkout.
    function : str
        In which function or class it is, with those around it.
    line : int
    old, new : str
        What stands there and what stands there instead, written out.
    which : int
        Counted from 1 among those of one text in a function.
    made : callable
        Makes the whole module with the slip.
    """

    module: str
    function: str
    line: int
    old: str
    new: str
    which: int
    made: Callable[[], ast.Module]

    @property
    def tree(self) -> ast.Module:
        """The whole module with the slip."""
        return self.made()

    @property
    def name(self) -> str:
        """What it is called in lists: it does not change when lines are added elsewhere."""
        again = "" if self.which == 1 else f" ({self.which})"
        return f"{self.module} {self.function}: {self.old} → {self.new}{again}"


Change = tuple[str, str, Callable[[ast.AST], ast.AST | None]]
"""How it was, how it is, and what makes a node so; None leaves it out."""


def slips(path: Path, root: Path) -> Iterator[Slip]:
    """Yield every slip of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    seen: Counter[tuple[str, str, str]] = Counter()
    for where, node, function in _nodes(tree):
        for old, new, change in _changes(node):
            seen[function, old, new] += 1
            which = seen[function, old, new]
            module, line = path.relative_to(root).as_posix(), getattr(node, "lineno", 0)
            yield Slip(module, function, line, old, new, which, partial(_with, tree, where, change))


def _nodes(node: ast.AST, where: Where = (), function: str = "") -> Iterator[tuple[Where, ast.AST, str]]:
    """Yield each node that is run when a test runs, with its place and the function that it is in; never a type."""
    children = list(ast.iter_child_nodes(node))
    for number, child in enumerate(children):
        if child in _passed_over(node):
            continue
        inside = function
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            inside = f"{function}.{child.name}".lstrip(".")
        yield (*where, number), child, inside
        yield from _nodes(child, (*where, number), inside)


def _passed_over(node: ast.AST) -> list[ast.AST]:
    """Return the children that no slip is made in: types, decorators, words around values, what only says how a class is made."""
    found = [getattr(node, name, None) for name in ("annotation", "returns")]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "field":
        found += node.keywords
    if isinstance(node, ast.Call):
        found += [one for one in node.keywords if one.arg in {"strict", "repr"}]
    found += getattr(node, "decorator_list", [])
    if isinstance(node, ast.JoinedStr):
        found += [one for one in node.values if isinstance(one, ast.Constant)]
    return [one for one in found if isinstance(one, ast.AST)]


def _changes(node: ast.AST) -> Iterator[Change]:
    """Yield what may go wrong at a node."""
    yield from _of_conditions(node)
    yield from _of_values(node)
    yield from _left_out(node)


def _of_conditions(node: ast.AST) -> Iterator[Change]:
    text = ast.unparse(node) if isinstance(node, ast.expr) else ""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                yield _change(node, text, _operator_at(place, other))
    elif isinstance(node, ast.BoolOp):
        other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield _change(node, text, lambda it: ast.BoolOp(other, it.values))
        for place in range(len(node.values)):
            yield _change(node, text, _one_less(place))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _change(node, text, lambda it: it.operand)
    elif isinstance(node, ast.IfExp):
        yield _change(node, text, lambda it: ast.IfExp(it.test, it.orelse, it.body))
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC and not isinstance(node.left, ast.JoinedStr):
        yield _change(node, text, lambda it: ast.BinOp(it.left, ARITHMETIC[type(it.op)](), it.right))


def _of_values(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield _change(node, repr(node.value), lambda it: ast.Constant(not it.value))
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield _change(node, repr(node.value), lambda it: ast.Constant(it.value + 1))
    elif isinstance(node, ast.Name) and node.id in WORDS and isinstance(node.ctx, ast.Load):
        yield _change(node, node.id, lambda it: ast.Name(WORDS[it.id], ast.Load()))
    elif isinstance(node, ast.comprehension) and node.ifs:
        text = " if ".join(ast.unparse(one) for one in node.ifs)
        yield f"if {text}", "", lambda it: ast.comprehension(it.target, it.iter, [], it.is_async)


def _left_out(node: ast.AST) -> Iterator[Change]:
    """Yield the leaving out of a statement; one that only gives something a name is needed by what follows, in any case."""
    if isinstance(node, ast.If) and not node.orelse:
        yield f"if {ast.unparse(node.test)}: …", "", lambda _: ast.Pass()
    elif isinstance(node, ast.Continue | ast.Break | ast.AugAssign | ast.Expr) and not _is_text(node):
        yield ast.unparse(node), "pass", lambda _: ast.Pass()


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _change(node: ast.AST, text: str, change: Callable[..., ast.AST]) -> Change:
    return text, ast.unparse(ast.fix_missing_locations(change(copy.deepcopy(node)))), change


def _operator_at(place: int, other: type[ast.cmpop]) -> Callable[[ast.Compare], ast.AST]:
    def change(node: ast.Compare) -> ast.AST:
        return ast.Compare(node.left, [*node.ops[:place], other(), *node.ops[place + 1 :]], node.comparators)

    return change


def _one_less(place: int) -> Callable[[ast.BoolOp], ast.AST]:
    def change(node: ast.BoolOp) -> ast.AST:
        rest = [*node.values[:place], *node.values[place + 1 :]]
        return rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)

    return change


def _with(tree: ast.Module, where: Where, change: Callable[..., ast.AST | None]) -> ast.Module:
    """Return a copy of a module in which one node is another."""
    copied = copy.deepcopy(tree)
    parent: ast.AST = copied
    for number in where[:-1]:
        parent = list(ast.iter_child_nodes(parent))[number]
    node = list(ast.iter_child_nodes(parent))[where[-1]]
    new = change(node)
    for name, value in ast.iter_fields(parent):
        if value is node:
            setattr(parent, name, new)
        elif isinstance(value, list) and any(one is node for one in value):
            setattr(parent, name, [new if one is node else one for one in value])
    return ast.fix_missing_locations(copied)
