"""JQL as text: the grammar, the tree it is read into, and Jira's words for what can't be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

# A keyword ends where a word of JQL can end, so that "order-12" and "orange" stay words.
_GRAMMAR = r"""
start: [disjunction] [ordering]
disjunction: conjunction (_OR conjunction)*
conjunction: negation (_AND negation)*
?negation: _NOT negation -> not_
         | "(" disjunction ")"
         | clause
clause: field COMPARISON operand   -> comparison
      | field _IN operand          -> membership
      | field _NOT _IN operand     -> exclusion
      | field _IS operand          -> emptiness
      | field _IS _NOT operand     -> presence
      | field _CHANGED predicate*  -> change
predicate: PREDICATE value | PREDICATE "(" value "," value ")"
field: WORD | STRING | CUSTOM
?operand: value
        | "(" operand ("," operand)* ")" -> list_
?value: literal | call | EMPTY -> empty
literal: WORD | STRING
call: WORD "(" [argument ("," argument)*] ")"
argument: WORD | STRING
ordering: _ORDER _BY sorting ("," sorting)*
sorting: field [DIRECTION]

CUSTOM.4: /cf\[[0-9]+\]/i
_OR.3: /or(?=[\s("'!]|$)|\|\|?/i
_AND.3: /and(?=[\s("'!]|$)|&&?/i
_NOT.3: /not(?=[\s("'!]|$)|!(?![=~])/i
_IN.3: /in(?=[\s("']|$)/i
_IS.3: /is(?=[\s("'!]|$)/i
_CHANGED.3: /changed(?=[\s)]|$)/i
PREDICATE.3: /(to|from|after|before|during)(?=[\s("'])/i
_ORDER.3: /order(?=\s)/i
_BY.3: /by(?=[\s"']|$)/i
DIRECTION.3: /(asc|desc)(?=[\s,]|$)/i
EMPTY.3: /(empty|null)(?=[\s,)]|$)/i
COMPARISON: "=" | "!=" | "<=" | ">=" | "<" | ">" | "~" | "!~"
STRING: /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/s
WORD: /(?:\\u[0-9a-fA-F]{4}|\\[^u]|[^\s"'()=!<>~,&|{}*\/%+^$#@?;\[\]\\])+/
%ignore /\s+/
"""

_RESERVED = "{}*/%+^$#@?;[]"
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_CONTROL = {"t": "\t", "n": "\n", "r": "\r"}
# Words that Jira wants in quotation marks although most mean nothing in JQL: a project key may be one of them.
_RESERVED_WORDS_TEXT = """
abort access add after alias all alter and any as asc audit avg before begin between boolean break by byte catch
cf char character check checkpoint collate collation column commit connect continue count create current date
decimal declare decrement default defaults define delete delimiter desc difference distinct divide do double drop
else empty encoding end equals escape exclusive exec execute exists explain false fetch file field first float for
from function go goto grant greater group having identified if immediate in increment index initial inner inout
input insert int integer intersect intersection into is isempty isnull join last left less like limit lock long max
min minus mode modify modulo more multiply next noaudit not notin nowait null number object of on option or order
outer output power previous prior privileges public raise raw remainder rename resource return returns revoke right
row rowid rownum rows select session set share size sqrt start strict string subtract sum synonym table then to
trans transaction trigger true uid union unique update user validate values view was when whenever where while
with
"""
_RESERVED_WORDS = frozenset(_RESERVED_WORDS_TEXT.split())
_OPERATORS = "'=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'"


class JqlError(Exception):
    """A query that Jira refuses; ``errors`` are the texts of its answer."""

    def __init__(self, errors: list[str]) -> None:
        self.errors = errors
        super().__init__(" ".join(errors))


@dataclass(frozen=True)
class Literal:
    """A value written out, without its quotes; ``text`` is what the person meant."""

    text: str


@dataclass(frozen=True)
class Call:
    """A function with its arguments, e.g. ``startOfDay("-1d")``."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Empty:
    """``EMPTY`` or ``NULL``."""


Value: TypeAlias = Literal | Call | Empty


@dataclass(frozen=True)
class Clause:
    """One comparison. ``operator`` is lower case; ``listed`` says whether the values stood in parentheses."""

    field: str
    operator: str
    values: tuple[Value, ...]
    listed: bool = False


@dataclass(frozen=True)
class Not:
    """A negated condition."""

    condition: Condition


@dataclass(frozen=True)
class Both:
    """Conditions joined by AND."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Either:
    """Conditions joined by OR."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Change:
    """A question of the history: ``status CHANGED TO "Done" DURING ("2026-04-01", "2026-05-01")``.

    ``predicates`` are words in lower case, each with its value; DURING has two.
    """

    field: str
    predicates: tuple[tuple[str, tuple[Value, ...]], ...]


Condition: TypeAlias = Clause | Change | Not | Both | Either


@dataclass(frozen=True)
class Sorting:
    """One field of ORDER BY; ``direction`` is "asc", "desc" or None where the field's own direction counts."""

    field: str
    direction: str | None


@dataclass(frozen=True)
class Query:
    """A whole query; ``where`` is None if nothing restricts it."""

    where: Condition | None
    order_by: tuple[Sorting, ...]


@dataclass(frozen=True)
class _List:
    values: tuple[Value, ...]


def parse(jql: str) -> Query:
    """Read a query.

    Raises
    ------
    JqlError
        With Jira's own wording, if the text is not JQL.
    """
    try:
        tree = _PARSER.parse(jql)
    except UnexpectedInput as problem:
        raise JqlError([f"Error in the JQL Query: {_explain(problem, jql)}"]) from None
    for token in tree.scan_values(lambda leaf: isinstance(leaf, Token) and leaf.type == "WORD"):
        _refuse_reserved(token)
    query: Query = _Reader().transform(tree)
    return query


def quote(text: str) -> str:
    """Write a value so that JQL reads it as exactly this text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _refuse_reserved(token: Token) -> None:
    if token.lower() in _RESERVED_WORDS:
        raise JqlError(
            [
                (
                    f"Error in the JQL Query: '{token}' is a reserved JQL word. You must surround it in quotation "
                    f"marks to use it in a query. (line {token.line}, character {token.column})"
                )
            ]
        )


def _plain(token: Token) -> str:
    text = str(token)
    if token.type == "STRING":
        text = text[1:-1]
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _CONTROL.get(m[2], m[2]), text)


def _explain(problem: UnexpectedInput, jql: str) -> str:
    """Say in Jira's words what is wrong, and where."""
    line, column = getattr(problem, "line", -1), getattr(problem, "column", -1)
    place = f"(line {line}, character {column})"
    if isinstance(problem, UnexpectedCharacters):
        return f"{_explain_character(jql[problem.pos_in_stream or 0])} {place}"
    if not isinstance(problem, UnexpectedToken) or problem.token.type == "$END":
        return _explain_end(problem)
    expected, got = _accepted(problem), str(problem.token)
    if "COMPARISON" in expected:
        return f"Expecting operator but got '{got}'. The valid operators are {_OPERATORS}. {place}"
    if "_OR" in expected or "_AND" in expected:
        return f"Expecting either 'OR' or 'AND' but got '{got}'. {place}"
    if "EMPTY" in expected:
        return (
            f"Expecting either a value, list or function but got '{got}'. "
            f"You must surround '{got}' in quotation marks to use it as a value. {place}"
        )
    if "COMMA" in expected:
        wanted = "')' or ','" if "RPAR" in expected else "','"
        return f"Expecting {wanted} but got '{got}'. {place}"
    return f"Expecting a field name but got '{got}'. {place}"


def _accepted(problem: UnexpectedInput) -> set[str]:
    """Name the tokens that would have done; lark's own ``expected`` also names some that only look so."""
    return set(getattr(problem, "accepts", None) or getattr(problem, "expected", None) or ())


def _explain_character(character: str) -> str:
    if character in _RESERVED:
        return (
            f"The character '{character}' is a reserved JQL character. You must enclose it in a string "
            f"or use the escape '\\u{ord(character):04x}' instead."
        )
    if character in "\"'":
        return "The quoted string has not been completed."
    return f"The character '{character}' is not allowed here."


def _explain_end(problem: UnexpectedInput) -> str:
    expected = _accepted(problem)
    if "COMPARISON" in expected:
        return f"Expecting operator before the end of the query. The valid operators are {_OPERATORS}."
    if "EMPTY" in expected:
        return "Expecting either a value, list or function before the end of the query."
    if "COMMA" in expected or "RPAR" in expected:
        return "Expecting ')' before the end of the query."
    return "Expecting a field name at the end of the query."


class _Reader(Transformer[Token, Any]):
    """Turns lark's tree into ours, bottom up."""

    @v_args(inline=True)
    def start(self, where: Condition | None, order_by: tuple[Sorting, ...] | None) -> Query:
        return Query(where, order_by or ())

    def disjunction(self, conditions: list[Condition]) -> Condition:
        return conditions[0] if len(conditions) == 1 else Either(tuple(conditions))

    def conjunction(self, conditions: list[Condition]) -> Condition:
        return conditions[0] if len(conditions) == 1 else Both(tuple(conditions))

    @v_args(inline=True)
    def not_(self, condition: Condition) -> Not:
        return Not(condition)

    @v_args(inline=True)
    def comparison(self, field: str, operator: Token, operand: Value | _List) -> Clause:
        return _clause(field, str(operator), operand)

    @v_args(inline=True)
    def membership(self, field: str, operand: Value | _List) -> Clause:
        return _clause(field, "in", operand)

    @v_args(inline=True)
    def exclusion(self, field: str, operand: Value | _List) -> Clause:
        return _clause(field, "not in", operand)

    @v_args(inline=True)
    def emptiness(self, field: str, operand: Value | _List) -> Clause:
        return _clause(field, "is", operand)

    @v_args(inline=True)
    def presence(self, field: str, operand: Value | _List) -> Clause:
        return _clause(field, "is not", operand)

    @v_args(inline=True)
    def change(self, field: str, *predicates: tuple[str, tuple[Value, ...]]) -> Change:
        return Change(field, predicates)

    @v_args(inline=True)
    def predicate(self, word: Token, *values: Value) -> tuple[str, tuple[Value, ...]]:
        return str(word).lower(), values

    @v_args(inline=True)
    def field(self, token: Token) -> str:
        return _plain(token)

    @v_args(inline=True)
    def literal(self, token: Token) -> Literal:
        return Literal(_plain(token))

    @v_args(inline=True)
    def argument(self, token: Token) -> str:
        return _plain(token)

    def call(self, parts: list[Any]) -> Call:
        name, *arguments = parts
        return Call(_plain(name), tuple(argument for argument in arguments if argument is not None))

    def empty(self, _: list[Token]) -> Empty:
        return Empty()

    def list_(self, operands: list[Value | _List]) -> _List:
        flat: list[Value] = []
        for operand in operands:
            flat.extend(operand.values if isinstance(operand, _List) else (operand,))
        return _List(tuple(flat))

    def ordering(self, sortings: list[Sorting]) -> tuple[Sorting, ...]:
        return tuple(sortings)

    @v_args(inline=True)
    def sorting(self, field: str, direction: Token | None) -> Sorting:
        return Sorting(field, str(direction).lower() if direction else None)


def _clause(field: str, operator: str, operand: Value | _List) -> Clause:
    if isinstance(operand, _List):
        return Clause(field, operator, operand.values, listed=True)
    return Clause(field, operator, (operand,))


_PARSER = Lark(_GRAMMAR, parser="lalr", maybe_placeholders=True)
