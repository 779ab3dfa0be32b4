"""Every pair of numbers on one page adds up: the pages of whole packages, read as an auditor reads them who believes nothing."""

from __future__ import annotations

import re

import pytest
from whole_packages import first, number, numbers

from auditlib.run.notebooks import NOTEBOOKS


@pytest.fixture
def package(whole_package):
    """One whole package after another."""
    return whole_package


# Population


def test_the_population_is_what_is_left_of_the_pass(package):
    """in_period less what was left out, in the tables of two notebooks, in figures, sentence and CSV."""
    figures, table = package.summary["figures"], package.table("reconciliation")
    for page in ("01_scope", "02_population"):
        for row in package.shown(page, "projects"):
            left_out = number(row["excluded by type"]) + number(row["excluded by filter"])
            assert number(row["population"]) == number(row["in period"]) - left_out
    assert figures["population"] == len(package.table("population")) == table["population"].sum()
    assert numbers(r"The population is ([\d,]+) issues? of", package.conclusion("02_population")) == [
        figures["population"]
    ]


def test_every_issue_left_out_has_a_column(package):
    """excluded.csv = by type + by filter + moved out, on the page that shows both."""
    rows = package.shown("02_population", "projects")
    counted = sum(number(row[name]) for row in rows for name in ("excluded by type", "excluded by filter", "moved out"))
    assert counted == len(package.table("excluded")) == package.summary["figures"]["excluded"]


# Numbers


def test_numbers_are_present_or_missing_and_each_missing_one_has_a_class(package):
    """On the cover, in the notebook, in the sentence that says it."""
    figures = package.summary["figures"]
    assert figures["numbers"] == figures["present"] + figures["missing"]
    classes = [figures[name] for name in ("moved", "deleted", "existed", "unexplained")]
    assert figures["missing"] == sum(classes) == len(package.table("gaps"))
    rows = package.shown("cover", "projects?")
    for name in ("population", "numbers", "present", "missing", "moved", "deleted", "existed", "unexplained"):
        assert sum(number(row[name]) for row in rows) == figures[name]
    said = package.conclusion("03_numbering")
    assert numbers(r"Of ([\d,]+) numbers? in the range .*? ([\d,]+) \(", said) == [
        figures["numbers"],
        figures["present"],
    ]
    listed = [first(rf"([\d,]+) {name}", said) for name in ("moved,", "deleted,", "named by", "unexplained")]
    assert listed == classes


def test_missing_numbers_were_given_out_in_the_period_outside_of_it_or_nobody_knows(package):
    """Yes, no and unknown are all of them, and the sentences say each."""
    counts = package.table("gaps")["in_period"].value_counts()
    said = package.conclusion("03_numbering")
    told = {
        "yes": first(r"([\d,]+) falls? into the period", said),
        "no": first(r"([\d,]+) outside of it", said),
        "unknown": first(r"of ([\d,]+) that is not known", said),
    }
    known = {name: int(counts.get(name, 0)) for name in told}
    assert sum(known.values()) == package.summary["figures"]["missing"]
    if sum(value > 0 for value in known.values()) > 1:
        assert told == known
    assert "given out in the period" not in said, (
        "a range is not the period, and a number may never have been given out"
    )


def test_the_numbers_that_answer_and_the_population_say_how_they_differ(package):
    """Present = population in the range + left out + created on other days; population = that + those outside of the range."""
    figures, page = package.summary["figures"], package.page("cover").get_text(" ")
    said = " ".join(package.summary["sums"])
    for sentence in package.summary["sums"]:
        assert sentence in page
    present = numbers(r"Of ([\d,]+) numbers? that answers?", said)[0]
    inside = first(r"([\d,]+) belongs? to the population", said)
    left_out, other = first(r"([\d,]+) to issues left out", said), first(r"([\d,]+) to issues that were created", said)
    outside = first(r"; ([\d,]+) more issues? of the population", said)
    assert present == figures["present"] == inside + left_out + other
    assert figures["population"] == inside + outside


def test_deletions_and_deleted_numbers_say_how_they_differ(package):
    """17 deleted numbers beside 15 deletions in the period need a clause."""
    deleted = set(package.table("gaps").query("classification == 'deleted'")["key"])
    made = set(package.table("deletions")["key"])
    said = package.finding("numbering.deletions")
    assert bool(said) == bool(made)
    if made and made != deleted:
        assert numbers(r"([\d,]+) of these keys", said) == [len(made & deleted)]
        after = sum(number(one) for one in re.findall(r"issues? of ([\d,]+) more missing numbers?", said))
        assert after == len(deleted - made)
        assert first(r"; ([\d,]+) ha(?:s|ve) a? ?numbers? outside", said) == len(made - deleted)


# States


def test_states_sum_to_the_population_and_histories_too(package):
    """Each issue is counted once, in either column; each history closes, does not, holds nothing or was not given."""
    population, status = package.summary["figures"]["population"], package.table("status")
    assert status["at_extraction"].sum() == status["at_period_end"].sum() == population
    said = package.conclusion("04_status")
    if package.kind == "issues":
        assert "no history tells" in said
        assert "at the end of the period;" not in said
        return
    told = numbers(
        r"([\d,]+) histor(?:y|ies) leads? from the creation to today, ([\d,]+) do(?:es)? not, and ([\d,]+) holds? nothing",
        said,
    )
    assert sum(told) == population
    faults = (
        package.table("population")["history"].value_counts().drop(["complete", "nothing to compare"], errors="ignore")
    )
    assert told[1] <= faults.sum() <= told[1] + told[2]


def test_closed_issues_to_question_and_their_reasons(package):
    """An issue with two reasons is counted once, and the sentence says that its parts are more."""
    rows, said = package.table("closing"), package.conclusion("04_status")
    if not len(rows):
        assert "none is to question" in said
        return
    questioned = numbers(r"closed issues?, ([\d,]+) (?:is|are) to question", said)[0]
    reasons = [first(rf"([\d,]+) {words}", said) for words in ("without a resolution", "with one that", "marked as")]
    assert questioned == rows["key"].nunique()
    assert sum(reasons) == len(rows) == questioned + first(r"; ([\d,]+) of them for two", said)


def test_issues_that_changed_later_are_as_many_as_the_finding_says(package):
    """The table of the page and the sentence above it."""
    heading = package.page("04_status").find("h2", string=re.compile("changed after the period"))
    said = first(r"([\d,]+) issues? changed status", package.finding("status.later"))
    if heading is None:  # a section without rows is none; one sentence says so
        assert said == 0
        assert "no issues that changed after the period" in package.page("04_status").get_text(" ")
        return
    shown = heading.find_next(["caption", "p"], string=re.compile("issues")).get_text()
    assert first(r"of ([\d,]+) issues", shown) == said


# The sample


def test_rates_are_those_of_the_outcomes(package):
    """Tested = passed + exceptions + no evidence; the rows of the matrix and of the deviations are as many."""
    rates, outcomes = package.table("attribute_rates"), package.table("attributes")
    for row in rates.itertuples():
        assert row.tested == row.passed + row.exceptions + row.no_evidence
    for row in rates[rates["scope"] == "sample"].itertuples():
        mine = outcomes[outcomes["attribute"] == row.attribute]["outcome"].value_counts()
        assert (row.passed, row.exceptions, row.no_evidence, row.not_applicable) == tuple(
            int(mine.get(name, 0)) for name in ("pass", "exception", "no evidence", "not applicable")
        )
    deviations = package.table("attribute_deviations")["attribute"].value_counts()
    for row in rates[rates["scope"] == "population"].itertuples():
        assert row.exceptions + row.no_evidence == deviations.get(row.attribute, 0)


def test_a_limit_has_the_same_digits_in_table_and_sentence(package):
    """Rounded up in both: 0.1991 beside "20.0 %" would be two limits. Where all were asked, no limit of the sample stands."""
    said, rates = package.conclusion("06_dossiers"), package.table("attribute_rates")
    over = set(rates[(rates["scope"] == "population") & (rates["tested"] > 0)]["attribute"])
    rows = {row["attribute"]: row for row in package.shown("06_dossiers", "attributes tested on the sample")}
    for name, limit in re.findall(r"from “([^”]+)”, so that at [\d.]+ % confidence at most ([\d.]+ %)", said):
        assert rows[name]["upper limit"] == limit
        assert name not in over
    for name in over:
        assert re.search(rf"[\d,]+ of [\d,]+ \([^)]*\) deviates? from “{name}”", said)
    for row in rates[(rates["scope"] == "sample") & (rates["tested"] < 4) & (rates["tested"] > 0)].itertuples():
        assert not re.search(rf"“{row.attribute}”, so that", said), "a sample too small says nothing"


def test_the_sentences_of_an_attribute_count_what_its_table_counts(package):
    """Population before sample; exceptions and missing evidence sum to the deviations."""
    findings, rates = package.table("findings"), package.table("attribute_rates").set_index(["scope", "attribute"])
    mine = findings[findings["id"].str.startswith("attributes.") & findings["id"].str.contains(":")]
    for row in mine.itertuples():
        kind, _, name = row.id.partition(":")
        scope = "population" if kind == "attributes.population" else "sample"
        count, tested = numbers(r"^([\d,]+) of ([\d,]+) (?:sampled )?issues?", row.statement)
        assert (count, tested) == (
            row.count if False else mine.loc[row.Index, "count"],
            rates.loc[(scope, name), "tested"],
        )
        parts = re.search(r"deviates?: ([\d,]+) .*, and ([\d,]+) ", row.statement)
        if parts:
            assert number(parts[1]) + number(parts[2]) == count
    for name in {one.partition(":")[2] for one in mine["id"]}:
        order = [one for one in mine["id"] if one.endswith(f":{name}")]
        assert order.index(f"attributes.population:{name}") == 0 if f"attributes.population:{name}" in order else True


# What is said


def test_findings_are_counted_by_cause(package):
    """As many as the table has, of each severity; one cause in three projects is one cause."""
    findings = package.table("findings")
    caption = package.page("cover").select_one(".findings-table caption").get_text()
    for severity in ("exception", "limit", "note"):
        mine = findings[findings["severity"] == severity]
        if len(mine):
            found = numbers(rf"([\d,]+) {severity}s? \(([\d,]+) causes?\)", caption)
            assert found == [len(mine), mine["cause"].nunique()]
    needs = findings[findings["severity"] == "exception"]
    said = package.conclusion("09_summary")
    assert first(r"^([\d,]+) causes? needs? an answer", said) == needs["cause"].nunique()
    for cause in needs["cause"].unique():
        assert cause in said
    limits = findings[findings["severity"] == "limit"]
    assert first(r"([\d,]+) limits? of what this package proves", said) == len(limits)


def test_no_sentence_is_cut(package):
    """A part of a sentence may say the opposite: each stands whole on the cover, in its notebook and in the summary."""
    for row in package.table("findings").itertuples():
        for page in ("cover", row.notebook, "09_summary"):
            text = " ".join(package.page(page).get_text().split())
            assert " ".join(row.statement.split()) in text, f"{row.id} on {page}"
    for one in package.summary["conclusions"]:
        assert one["conclusion"] in package.page("09_summary").get_text(" ") or one["notebook"] == "09_summary"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_sealed_page_does_not_say_that_it_is_not_sealed(package, name):
    """What was true when it was executed must be true when it is read."""
    text = package.page(name).get_text(" ")
    assert "not sealed" not in text
    assert "executed before the package was sealed" in text


_ONE = re.compile(
    r"(?<![\d,.])\b1 (?:more )?(issues|findings|causes|numbers|limits|histories|differences|records|keys|projects|deletions|"
    r"sampled issues|closed issues|missing numbers|attributes|levels|links) (?!of)"
)
_MANY = re.compile(
    r"\b(?:[2-9]|\d{2,}) (?:issue|finding|cause|number|limit|history|record|key|project|deletion) (?!of|numbers|types)"
)


def test_one_is_one_and_many_are_many(package):
    """1 differences: a reader who sees this asks what else nobody read."""
    said = [one["conclusion"] for one in package.summary["conclusions"]]
    said += [one["statement"] for one in package.summary["findings"]] + package.summary["sums"]
    for sentence in said:
        assert not _ONE.search(sentence), sentence
        assert not _MANY.search(sentence), sentence


def test_every_cause_has_words_of_its_own(package):
    """The summary lists causes: ``permissions: everybody`` is an id, and no answer to what needs one."""
    for row in package.table("findings").itertuples():
        assert ": " not in row.cause, row.id


_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:")


def test_sentences_tell_times_as_people_read_them(package):
    """``2026-07-13T21:16:46.156-04:00`` is for tables; a sentence has the day in words, and the minute."""
    said = [one["conclusion"] for one in package.summary["conclusions"]]
    said += [one["statement"] for one in package.summary["findings"]] + package.summary["sums"]
    assert not [sentence for sentence in said if _STAMP.search(sentence)]


def test_what_recorded_issues_lack_is_the_first_thing_said(package):
    """And a Jira is not said to lack anything."""
    notes = [note.get_text(" ") for note in package.page("cover").select(".page-head .note")]
    said = package.finding("scope.folder")
    assert bool(said) == (package.kind in {"issues", "real"})
    if package.kind == "issues":
        assert any(said in note for note in notes)
        for lack in (
            "no audit log",
            "comes with a history",
            "fewer comments",
            "out of the files",
            "watchers",
            "votes",
            "worklogs",
        ):
            assert lack in said
        held, there = numbers(r"Jira's own count says: ([\d,]+) of ([\d,]+)", said)
        assert (held, there) == (0, sum(one % 3 for one in (2, 3, 5, 9, 10, 14)))
        assert any("change of status or resolution in its history" in note for note in notes)
