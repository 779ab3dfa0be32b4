"""A drawing: marks and words at places that are set, as one SVG that needs nothing from elsewhere; and the same as PNG.

Figures are laid out by those who draw them, in pixels from the upper left corner: nothing is solved, measured twice or asked
of the machine, so equal data gives equal bytes, and a figure of a page takes hundredths of a second. Letters are outlines,
each once; the words stand beside them, for those who search or can't see. The PNG is made of the SVG by the typesetter's
own reader of SVG, so the two can't differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final, TypeAlias

import typst

from auditlib.errors import AuditError
from auditlib.report.lettering import EM, Glyph, Placed, drawable, outline, shaped
from auditlib.report.templating import TEMPLATES
from auditlib.text import visible_text

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, width, height."""

INK, QUIET = "#1c2430", "#566070"
"""Colours of text: those of the pages."""

SIZE: Final = 12.0
"""Pixels of a letter, where nothing else is said."""

_MIDDLE: Final = 0.36  # from the base line of letters to their middle, of their size
_SHARP: Final = 192  # dots an inch of the PNG, at 96 pixels an inch: two dots a pixel
_SHEET: Final = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
_NO_TYPEFACES: Final = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)


class Drawing:
    """What is drawn so far.

    Parameters
    ----------
    width, height : float
        Pixels. The height may be set later.
    """

    def __init__(self, width: float, height: float = 0.0) -> None:
        self.width = width
        self.height = height
        self._parts: list[str] = []
        self._glyphs: dict[Glyph, str] = {}
        self._hatches: dict[str, str] = {}

    # marks

    def boxes(self, boxes: Iterable[Box], fill: str, *, edge: str = "") -> None:
        """Draw boxes of one colour, as one mark."""
        path = "".join(f"M{_n(x)} {_n(y)}h{_n(w)}v{_n(h)}h{_n(-w)}z" for x, y, w, h in boxes)
        self.path(path, fill=fill, edge=edge)

    def box(self, left: float, top: float, width: float, height: float, fill: str, *, edge: str = "") -> None:
        """Draw a box."""
        line = f' stroke="{edge}"' if edge else ""
        size = f'x="{_n(left)}" y="{_n(top)}" width="{_n(width)}" height="{_n(height)}"'
        self._parts.append(f'<rect {size} fill="{fill}"{line}/>')

    def hatched(self, box: Box, color: str, *, over: str = "#ffffff") -> None:
        """Draw a box with lines across: what is not proved, or not whole."""
        name = self._hatches.setdefault(color, f"h{len(self._hatches)}")
        self.box(*box, over)
        self.box(*box, f"url(#{name})")

    def path(self, path: str, *, fill: str = "none", edge: str = "", width: float = 1.0, dashes: str = "") -> None:
        """Draw a path."""
        if path:
            line = f' stroke="{edge}" stroke-width="{_n(width)}"' if edge else ""
            line += f' stroke-dasharray="{dashes}"' if dashes else ""
            self._parts.append(f'<path d="{path}" fill="{fill}"{line}/>')

    def line(self, begin: tuple[float, float], end: tuple[float, float], color: str, **how: object) -> None:
        """Draw a line."""
        path = f"M{_n(begin[0])} {_n(begin[1])}L{_n(end[0])} {_n(end[1])}"
        self.path(path, edge=color, **how)  # type: ignore[arg-type]

    def dots(self, places: Iterable[tuple[float, float]], radius: float, color: str) -> None:
        """Draw round dots of one colour, as one mark."""
        path = "".join(f"M{_n(x)} {_n(y)}h0" for x, y in places)
        if path:
            how = f'stroke="{color}" stroke-width="{_n(2 * radius)}" stroke-linecap="round"'
            self._parts.append(f'<path d="{path}" fill="none" {how}/>')

    def rings(self, places: Iterable[tuple[float, float]], radius: float, color: str, *, fill: str = "none") -> None:
        """Draw rings of one colour, as one mark."""
        turn = f"a{_n(radius)} {_n(radius)} 0 1 0"
        path = "".join(
            f"M{_n(x - radius)} {_n(y)}{turn} {_n(2 * radius)} 0{turn} {_n(-2 * radius)} 0z" for x, y in places
        )
        self.path(path, fill=fill, edge=color)

    # words

    def text(
        self,
        left: float,
        middle: float,
        words: str,
        *,
        size: float = SIZE,
        bold: bool = False,
        color: str = INK,
        anchor: str = "start",
        room: float | None = None,
        turned: float = 0.0,
    ) -> float:
        """Write words on one line.

        Parameters
        ----------
        left, middle : float
            Where they begin (end, or have their middle, as ``anchor`` says), and the height of their middle.
        words : str
            As received: characters that a reader could not see are shown by their number.
        size : float
            Pixels.
        bold : bool
        color : str
        anchor : str
            ``start``, ``middle`` or ``end``.
        room : float, optional
            Pixels that there are; longer words end with ``…``.
        turned : float
            Degrees, against the clock.

        Returns
        -------
        float
            Where they end.
        """
        seen = visible_text(words)
        shown = seen if room is None else fitted(seen, room, size=size, bold=bold)
        line = shaped(drawable(shown), bold=bold)
        width = line.width * size / EM
        begins = left - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        marks = self._uses(line.glyphs, color)
        if marks:
            turn = f"translate({_n(begins)} {_n(middle + _MIDDLE * size)})"
            if turned:
                turn = f"translate({_n(left)} {_n(middle)})rotate({_n(-turned)})"
                turn += f"translate({_n(begins - left)} {_n(_MIDDLE * size)})"
            scale = f"scale({_n(size / EM, 5)})"
            label = f'aria-label="{escape(seen)}"'
            self._parts.append(f'<g {label} fill="{color}" transform="{turn}{scale}">{marks}</g>')
        return begins + width

    def lines(self, left: float, top: float, words: str, room: float, **how: object) -> float:
        """Write words on as many lines as they take, broken between words; return the height of the next line's top."""
        size = float(how.get("size", SIZE))  # type: ignore[arg-type]
        for one in broken(visible_text(words), room, size=size):
            self.text(left, top + size * 0.7, one, room=room, **how)  # type: ignore[arg-type]
            top += size * 1.4
        return top

    def _uses(self, glyphs: Sequence[Placed], color: str) -> str:
        """Return the marks of a text's letters, those of one thickness together."""
        marks: list[str] = []
        around = 0
        for one in glyphs:
            if not outline(one.glyph):
                continue
            if one.around != around:
                marks.append("</g>" if around else "")
                line = f'<g stroke="{color}" stroke-width="{one.around}" stroke-linejoin="round">'
                marks.append(line if one.around else "")
                around = one.around
            name = self._glyphs.setdefault(one.glyph, f"g{len(self._glyphs)}")
            place = f' x="{one.at}"' if one.at else ""
            place += f' y="{-one.above}"' if one.above else ""
            marks.append(f'<use href="#{name}"{place}/>')
        return "".join(marks) + ("</g>" if around else "")

    # files

    def svg(self, title: str = "") -> str:
        """Return the drawing as an SVG.

        Parameters
        ----------
        title : str
            What it shows, which browsers show and read aloud.
        """
        size = f'width="{_n(self.width)}" height="{_n(self.height)}" viewBox="0 0 {_n(self.width)} {_n(self.height)}"'
        named = f"<title>{escape(visible_text(title), quote=False)}</title>" if title else ""
        known = "".join(f'<path id="{name}" d="{outline(glyph)}"/>' for glyph, name in self._glyphs.items())
        known += "".join(_hatch(name, color) for color, name in self._hatches.items())
        return (
            f'<?xml version="1.0" encoding="utf-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}>{named}'
            f'<defs>{known}</defs><path d="M0 0h{_n(self.width)}v{_n(self.height)}h{_n(-self.width)}z" fill="#fff"/>'
            f"{''.join(self._parts)}</svg>\n"
        )


def png(svg: str) -> bytes:
    """Return a drawing's SVG as PNG, two dots a pixel."""
    compiler = typst.Compiler(_SHEET, root=TEMPLATES, font_paths=_NO_TYPEFACES, sys_inputs={"svg": svg})
    made = compiler.compile(format="png", ppi=_SHARP)
    if not isinstance(made, bytes):
        raise AuditError(f"a figure came back as {type(made).__name__} instead of one PNG")
    return made


def _hatch(name: str, color: str) -> str:
    how = 'width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
    return f'<pattern id="{name}" {how}><path d="M1 0v5" stroke="{color}" stroke-width="1.6"/></pattern>'


def wide(words: str, *, size: float = SIZE, bold: bool = False) -> float:
    """Return how many pixels words take."""
    return shaped(drawable(visible_text(words)), bold=bold).width * size / EM


def fitted(words: str, room: float, *, size: float = SIZE, bold: bool = False) -> str:
    """Return words that fit into so many pixels: cut, with ``…``, where they are too long."""
    if wide(words, size=size, bold=bold) <= room:
        return words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        fits = wide(words[:middle] + "…", size=size, bold=bold) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return words[:low].rstrip() + "…"


def broken(words: str, room: float, *, size: float = SIZE, bold: bool = False) -> list[str]:
    """Return words as lines that fit into so many pixels, broken between words."""
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and wide(longer, size=size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _n(value: float, places: int = 2) -> str:
    """Return a number as short as it can be written."""
    shown = f"{value:.{places}f}".rstrip("0").rstrip(".") if value else "0"
    return "0" if shown in {"-0", ""} else shown
