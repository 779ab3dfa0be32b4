"""What ``05_sample`` shows beside its tables: strata, the tickets once more, what the size can show, the redraw in a shell."""

from __future__ import annotations

import pandas as pd

from auditlib.audit.sampling.draw import stratum_names, ticket
from auditlib.audit.sampling.limits import evaluation_words, upper_limit
from auditlib.audit.sampling.sample import SAMPLE
from auditlib.evidence.opened import Evidence
from auditlib.report.display import Lines
from auditlib.run.redraw import redraw_shown
from auditlib.tables import to_csv


def counts_by_stratum(evidence: Evidence) -> pd.DataFrame:
    """Return issues of the population and of the sample by stratum."""
    names = pd.Series(stratum_names(evidence.population, evidence.drawn.strata), dtype=object)
    counts = pd.DataFrame(
        {"population": names.value_counts(), "sample": evidence.sampled.sample["stratum"].value_counts()}
    ).fillna(0)
    shown = counts.astype("int64").rename_axis("stratum").reset_index()
    return shown.replace({"stratum": {"": "(no strata)"}}).sort_values("stratum", ignore_index=True)


def tickets_again(evidence: Evidence) -> pd.DataFrame:
    """Return the tickets of the sample once more, from seed and key: key, text hashed, ticket, agrees."""
    seed, sample = evidence.drawn.seed, evidence.sampled.sample
    if seed is None:
        return pd.DataFrame(columns=["key", "text", "ticket", "agrees"])
    rows = [
        (
            row.key,
            f"{seed}:{row.key}",
            ticket(seed, row.key),
            "yes" if ticket(seed, row.key) == row.ticket else "no",
        )
        for row in sample.itertuples()
    ]
    return pd.DataFrame(rows, columns=["key", "text", "ticket", "agrees"])


def limits_by_deviations(evidence: Evidence) -> pd.DataFrame:
    """Return what a sample of this size can show, by the number of deviations found: deviations, upper limit, in words."""
    drawn, tested = evidence.drawn, len(evidence.drawn.tested)
    if not drawn.random or not tested or evidence.sampled.all_drawn:
        return pd.DataFrame(columns=["deviations", "upper_limit", "conclusion"])
    rows = [
        (
            count,
            float(upper_limit(tested, count, drawn.confidence)),
            evaluation_words(tested, count, drawn.confidence),
        )
        for count in range(min(4, tested + 1))
    ]
    return pd.DataFrame(rows, columns=["deviations", "upper_limit", "conclusion"])


def redraw_in_shell(evidence: Evidence) -> Lines:
    """Return the redraw with the shell's own tools, run here: what was typed and what came."""
    files = evidence.companion_files()
    return Lines(tuple(redraw_shown(files, to_csv(SAMPLE, evidence.sampled.sample, evidence.pulled.schema["tables"]))))
