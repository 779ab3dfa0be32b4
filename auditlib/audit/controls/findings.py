"""What dossiers and control tests show, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.audit.sampling.limits import says_nothing
from auditlib.audit.status.histories import histories_in_words
from auditlib.phrases import Claim, agreeing, counted, listed, percent, percent_up, share
from auditlib.records.history import BREAKS, CLOSES, NOTHING

# 06_dossiers


def dossier_findings(
    dossiers: Sequence[Mapping[str, Any]], absent: Sequence[str], unread: Sequence[str]
) -> list[Finding]:
    """Say what the records of the sampled issues show.

    Parameters
    ----------
    dossiers : sequence of mapping
        Of each: key, now_key, incomplete (sentences), breaks (fields whose history does not close), history (a verdict of
        ``dossier.replay.history_verdict``), redacted (fields), comment_items.
    absent : sequence of str
        Keys that did not answer.
    unread : sequence of str
        Keys that were not asked for.
    """
    found = []
    if absent:
        keys = counted(len(absent), "key")
        verb = agreeing(len(absent), "does", "do")
        text = f"{keys} {verb} not answer; Jira says the same of deleted, hidden and unknown issues: {listed(list(absent))}."
        found.append(Finding("dossiers.absent", "06_dossiers", "exception", text, len(absent), ""))
    if unread:
        text = (
            f"The full record of {counted(len(unread), 'sampled issue')} was not read, since another sample was read: "
            f"{listed(list(unread))}. A run with --from reads them."
        )
        found.append(Finding("dossiers.unread", "06_dossiers", "limit", text, len(unread), ""))
    moved = [f"{one['key']} (now {one['now_key']})" for one in dossiers if one["key"] != one["now_key"]]
    if moved:
        text = f"{counted(len(moved), 'issue')} {agreeing(len(moved), 'answers', 'answer')} to another key: {listed(moved)}."
        found.append(Finding("dossiers.moved", "06_dossiers", "note", text, len(moved), ""))
    return [*found, *_replay_findings(dossiers), *_part_findings(dossiers)]


def unreadable_findings(unreadable: Mapping[str, str]) -> list[Finding]:
    """Say of which sampled issues Jira's answer can't be read.

    Parameters
    ----------
    unreadable : mapping of str to str
        Why, by key.
    """
    if not unreadable:
        return []
    text = (
        f"Of {counted(len(unreadable), 'sampled issue')} no record could be made, since Jira's answer can't be read: "
        f"{listed([f'{key} ({why})' for key, why in unreadable.items()])}. The responses that were kept hold what it answered."
    )
    return [Finding("dossiers.unreadable", "06_dossiers", "exception", text, len(unreadable), "")]


def _replay_findings(dossiers: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Say which histories do not lead to today, and which hold nothing by which that could be told."""
    found = []
    broken = [f"{one['key']} ({', '.join(one['breaks'])})" for one in dossiers if one["breaks"]]
    if broken:
        does = agreeing(len(broken), "does", "do")
        text = (
            f"{counted(len(broken), 'history', 'histories')} of {counted(len(dossiers), 'sampled issue')} {does} not lead from "
            f"the creation to today: {listed(broken)}."
        )
        found.append(Finding("dossiers.replay", "06_dossiers", "exception", text, len(broken), "sample_history"))
    silent = [str(one["key"]) for one in dossiers if one["history"] == NOTHING]
    if silent:
        every = len(silent) == len(dossiers)
        which = "" if every else f": {listed(silent)}"
        text = (
            f"{len(silent):,} of {counted(len(dossiers), 'sampled issue')} {agreeing(len(silent), 'has', 'have')} no history "
            f"that could be compared with today's values, so that a change taken out of it would not be seen{which}."
        )
        identity = "dossiers.no-history" if every else "dossiers.nothing-to-compare"
        found.append(Finding(identity, "06_dossiers", "limit", text, len(silent), ""))
    redacted = [f"{one['key']} ({', '.join(one['redacted'])})" for one in dossiers if one["redacted"]]
    if redacted:
        text = (
            f"Texts of {counted(len(redacted), 'sampled issue')} were redacted in Jira, so their history can't be compared "
            f"there: {listed(redacted)}."
        )
        found.append(Finding("dossiers.redacted", "06_dossiers", "limit", text, len(redacted), "sample_history"))
    return found


def _part_findings(dossiers: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Say which records lack a part, or tell of one that is gone."""
    found = []
    deleted = [f"{one['key']} ({one['comment_items']:,})" for one in dossiers if one["comment_items"]]
    if deleted:
        issues = counted(len(deleted), "sampled issue")
        text = f"The history of {issues} has entries on comments, as Jira may write when one is deleted: {listed(deleted)}."
        found.append(Finding("dossiers.comments", "06_dossiers", "exception", text, len(deleted), "sample_history"))
    incomplete = [one for one in dossiers if one["incomplete"]]
    if incomplete:
        of = f"{len(incomplete):,} of {counted(len(dossiers), 'record')} {agreeing(len(incomplete), 'is', 'are')}"
        text = f"{of} not complete. {_lacking(incomplete)}."
        found.append(Finding("dossiers.incomplete", "06_dossiers", "limit", text, len(incomplete), ""))
    return found


def _lacking(dossiers: Sequence[Mapping[str, Any]], most: int = 12) -> str:
    """Say what records lack, what several lack in the same words once."""
    lack: dict[str, list[str]] = {}
    for one in dossiers:
        for note in one["incomplete"]:
            lack.setdefault(str(note).rstrip("."), []).append(str(one["key"]))
    notes = sorted(lack.items(), key=lambda part: -len(part[1]))
    shown = [f"{listed(keys, 4)}: {note}" for note, keys in notes[:most]]
    left = len(notes) - most
    return ". ".join([*shown, *([f"What else is lacking ({left:,} more) is said in each record"] if left > 0 else [])])


def attribute_findings(
    outcomes: pd.DataFrame, rates: pd.DataFrame, untested: Sequence[str], claims: Mapping[str, Claim]
) -> list[Finding]:
    """Say which attributes the population, as far as it was tested, and the sample do not bear out.

    Parameters
    ----------
    outcomes : DataFrame
        ``attributes.csv``.
    rates : DataFrame
        ``attribute_rates.csv``.
    untested : sequence of str
        Attributes that the data pulled for the whole population can't answer.
    claims : mapping of str to Claim
        By attribute, what is said of issues that deviate from it.
    """
    found = []
    for row in rates[rates["scope"] == "population"].itertuples():
        count = int(row.exceptions + row.no_evidence)
        if count:
            text = f"{_deviations(claims[row.attribute], row)}."
            identity = f"attributes.population:{row.attribute}"
            found.append(Finding(identity, "06_dossiers", "exception", text, count, "attribute_deviations"))
    sampled = {str(row.attribute): int(row.tested) for row in rates[rates["scope"] == "sample"].itertuples()}
    for name, group in outcomes.groupby("attribute"):
        claim = claims[str(name)]
        for outcome, words in (("exception", claim.contradicts), ("no evidence", claim.shows_nothing)):
            keys = list(group.loc[group["outcome"] == outcome, "key"])
            if keys:
                of = f"{len(keys):,} of {counted(sampled[str(name)], 'sampled issue')} that “{name}” concerns"
                text = f"{of} {words(len(keys))}: {listed(keys)}."
                identity = f"attributes.{outcome.replace(' ', '-')}:{name}"
                found.append(Finding(identity, "06_dossiers", "exception", text, len(keys), "attributes"))
    if untested:
        text = (
            f"{counted(len(untested), 'attribute')} {agreeing(len(untested), 'was', 'were')} tested on the sample only, since "
            f"{agreeing(len(untested), 'it takes', 'they take')} what is read of single issues: {listed(list(untested))}."
        )
        found.append(Finding("attributes.sample-only", "06_dossiers", "note", text, len(untested), "attribute_rates"))
    return found


def _deviations(claim: Claim, row: Any) -> str:
    """Say how many of the issues concerned deviate, and in which way: those two numbers add up to the deviations."""
    against, silent = int(row.exceptions), int(row.no_evidence)
    count, of = against + silent, f"of {counted(int(row.tested), 'issue')} that “{row.attribute}” concerns"
    if not against or not silent:
        says = claim.contradicts(against) if against else claim.shows_nothing(silent)
        return f"{count:,} {of} ({share(count, int(row.tested))}) {says}"
    return (
        f"{count:,} {of} ({share(count, int(row.tested))}) {agreeing(count, 'deviates', 'deviate')}: {against:,} "
        f"{claim.contradicts(against)}, and {silent:,} {claim.shows_nothing(silent)}"
    )


def conclude_dossiers(dossiers: Sequence[Mapping[str, Any]], rates: pd.DataFrame, *, random: bool) -> str:
    """Return the conclusion of ``06_dossiers``; columns of `rates` as in ``attribute_rates.csv``."""
    count = len(dossiers)
    if not count:
        return "No issue is sampled, so there is no record to show."
    whole = sum(not one["incomplete"] for one in dossiers)
    closes, broken, silent = (sum(one["history"] == kind for one in dossiers) for kind in (CLOSES, BREAKS, NOTHING))
    records = "full record" if count == 1 else "full records"
    base = (
        f"The {records} of {counted(count, 'sampled issue')} {agreeing(count, 'is', 'are')} in the package, {whole:,} "
        f"complete by Jira's own counts. {histories_in_words(closes, broken, silent)}."
    )
    if not len(rates):
        return f"{base} No attributes are tested, since the parameters name none."
    over = rates[(rates["scope"] == "population") & (rates["tested"] > 0)]
    mine = rates[(rates["scope"] == "sample") & ~rates["attribute"].isin(over["attribute"])]
    parts = [base]
    if len(over):
        counts = ((int(row.exceptions + row.no_evidence), int(row.tested), row.attribute) for row in over.itertuples())
        shown = [
            f"{found:,} of {tested:,} ({share(found, tested)}) {agreeing(found, 'deviates', 'deviate')} from “{name}”"
            for found, tested, name in counts
        ]
        parts.append(f"Of all issues of the population that an attribute concerns, {listed(shown, len(shown))}.")
    concerned = mine[mine["tested"] > 0]
    if len(concerned):
        parts.append(_sampled_in_words(concerned, random=random))
    idle = [f"“{name}”" for name in mine.loc[mine["tested"] == 0, "attribute"]]
    if idle:
        parts.append(f"No {'sampled ' if random else ''}issue is concerned by {listed(idle, len(idle))}.")
    return " ".join(parts)


def _sampled_in_words(rates: pd.DataFrame, *, random: bool) -> str:
    """Say what the sample shows of attributes that it alone was asked."""
    shown = []
    for row in rates.itertuples():
        deviations, tested = int(row.exceptions + row.no_evidence), int(row.tested)
        said = f"{deviations:,} of {tested:,} {agreeing(deviations, 'deviates', 'deviate')} from “{row.attribute}”"
        if random and not pd.isna(row.upper_limit):
            confidence = str(row.confidence)
            if says_nothing(tested, confidence, None if pd.isna(row.tolerable_rate) else str(row.tolerable_rate)):
                said += ", too few to say anything of the population"
            else:
                said += f", {_limit_in_words(Fraction(str(row.upper_limit)), confidence)}"
        shown.append(said)
    text = f"Of the {'sampled ' if random else ''}issues that an attribute concerns, {'; '.join(shown)}."
    return text if random else f"{text} The issues were selected, not drawn, so that no rate of the population follows."


def _limit_in_words(limit: Fraction, confidence: str) -> str:
    if limit >= 1:
        return "which sets no limit for the population"
    return f"so that at {percent(confidence)} % confidence at most {percent_up(limit)} % of the population do"
