"""The statement on the information (IPE) as a page shows it: the same rows in ``01_scope`` and on the cover."""

from __future__ import annotations

from dataclasses import dataclass

from auditlib.audit.scope.ipe import HEADS, ROLES, IpeStatement, Part
from auditlib.report.cells import as_written, escaped, slug
from auditlib.report.display import signature_block
from auditlib.text import visible_text


@dataclass(frozen=True)
class StatementShown:
    """A statement that shows itself, with room to sign; its heading is the place's own."""

    statement: IpeStatement

    def _repr_html_(self) -> str:
        return as_written(statement_html(self.statement))

    def __repr__(self) -> str:
        rows = [
            f"{one.about}: {one.says} {one.test} → {one.result}" for part in self.statement.parts for one in part.rows
        ]
        return "\n".join(map(visible_text, rows))


def statement_html(statement: IpeStatement) -> str:
    """Return a statement as HTML, to be read on a page and to be signed on paper: two sheets of it."""
    about = "".join(f"<dt>{escaped(label)}</dt><dd>{escaped(text)}</dd>" for label, text in statement.about)
    unsaid = "".join(f"<li>{escaped(one)}</li>" for one in statement.unsaid)
    return (
        f'<div class="ipe"><dl class="facts">{about}</dl>{"".join(map(_part, statement.parts))}'
        f'<h3>What this statement does not say</h3><ul class="unsaid">{unsaid}</ul>{signature_block(ROLES)._repr_html_()}</div>'
    )


def _part(part: Part) -> str:
    head = "".join(f'<th scope="col">{one}</th>' for one in HEADS)
    rows = "".join(
        f'<tr><th scope="row">{escaped(one.about)}</th><td>{escaped(one.says)}</td><td>{escaped(one.test)}</td>'
        f'<td class="result">{escaped(one.result)}</td></tr>'
        for one in part.rows
    )
    title = escaped(part.title)
    return (
        f'<h3>{title}</h3><div class="table"><table class="claims" id="{slug(part.title)}">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
