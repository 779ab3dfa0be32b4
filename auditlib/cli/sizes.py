"""The commands of the auditor's arithmetic: how large a sample must be, and what its deviations allow to conclude."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from auditlib.cli.screen import out, say
from auditlib.errors import UsageError


def sample_size(
    *,
    confidence: Annotated[str, typer.Option("--confidence", metavar="C", help="One-sided confidence: 0.90.")],
    tolerable: Annotated[str, typer.Option("--tolerable", metavar="T", help="Tolerable deviation rate: 0.10.")],
    expected: Annotated[
        str | None, typer.Option("--expected", metavar="E", help="Expected deviation rate; 0 if left out.")
    ] = None,
    expected_deviations: Annotated[
        int | None,
        typer.Option("--expected-deviations", metavar="K", min=0, help="Plan for so many deviations instead."),
    ] = None,
    population: Annotated[
        int | None, typer.Option("--population", metavar="N", min=1, help="Size of a small population; exact for it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print {n, deviations} for programs.")] = False,
) -> None:
    """Say how many issues must be tested to show that the deviation rate is tolerable.

    Examples:

        auditlib sample-size --confidence 0.90 --tolerable 0.10

        auditlib sample-size --confidence 0.95 --tolerable 0.05 --expected 0.01

        auditlib sample-size --confidence 0.95 --tolerable 0.1 --population 90
    """
    from auditlib.audit.sampling.limits import plan_words
    from auditlib.audit.sampling.sizes import size_from_rates
    from auditlib.phrases import counted, percent

    if expected is not None and expected_deviations is not None:
        raise UsageError("give either --expected or --expected-deviations")
    plan = size_from_rates(confidence, tolerable, expected or "0", population, expected_deviations=expected_deviations)
    if as_json:
        say(out, json.dumps({"n": plan.n, "deviations": plan.deviations}))
        return
    of = "" if population is None else f" of a population of {population:,}"
    planned = (
        counted(plan.deviations, "deviation")
        if plan.deviations == 0
        else f"at most {counted(plan.deviations, 'deviation')}"
    )
    say(
        out,
        f"Test {counted(plan.n, 'issue')}{of}. With {planned}, they show at {percent(confidence)} % confidence that the "
        f"deviation rate is at most {percent(tolerable)} %.",
    )
    if population is None:
        say(out, f"{plan_words(plan.n, confidence)}.")


def evaluate(
    *,
    size: Annotated[int, typer.Option("--size", metavar="N", min=1, help="Issues tested.")],
    deviations: Annotated[int, typer.Option("--deviations", metavar="K", min=0, help="Deviations found among them.")],
    confidence: Annotated[str, typer.Option("--confidence", metavar="C", help="One-sided confidence: 0.90.")],
    population: Annotated[
        int | None, typer.Option("--population", metavar="M", min=1, help="Size of a small population; exact for it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print {upper_limit} for programs.")] = False,
) -> None:
    """Say what the deviations found in a random sample allow to conclude. Not for issues that were selected by hand.

    Examples:

        auditlib evaluate --size 25 --deviations 1 --confidence 0.90

        auditlib evaluate --size 25 --deviations 0 --confidence 0.95 --json
    """
    from auditlib.audit.sampling.limits import evaluation_words, upper_limit

    if as_json:
        say(out, json.dumps({"upper_limit": float(upper_limit(size, deviations, confidence, population))}))
        return
    say(out, f"{evaluation_words(size, deviations, confidence, population)}.")
