"""The summary of an audit: the conclusion over all chapters. Pure."""

from __future__ import annotations

import pandas as pd

from auditlib.phrases import agreeing, counted


def conclude_summary(findings: pd.DataFrame) -> str:
    """Return the conclusion of ``09_summary``: what needs an answer by cause, however many findings tell of one."""
    exceptions, limits = (findings[findings["severity"] == name] for name in ("exception", "limit"))
    causes, bounds = list(dict.fromkeys(exceptions["cause"])), limits["cause"].nunique()
    stated = f"{counted(len(limits), 'limit')} of what this package proves {agreeing(len(limits), 'is', 'are')} stated"
    if len(limits) != bounds:
        stated += f" ({counted(bounds, 'cause')})"
    if not causes:
        return f"Nothing found needs an answer; {stated}."
    told = "" if len(causes) == len(exceptions) else f" (told in {counted(len(exceptions), 'finding')})"
    return (
        f"{counted(len(causes), 'cause')} {agreeing(len(causes), 'needs', 'need')} an answer{told}: "
        f"{'; '.join(causes)}. {stated[0].upper() + stated[1:]}."
    )
