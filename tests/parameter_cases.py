"""Parameter files in order and out of order, each defect with how it is told."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from auditlib.errors import ParameterError, Problem
from auditlib.params.model import Parameters
from auditlib.params.reading import parse_parameters

GOOD = """\
audit: "SOC 2 Type II 2026"
jira_url: "https://jira.example.com"
projects: [PAY, OPS]
period_start: "2026-04-01"
period_end: "2026-09-30"
timezone: Europe/Berlin
"""

# By file: line, key, value as shown, and words that say what is allowed or what to do.
DEFECTS: dict[str, list[tuple[int, str, str, str]]] = {
    "alias-holds-itself": [
        (7, "issue_types[0]", "", "an alias (*name) that holds itself or grows without end; write the values")
    ],
    "alias-of-nothing": [
        (7, "issue_types", "*types", "a value beginning with * points to an anchor that does not exist; put the")
    ],
    "attachments-is-text": [(7, "attachments", "true", "true or false is needed, without quotes")],
    "attribute-applies-to-nothing": [
        (
            10,
            "attributes[0].applies_to",
            "{}",
            "at least one of issue_type, status, project is needed; leave the key out",
        )
    ],
    "attribute-days-missing": [
        (10, "attributes[0].test.within.days", "", "is missing, and is needed: days of 24 hours")
    ],
    "attribute-event-key-unknown": [
        (12, "attributes[0].test.order.first.to_status", "", "is missing, and is needed: name of the status"),
        (
            12,
            "attributes[0].test.order.first.status",
            "Approved",
            "unknown key; did you mean to_status? allowed are to_status",
        ),
    ],
    "attribute-event-unknown": [
        (
            12,
            "attributes[0].test.order.first",
            "approved",
            'an event is needed: created, resolved or {to_status: "NAME"}',
        )
    ],
    "attribute-has-two-things": [
        (
            10,
            "attributes[0].test.has",
            "a mapping of 2",
            "has has exactly one thing of link, attachment, comment_by, and link and",
        )
    ],
    "attribute-is-text": [
        (7, "attributes[0]", "approved", "a mapping is needed with the keys name, question, applies_to, test")
    ],
    "attribute-name-repeated": [
        (11, "attributes[1].name", "approved", "another attribute has this name; give each its own")
    ],
    "attribute-one-person": [
        (
            10,
            "attributes[0].test.different_people",
            "[reporter]",
            "at least two events or fields are needed, whose people are compared",
        )
    ],
    "attribute-out-of-scope": [
        (10, "attributes[0].applies_to.project[0]", "HR", "is not in scope; projects are PAY, OPS")
    ],
    "attribute-test-is-empty": [
        (10, "attributes[0].test", "{}", "an attribute has exactly one test of order, different_people,")
    ],
    "attribute-test-unknown": [
        (
            11,
            "attributes[0].test.ordre",
            "a mapping of 2",
            "unknown key; did you mean order? allowed are order, different_people,",
        )
    ],
    "attribute-with-two-tests": [
        (10, "attributes[0].test", "a mapping of 2", "an attribute has exactly one test of order, different_people,")
    ],
    "attribute-without-test": [(8, "attributes[0].test", "", "is missing, and is needed: how it is answered")],
    "bracket-not-closed": [
        (3, "projects", "[PAY, OPS", "a list is opened with [ here and not closed, or a comma is missing")
    ],
    "colon-in-unquoted-text": [
        (1, "audit", "SOC 2: Type II", "a colon followed by a space inside a value; put the value in quotes")
    ],
    "confidence-in-percent": [
        (8, "sample_size.confidence", "90", "a decimal fraction from 0 to 1 is needed, like 0.9 for 90 %")
    ],
    "control-character": [
        (1, "audit", "U+0007", "a control character that YAML forbids; delete it, or write it as an escape")
    ],
    "day-is-not-in-the-calendar": [(5, "period_end", "2026-09-31", "there is no such day in the calendar")],
    "day-written-the-other-way": [
        (4, "period_start", "01.04.2026", 'a day is needed, year-month-day, like "2026-04-01"')
    ],
    "deployment-mistyped": [
        (7, "deployment", "datacenter", "did you mean data-center? allowed are auto, cloud, data-center")
    ],
    "duplicate-key": [(9, "sample_size", "60", "this key stands in line 7 already; one of the two must go")],
    "empty": [(1, "parameter file", "", "is empty; lines of key: value are needed, at least audit, jira_url,")],
    "everything-at-once": [
        (3, "projects[0]", "pay", "did you mean PAY? a project key is needed: a capital letter, then capital"),
        (5, "period_end", "2026-03-01", "the period ends before it starts (2026-04-01); exchange the days, or"),
        (6, "timezone", "Berlin", "did you mean Europe/Berlin? an IANA time zone is needed, like"),
        (7, "sampel_size", "60", "unknown key; did you mean sample_size?"),
        (8, "sample_seed", "7", "a seed is text, and YAML made of it the number 7, from which another"),
    ],
    "expected-rate-not-below-tolerable": [
        (7, "sample_size.expected_rate", "0.05", "must be less than tolerable_rate, or no sample is large enough")
    ],
    "filter-id-is-text": [(7, "filter_id", "10100", "a whole number, at least 1, without quotes is needed")],
    "issue-types-null": [(7, "issue_types", "", 'nothing is given; a list is needed, like ["Change", "Incident"]')],
    "jql-with-order-by": [
        (
            7,
            "population_jql",
            "component = A ORDER BY created",
            "ORDER BY has no place here: the clause is joined to the period with AND;",
        )
    ],
    "merge-key": [
        (10, "attributes[0].test", "<<", "merging mappings with << is not understood here; write the keys out")
    ],
    "missing-keys": [
        (1, "projects", "", "is missing, and is needed: keys of the projects in scope, at least one"),
        (1, "timezone", "", "is missing, and is needed: IANA name of the time zone in which the"),
    ],
    "nested-key-unknown": [
        (11, "attributes[0].test.within.to", "", "is missing, and is needed: its last occurrence counts"),
        (11, "attributes[0].test.within.until", "resolved", "unknown key; allowed are from, to, days"),
    ],
    "not-a-mapping": [
        (1, "parameter file", "[PAY, OPS]", "holds no keys; lines of key: value are needed, at least audit, jira_url,")
    ],
    "not-utf8": [(1, "parameter file", "byte 0xfc", "is not UTF-8; save the file with the encoding UTF-8")],
    "only-comments": [(1, "parameter file", "", "is empty; lines of key: value are needed, at least audit, jira_url,")],
    "only-text": [
        (
            1,
            "parameter file",
            "SOC 2 Type II 2026",
            "holds no keys; lines of key: value are needed, at least audit, jira_url,",
        )
    ],
    "organization-is-an-address": [
        (7, "org_id", "admin.atlassian.com/o/4ef1a2b0", "the id of an organisation is needed, letters, digits and")
    ],
    "password-in-the-file": [(7, "credentials", "", "JIRA_USER and JIRA_TOKEN only")],
    "period-ends-before-it-starts": [
        (5, "period_end", "2026-04-01", "the period ends before it starts (2026-09-30); exchange the days, or")
    ],
    "period-has-a-time": [
        (
            4,
            "period_start",
            "2026-04-01 09:00:00",
            'a day without time is needed, like "2026-04-01"; the whole day belongs to',
        )
    ],
    "permission-mistyped": [
        (
            7,
            "permissions[1]",
            "delete issues",
            "did you mean DELETE_ISSUES? Jira's key of a project permission is needed,",
        )
    ],
    "project-key-became-false": [
        (3, "projects[1]", "NO", "text is needed, and YAML made of it the truth value false; put it in quotes")
    ],
    "project-key-in-lower-case": [
        (3, "projects[1]", "ops", "did you mean OPS? a project key is needed: a capital letter, then capital")
    ],
    "project-key-with-a-blank": [
        (3, "projects[0]", '"PAY "', "begins or ends with a blank, which nobody sees; remove it")
    ],
    "project-repeated": [(6, "projects[2]", "PAY", "stands in the list already, as number 1; remove one")],
    "projects-is-empty": [(3, "projects", "[]", "the list is empty; at least one is needed")],
    "projects-is-text": [(3, "projects", "PAY", "a list is needed, like [PAY, OPS]")],
    "quote-not-closed": [
        (
            2,
            "jira_url",
            '"https://jira.example.com"',
            "does not fit the lines above: a quote is not closed there, or keys of one",
        )
    ],
    "rate-key-unknown": [
        (9, "sample_size.tolerable", "0.10", "unknown key; did you mean tolerable_rate? allowed are confidence,")
    ],
    "rate-missing": [
        (7, "sample_size.tolerable_rate", "", "is missing, and is needed: deviation rate, a fraction, above which the")
    ],
    "rates-and-table": [(8, "sample_size.confidence", "0.90", "unknown key; allowed are by_population")],
    "sample-key-malformed": [(9, "sample_keys[1]", "PAY-007", "an issue key is needed, like PAY-17")],
    "sample-key-of-another-project": [(7, "sample_keys[1]", "PAYX-2", "its project is not one of projects: PAY, OPS")],
    "sample-key-repeated": [(7, "sample_keys[2]", "PAY-1", "stands in the list already, as number 1; remove one")],
    "sample-keys-and-seed": [
        (8, "sample_keys", "[PAY-1]", "a selection is not drawn, so sample_seed would mean nothing; keep one or")
    ],
    "sample-keys-as-one-text": [(7, "sample_keys", "PAY-1, PAY-2", "issue keys are written as a list: [PAY-1, PAY-2]")],
    "sample-size-is-octal": [
        (7, "sample_size", "025", "YAML makes the number 21 of this; write the number plainly, or put text in")
    ],
    "sample-size-is-text": [(7, "sample_size", "25", "a whole number, at least 1, or a mapping {confidence: 0.90,")],
    "sample-size-is-true": [(7, "sample_size", "yes", "a whole number, at least 1, or a mapping {confidence: 0.90,")],
    "sample-size-zero": [(7, "sample_size", "0", "a whole number, at least 1, or a mapping {confidence: 0.90,")],
    "second-document": [
        (7, "parameter file", "---", "a second document (---) begins here; a parameter file is one document")
    ],
    "seed-became-a-date": [
        (7, "sample_seed", "2026-10-05", "a seed is text, and YAML made of it the date 2026-10-05, from which")
    ],
    "seed-became-a-number": [
        (7, "sample_seed", "00412", "a seed is text, and YAML made of it the number 266, from which another")
    ],
    "seed-ends-with-a-blank": [
        (7, "sample_seed", '"blue river "', "begins or ends with a blank, which nobody sees; remove it")
    ],
    "seed-is-empty": [
        (7, "sample_seed", "", "text is needed, and this is empty; leave the key out if it is not wanted")
    ],
    "strata-repeated": [(7, "sample_strata[1]", "project", "stands in the list already, as number 1; remove one")],
    "strata-unknown-column": [
        (7, "sample_strata[1]", "type", "did you mean issue_type? a column of population.csv is needed: key, project")
    ],
    "tab-indentation": [(4, "projects", "- PAY", "a tab; YAML indents with spaces only")],
    "table-goes-on-after-null": [
        (
            7,
            "sample_size.by_population[1]",
            "[50, 5]",
            "no row can follow the one with null, which takes all larger populations",
        )
    ],
    "table-not-sorted": [
        (10, "sample_size.by_population[1][0]", "50", "bounds must rise from row to row, and this does not exceed 250")
    ],
    "table-row-of-three": [
        (
            7,
            "sample_size.by_population[0]",
            "[1, 50, 5]",
            "a row is a list of two, largest population and sample size, like [250,",
        )
    ],
    "table-with-a-bad-percentage": [
        (7, "sample_size.by_population[0][1]", "110%", 'a whole number, all, or a percentage like "10%" is needed')
    ],
    "table-without-null": [
        (
            10,
            "sample_size.by_population[1]",
            "[250, 10]",
            "the last row must begin with null, so that no population is without a size",
        )
    ],
    "time-zone-is-an-offset": [
        (6, "timezone", "+02:00", "an IANA time zone is needed, like America/New_York, Europe/Berlin or UTC")
    ],
    "time-zone-unknown": [
        (6, "timezone", "New York", "did you mean America/New_York? an IANA time zone is needed, like")
    ],
    "timestamp-url-is-a-host": [
        (
            7,
            "timestamp_url",
            "timestamp.example.com",
            "a full address is needed, beginning with https:// (or http://), like",
        )
    ],
    "title-is-a-number": [
        (1, "audit", "2026", "text is needed, and YAML made of it the number 2026; put it in quotes")
    ],
    "token-as-seed": [(7, "parameter file", "", "JIRA_USER and JIRA_TOKEN only")],
    "token-in-a-comment": [(7, "parameter file", "", "JIRA_USER and JIRA_TOKEN only")],
    "token-in-the-file": [(7, "jira_token", "", "JIRA_USER and JIRA_TOKEN only")],
    "token-on-a-broken-line": [(7, "token", "", "JIRA_USER and JIRA_TOKEN only")],
    "tolerable-rate-is-zero": [
        (
            7,
            "sample_size.tolerable_rate",
            "0.0",
            "a decimal fraction greater than 0 and less than 1 is needed, like 0.10",
        )
    ],
    "unknown-key": [(7, "sampel_size", "60", "unknown key; did you mean sample_size?")],
    "url-of-a-page": [
        (
            2,
            "jira_url",
            "https://example.atlassian.net/browse/PAY-1",
            "this is the address of a page in Jira; write https://example.atlassian.net, its base address",
        )
    ],
    "url-with-a-bad-port": [
        (2, "jira_url", "https://jira.example.com:https", "this is no address; write it like https://jira.example.com")
    ],
    "url-with-a-query": [
        (
            2,
            "jira_url",
            "https://jira.example.com/?…",
            "the base address without ? is needed, like https://jira.example.com or",
        )
    ],
    "url-with-credentials": [(2, "jira_url", "", "JIRA_USER and JIRA_TOKEN only")],
    "url-without-scheme": [
        (2, "jira_url", "jira.example.com", "a full address is needed, beginning with https:// (or http://), like")
    ],
    "utf16": [(1, "parameter file", "byte 0xff", "is not UTF-8; save the file with the encoding UTF-8")],
    "yaml-tag": [
        (
            1,
            "audit",
            "!!python/name:os.system",
            "a YAML tag (!name) that is not understood here; write the plain value,",
        )
    ],
    "year-mistyped": [(4, "period_start", "0206-04-01", "a year from 1970 to 2199 is needed")],
}


def problems_of(text: str, *overrides: str) -> list[Problem]:
    with pytest.raises(ParameterError) as caught:
        parse_parameters(text, "given.yaml", overrides)
    return caught.value.problems


def good(**changes: Any) -> Parameters:
    values = yaml.safe_load(GOOD)
    return Parameters(**(values | changes))
