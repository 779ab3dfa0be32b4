"""Draws ``house.svg`` from the imports: the rooms from top to bottom, and an arrow from each to every room that it imports.

A room is a folder of ``auditlib``; modules that stand in no folder are the hall, but for the command line. Whatever imports a
room above its own is drawn in another colour. Run by ``make docs/house.svg``; ``tests/test_house.py`` says when that is due.
With ``--doors SOURCE TARGET``, each module in no folder is a door of its own: the house as it was before it had rooms.
"""
# ruff: noqa: INP001 - a script beside the documents, no package

from __future__ import annotations

import ast
import html
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parent

CLI, HALL, BESIDE = "cli", "hall", "demo"

ORDER: Final = (
    CLI, "start", "run", "package", "pull", "evidence", "dossier", "report", "audit", "jira", "records", "responses", "params",
    BESIDE, HALL,
)  # fmt: skip
"""The rooms from top to bottom. The embedded Jira stands beside the house: only the command line opens its door."""

SENTENCES: Final = {CLI: "Prints and exits.", HALL: "What every room may use."}
"""What the rooms are for that have no folder; the others say it in their ``__init__``."""

BLUE, VERMILION, PALE, INK, QUIET = "#0072B2", "#B34700", "#EAF2F7", "#404040", "#566070"


@dataclass(frozen=True)
class House:
    """Rooms and imports.

    Attributes
    ----------
    rooms : tuple of str
        From top to bottom.
    modules : mapping of str to int
        Count of modules by room.
    arrows : mapping of (str, str) to int
        How many modules of the first room import the second.
    sentences : mapping of str to str
        What a room is for; empty if it does not say so.
    """

    rooms: tuple[str, ...]
    modules: dict[str, int]
    arrows: dict[tuple[str, str], int]
    sentences: dict[str, str]

    @property
    def upward(self) -> list[tuple[str, str]]:
        """Imports that run against the order of the rooms, sorted."""
        return sorted(pair for pair in self.arrows if self.rooms.index(pair[0]) > self.rooms.index(pair[1]))

    @property
    def floors(self) -> int:
        """Count of rooms on the longest way down."""
        return max(_heights(self.rooms, self.arrows).values(), default=0)


def read_house(source: Path) -> House:
    """Read the house from its modules: a folder is a room.

    Parameters
    ----------
    source : Path
        Folder of the package.

    Raises
    ------
    ValueError
        If a room has no place in ``ORDER``.
    """
    modules, arrows = _graph(source, _room)
    new = modules.keys() - set(ORDER)
    if new:
        raise ValueError(f"say in ORDER where these rooms stand: {', '.join(sorted(new))}")
    rooms = tuple(room for room in ORDER if room in modules)
    return House(rooms, modules, arrows, {room: _sentence(source, room) for room in rooms})


def read_doors(source: Path) -> House:
    """Read the house with a door for each folder and for each module that stands in none, ordered by who imports whom."""
    modules, arrows = _graph(source, lambda parts, _: parts[0])
    order = _untangled(sorted(modules), arrows)
    heights = _heights(order, arrows)
    return House(tuple(sorted(order, key=lambda door: (-heights[door], door))), modules, arrows, {})


def _graph(
    source: Path, room: Callable[[tuple[str, ...], Path], str]
) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """Return the count of modules by room, and of those that import another room, by both."""
    modules: Counter[str] = Counter()
    arrows: Counter[tuple[str, str]] = Counter()
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        if parts == ("__init__",):  # the package's own name, which is no room
            continue
        here = room(parts, source)
        modules[here] += 1
        arrows.update((here, there) for there in _imported(path, source, room) - {here})
    return dict(sorted(modules.items())), dict(sorted(arrows.items()))


def _room(parts: tuple[str, ...], source: Path) -> str:
    """Return the room of a module, by its path below the package."""
    if (source / parts[0]).is_dir():
        return parts[0]
    return CLI if parts[0] in {CLI, "__main__"} else HALL


def _imported(path: Path, source: Path, room: Callable[[tuple[str, ...], Path], str]) -> set[str]:
    """Return the rooms of all modules of the package that a module imports, wherever in it."""
    found = set()
    for name in _names(ast.parse(path.read_text(encoding="utf-8"))):
        package, *parts = name.split(".")
        ours = package == source.name and parts
        if ours and ((source / parts[0]).is_dir() or (source / f"{parts[0]}.py").is_file()):
            found.add(room(tuple(parts), source))
    return found


def _names(tree: ast.Module) -> Iterator[str]:
    """Yield what is imported, each name with what it is imported from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _sentence(source: Path, room: str) -> str:
    """Return what a room says that it is for: the first sentence of its ``__init__``."""
    own = source / room / "__init__.py"
    if room in SENTENCES or not own.is_file():
        return SENTENCES.get(room, "")
    first = " ".join((ast.get_docstring(ast.parse(own.read_text(encoding="utf-8"))) or "").split("\n\n")[0].split())
    return first.partition(". ")[0].rstrip(".") + "." if first else ""


def _untangled(rooms: Sequence[str], arrows: dict[tuple[str, str], int]) -> list[str]:
    """Order rooms so that as few as can be found quickly import one above; where none is free, the least imported goes first."""
    left, ordered = set(rooms), list[str]()
    while left:
        above = Counter(there for here, there in arrows if here in left and there in left)
        first = min(left, key=lambda room: (above[room], room))
        ordered.append(first)
        left.remove(first)
    return ordered


def _heights(rooms: Sequence[str], arrows: dict[tuple[str, str], int]) -> dict[str, int]:
    """Return on which floor each room stands: one above the highest room below that it imports."""
    heights: dict[str, int] = {}
    for room in reversed(rooms):
        heights[room] = 1 + max(
            (heights[there] for here, there in arrows if here == room and there in heights), default=0
        )
    return heights


# The drawing: rooms on a diagonal. A line leaves a room to the right, and falls into each room that it imports.


@dataclass(frozen=True)
class Look:
    """Measures of a drawing, in pixels.

    Attributes
    ----------
    row, column : int
        From one room to the next.
    left : int
        Where the first room stands.
    box : int
        Half the side of a room.
    dot : int
        Radius of the dot where a line falls into another.
    letters : int
        Size of text.
    noun : str
        What a room is called.
    """

    row: int
    column: int
    left: int
    box: int
    dot: int
    letters: int
    noun: str


ROOMS: Final = Look(row=46, column=40, left=390, box=13, dot=8, letters=12, noun="rooms")
DOORS: Final = Look(row=15, column=15, left=130, box=5, dot=3, letters=10, noun="doors")

_TOP: Final = 68
_HALO: Final = 'stroke="#FFFFFF" stroke-width="3" paint-order="stroke"'


def drawing(house: House, look: Look = ROOMS) -> str:
    """Return the house as SVG; equal imports give equal bytes."""
    width = max(760, look.left + look.column * len(house.rooms) + 16)
    height = _TOP + look.row * len(house.rooms) + 12
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
        f"<title>{html.escape(_headline(house, look))}</title>",
        f"<desc>{html.escape(_told(house))}</desc>",
        f'<rect width="{width}" height="{height}" rx="6" fill="#FFFFFF"/>',
        f'<g font-family="DejaVu Sans, Noto Sans, sans-serif" font-size="{look.letters}" fill="{INK}">',
        f'<text x="20" y="30" font-size="15" font-weight="bold">{html.escape(_headline(house, look))}</text>',
        f'<text x="20" y="50" font-size="12" fill="{QUIET}">{html.escape(_caption(house, look))}</text>',
        *(_band(house, look, place, width) for place in range(0, len(house.rooms), 2)),
        *(line for up in (False, True) for room in house.rooms for line in _lines(house, look, room, up=up)),
        *(mark for pair in house.arrows for mark in _dot(house, look, *pair)),
        *(mark for place in range(len(house.rooms)) for mark in _box(house, look, place)),
        "</g></svg>",
    ]
    return "\n".join(lines) + "\n"


def _headline(house: House, look: Look) -> str:
    up = len(house.upward)
    runs = f"{up} of {len(house.arrows)} arrows {'runs' if up == 1 else 'run'} up" if up else "every import runs down"
    return f"{len(house.rooms)} {look.noun} on {house.floors} floors: {runs}"


def _caption(house: House, look: Look) -> str:
    numbers = " In a circle: how many modules import it; in a box: how many it has." if look is ROOMS else ""
    return f"{len(house.arrows)} arrows: a line falls into what is imported.{numbers}"


def _told(house: House) -> str:
    """Return the picture in words, for who does not see it."""
    imports = {room: [there for here, there in house.arrows if here == room] for room in house.rooms}
    return " ".join(f"{room} imports {', '.join(found) or 'none'}." for room, found in imports.items())


def _middle(house: House, look: Look, room: str) -> tuple[int, int]:
    """Return the middle of a room."""
    place = house.rooms.index(room)
    return look.left + look.column * place + look.column // 2, _TOP + look.row * place + look.row // 2


def _band(house: House, look: Look, place: int, width: int) -> str:
    y = _middle(house, look, house.rooms[place])[1] - look.row // 2
    return f'<rect x="8" y="{y}" width="{width - 16}" height="{look.row}" rx="3" fill="{PALE}" fill-opacity="0.7"/>'


def _lines(house: House, look: Look, room: str, *, up: bool) -> Iterator[str]:
    """Yield the line that leaves a room for what it imports, and the one that falls, or rises, into it from who imports it."""
    pairs = [pair for pair in house.arrows if (pair in house.upward) == up]
    (x, y), side, colour = _middle(house, look, room), -1 if up else 1, VERMILION if up else BLUE
    ink = f'fill="none" stroke="{colour}" stroke-opacity="{1 if up else 0.55}"'
    columns = [_middle(house, look, there)[0] for here, there in pairs if here == room]
    if columns:
        yield f'<path d="M{x + side * look.box} {y}H{min(columns) if up else max(columns)}" {ink}/>'
    rows = [_middle(house, look, here)[1] for here, there in pairs if there == room]
    if rows:
        end = y - side * look.box
        yield f'<path d="M{x} {max(rows) if up else min(rows)}V{end}" {ink}/>'
        yield f'<path d="M{x} {end}l-3 {-5 * side}h6z" fill="{colour}"/>'


def _dot(house: House, look: Look, here: str, there: str) -> Iterator[str]:
    """Yield the mark where a line of one room falls into that of another, with how many modules import it."""
    x, y = _middle(house, look, there)[0], _middle(house, look, here)[1]
    colour = VERMILION if (here, there) in house.upward else BLUE
    if look is not ROOMS:
        yield f'<circle cx="{x}" cy="{y}" r="{look.dot}" fill="{colour}"/>'
        return
    yield f'<circle cx="{x}" cy="{y}" r="{look.dot}" fill="#FFFFFF" stroke="{colour}"/>'
    yield f'<text x="{x}" y="{y + 3}" font-size="9" text-anchor="middle" fill="{colour}">{house.arrows[here, there]}</text>'


def _box(house: House, look: Look, place: int) -> Iterator[str]:
    """Yield a room: its box, its name before it, and at the left what it is for."""
    room = house.rooms[place]
    x, y = _middle(house, look, room)
    dashed = ' stroke-dasharray="3 2"' if room == BESIDE else ""
    filled = "#FFFFFF" if room == BESIDE else BLUE
    side = 2 * look.box
    corner = f'x="{x - look.box}" y="{y - look.box}"'
    yield f'<rect {corner} width="{side}" height="{side}" rx="2" fill="{filled}" stroke="{BLUE}"{dashed}/>'
    weight = 'font-weight="bold" ' if look is ROOMS else ""
    name = f'<text x="{x - look.box - 6}" y="{y + 4}" text-anchor="end" {weight}{_HALO}>{html.escape(room)}</text>'
    yield name
    if look is not ROOMS:
        return
    ink = BLUE if room == BESIDE else "#FFFFFF"
    yield f'<text x="{x}" y="{y + 4}" font-size="11" text-anchor="middle" fill="{ink}">{house.modules[room]}</text>'
    said = textwrap.wrap(house.sentences.get(room, ""), 46, max_lines=2, placeholder=" …")
    for number, line in enumerate(said):
        height = y + 4 + 15 * number - 7 * (len(said) - 1)
        yield f'<text x="20" y="{height}" fill="{QUIET}">{html.escape(line)}</text>'


def main(arguments: Sequence[str]) -> None:
    """Write the picture."""
    if arguments and arguments[0] == "--doors":
        source, target = (Path(argument) for argument in arguments[1:])
        target.write_text(drawing(read_doors(source), DOORS), encoding="utf-8", newline="\n")
    else:
        house = read_house(DOCS.parent / "auditlib")
        (DOCS / "house.svg").write_text(drawing(house), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
