"""Which issues are the sample, as the parameters say. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from auditlib.audit.population.cut import HISTORY, POPULATION
from auditlib.audit.sampling.draw import draw_sample, parse_keys, select_keys
from auditlib.audit.sampling.limits import CONFIDENCE
from auditlib.audit.sampling.redraw_script import keys_text, redraw_script, strata_text
from auditlib.audit.sampling.sizes import planned_size
from auditlib.errors import SampleError
from auditlib.params.model import Parameters
from auditlib.tables import Column, Table

BESIDE: Final = {
    "keys.txt": "The population's keys, one a line, in byte order.",
    "redraw.sh": "Draws the sample again with standard tools, without this program.",
}
"""Files beside the tables by which anyone redoes the draw, and what they are."""

STRATA: Final = "strata.txt"
"""A stratum a line, beside the tables where the sample has strata."""

FIRST_DRAW = "first draw"
SELECTED = "selected"


SAMPLE: Final = Table(
    "sample",
    "The sampled issues in drawing order, each with the ticket that put it there.",
    (
        Column("order", "integer", "Place in drawing order, from 1."),
        Column("key", "text", "The issue's key when it was read."),
        Column("ticket", "text", "SHA-256 of seed, colon and key, in lower-case hex; the smallest are drawn."),
        Column("stratum", "text", "The stratum from which the issue was drawn."),
        *(column for column in POPULATION.contract if column.name != "key"),
    ),
    further=(
        HISTORY,
        Column(
            "drawn_as", "text", "How it came into the sample: first draw, extension, in place of another, selected."
        ),
        Column("replaced", "text", "Why it is not tested; empty for the issues that are."),
    ),
    sort_keys=("order",),
)


@dataclass(frozen=True)
class Drawn:
    """A sample of issues, and how it was drawn.

    Attributes
    ----------
    sample : DataFrame
        ``sample.csv``: every issue drawn, those that were replaced later among them; behind the population's columns
        ``drawn_as`` (first draw, extension, in place of another) and ``replaced`` (why it is not tested; empty else).
    reason : str
        Why it has this size, in words.
    seed : str or None
        None for the auditor's own selection.
    strata : tuple of str
        Columns by which the population was split.
    reduced : bool
        Whether the population is smaller than the size asked for.
    rejected : DataFrame
        Keys of the auditor's list that can't be tested: position, given, reason.
    confidence : str
        The confidence of conclusions: the parameters', else 90 %.
    tolerable : str or None
        The tolerable rate, where the parameters give one.
    """

    sample: pd.DataFrame
    reason: str
    seed: str | None
    strata: tuple[str, ...]
    reduced: bool
    rejected: pd.DataFrame
    confidence: str = field(default=CONFIDENCE)
    tolerable: str | None = field(default=None)

    @property
    def random(self) -> bool:
        """Whether the issues were drawn at random, so that they say something of the population."""
        return self.seed is not None

    @property
    def tested(self) -> pd.DataFrame:
        """The rows of the sample that are tested: all but those that were replaced."""
        return self.sample[self.sample["replaced"] == ""].reset_index(drop=True)


def plan_and_draw(
    population: pd.DataFrame,
    params: Parameters,
    key_list: str | None,
    why_not: Callable[[str], str] = lambda _: "not in the population",
) -> Drawn:
    """Draw the sample, or take the auditor's selection if there is one.

    An extension goes on with the same draw, and so does a replacement: what was drawn stays drawn, in its place.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        ``population.csv``.
    params : Parameters
        sample_size, sample_seed, sample_strata, sample_extensions, sample_replacements, sample_keys.
    key_list : str or None
        Text of the file that ``sample_keys`` names.
    why_not : callable
        Says of a key why it is not in the population.

    Raises
    ------
    SampleError
        If there is a seed missing, none of the auditor's keys is in the population, or an issue is to be replaced that is
        not in the sample.
    """
    rule = params.size_rule
    rates = rule if isinstance(rule, dict) and "confidence" in rule else {}
    confidence, tolerable = str(rates.get("confidence", CONFIDENCE)), rates.get("tolerable_rate")
    tolerated = None if tolerable is None else str(tolerable)
    nothing = pd.DataFrame({"position": [], "given": [], "reason": []}, dtype="str")
    if params.sample_keys is not None:
        keys: Sequence[str] = parse_keys(key_list or "") if isinstance(params.sample_keys, str) else params.sample_keys
        chosen = select_keys(population, keys)
        rejected = chosen.rejected.assign(
            reason=[
                why_not(row.given.strip().upper()) if row.reason == "not in the population" else row.reason
                for row in chosen.rejected.itertuples()
            ]
        )
        if not len(chosen.sample):
            shown = "; ".join(f"{row.given}: {row.reason}" for row in rejected.head(5).itertuples())
            which = "the one key is not" if len(keys) == 1 else f"none of the {len(keys):,} keys is"
            raise SampleError(
                f"sample_keys: {which} in the population ({shown}). It holds issues that were created "
                "in the period, in a listed project; tables/keys.txt of an earlier package lists them"
            )
        sample = SAMPLE.check(chosen.sample.assign(drawn_as=SELECTED, replaced=""))
        return Drawn(sample, "selected by the auditor", None, (), False, rejected, confidence, tolerated)
    if params.sample_seed is None:
        raise SampleError("there is no sample_seed; a run draws one and writes it into the package's params.yaml")
    plan = planned_size(rule, len(population))
    added = [f"extension: {one.reason}" for one in params.sample_extensions for _ in range(one.issues)]
    added += [f"in place of {one.key}: {one.reason}" for one in params.sample_replacements]
    drawn_as = [FIRST_DRAW] * plan.size + added
    size = min(len(drawn_as), len(population))
    sample = draw_sample(population, size, params.sample_seed, params.sample_strata)
    reasons = {one.key: one.reason for one in params.sample_replacements}
    absent = sorted(reasons.keys() - set(sample["key"]))
    if absent:
        raise SampleError(
            f"sample_replacements: {', '.join(absent)} is not in the sample, so nothing can take its place"
        )
    replaced = [reasons.get(key, "") for key in sample["key"]]
    sample = sample.assign(drawn_as=pd.array(drawn_as[:size], dtype="str"), replaced=pd.array(replaced, dtype="str"))
    sample = SAMPLE.check(sample)
    reduced = plan.size < plan.asked or size < len(drawn_as)
    strata = params.sample_strata
    return Drawn(sample, plan.reason, params.sample_seed, strata, reduced, nothing, confidence, tolerated)


def redraw_files(population: pd.DataFrame, drawn: Drawn) -> dict[str, bytes]:
    """Return ``keys.txt`` and, for a draw, ``redraw.sh`` (with strata also ``strata.txt``), by file name."""
    files = {"keys.txt": keys_text(population).encode()}
    if drawn.seed is not None:
        files["redraw.sh"] = redraw_script(drawn.seed, len(drawn.sample), drawn.strata).encode()
        if drawn.strata:
            files[STRATA] = strata_text(population, drawn.strata).encode()
    return files
