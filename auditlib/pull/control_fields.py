"""Which fields there are: asked where controls look at some, so that the pass over the population brings those along."""

from __future__ import annotations

from auditlib.pull.session import Session
from auditlib.records.field_names import read_field_list
from auditlib.responses import topics


def ask_fields(session: Session) -> None:
    """Ask for the list of fields, if a control looks at any; a refusal is kept with the reason, and the run goes on."""
    if session.evidence.control_fields.named:
        session.told(topics.FIELDS.of(), session.reader.dialect.all_fields(), read_field_list)
