"""Which form the answers to a request have: every resource that has one, and the check of an answer by it. Pure.

To give a resource a form, declare it in the module of its subject and put it into that module's ``FORMS``; a new module's
``FORMS`` are added here. It is checked then when an answer comes (``jira.judging``) and whenever it is read from disk
(``store``), with nothing to be done by whoever asks or reads.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from auditlib.responses.forms import access, histories, issues, log, parts, site, workflows, worklogs
from auditlib.responses.forms.form import Form, check
from auditlib.responses.request import Request

FORMS: Final[tuple[Form, ...]] = (
    *(*site.FORMS, *issues.FORMS, *histories.FORMS, *parts.FORMS),
    *(*access.FORMS, *log.FORMS, *workflows.FORMS, *worklogs.FORMS),
)
"""All of them."""

USABLE: Final = 200
"""The status of an answer that has its form; a refusal may be anything."""

_COMPILED: Final = tuple((form.method, re.compile(form.path), form) for form in FORMS)


@lru_cache(maxsize=1024)
def form_of(method: str, path: str) -> Form | None:
    """Return the form of a resource; None where it has none, and whoever reads it looks at everything."""
    return next((form for known, path_of, form in _COMPILED if known == method and path_of.fullmatch(path)), None)


def require_form(request: Request, status: int, answer: Any) -> None:
    """Refuse an answer that has not the form of its resource; a refusal, or a resource without a form, is not looked at.

    Raises
    ------
    FormError
        Naming the request, the place in the answer, what stands there and what should.
    """
    form = form_of(request.method, request.path) if status == USABLE else None
    if form is not None:
        check(form, request, answer)
