"""How many: the population, what was left out, its statuses, the sample. Pure."""

from __future__ import annotations

from auditlib.audit.yearly.rows import Compared, of_counts, of_numbers
from auditlib.audit.yearly.year import Year


def compare_counts(this: Year, last: Year) -> Compared:
    """Compare the counts of the population, by project and status category, of what was left out, and of the sample."""
    ours, theirs = this.population, last.population
    drawn = [{row["key"] for row in year.rows("sample")} for year in (this, last)]
    return Compared(
        (
            of_numbers("population", len(ours), len(theirs)),
            *of_counts("population", this.tally("population", "project"), last.tally("population", "project")),
            of_numbers("excluded", len(this.rows("excluded")), len(last.rows("excluded"))),
            *of_counts("excluded", this.tally("excluded", "reason"), last.tally("excluded", "reason")),
            *of_counts(
                "status category",
                this.tally("population", "status_category"),
                last.tally("population", "status_category"),
            ),
            of_numbers("sample", len(drawn[0]), len(drawn[1]), f"{len(drawn[0] & drawn[1])} sampled in both years"),
        )
    )
