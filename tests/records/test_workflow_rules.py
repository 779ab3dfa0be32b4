"""Rules of transitions in words: every key of Atlassian's description, and those that it does not name."""

from __future__ import annotations

import pytest

from auditlib.records.workflow_rules import ACTION, CONDITION, SCREEN, TRIGGER, VALIDATOR, gates, in_words, read_rules

STATUSES = {"1": "Open", "2": "In Review", "3": "Done"}


def rule(key: str, **parameters: str) -> dict[str, object]:
    return {"ruleKey": key, "parameters": parameters}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            rule("system:separation-of-duties", fromStatusId="1", toStatusId="2"),
            "separation of duties: not by who took the issue from Open to In Review before",
        ),
        (
            rule("system:restrict-issue-transition", roleIds="10002,10004", groupIds="", accountIds="allow-reporter"),
            "only the reporter or role 10002 or role 10004",
        ),
        (
            rule("system:restrict-issue-transition", permissionKeys="ADMINISTER_PROJECTS", denyUserCustomFields="cf_7"),
            "only whoever has ADMINISTER_PROJECTS or whoever does not stand in cf_7",
        ),
        (rule("system:restrict-issue-transition"), "only whom it names, and it names nobody"),
        (rule("system:restrict-from-all-users", restrictMode="users"), "nobody by hand"),
        (
            rule("system:restrict-from-all-users", restrictMode="usersAndAPI"),
            "nobody, not through the API either",
        ),
        (
            rule("system:previous-status-validator", previousStatusIds="2", mostRecentStatusOnly="true"),
            "only if the issue was in In Review just before",
        ),
        (
            rule("system:previous-status-condition", previousStatusIds="9", **{"not": "true"}),
            "only if the issue was not in status 9 before",
        ),
        (
            rule("system:parent-or-child-blocking-condition", blocker="CHILD", statusIds="2,3"),
            "only if all child issues are in In Review or Done",
        ),
        (
            rule("system:check-field-value", fieldId="priority", comparator="!=", fieldValue='["Low"]'),
            'only if priority != ["Low"]',
        ),
        (rule("system:jsd-approvals-block-until-approved"), "not before it is approved"),
        (rule("system:check-permission-validator", permissionKey="RESOLVE_ISSUES"), "only whoever has RESOLVE_ISSUES"),
        (
            rule("system:validate-field-value", ruleType="fieldRequired", fieldsRequired="resolution,customfield_1"),
            "needs resolution, customfield_1",
        ),
        (
            rule("system:validate-field-value", ruleType="windowDateComparison", date1FieldKey="a", date2FieldKey="b",
                 numberOfDays="3"),
            "needs a within 3 days of b",
        ),
        (
            rule("system:validate-field-value", ruleType="fieldIsBlue", fieldKey="a"),
            "system:validate-field-value (fieldKey: a; ruleType: fieldIsBlue)",
        ),
        (rule("system:change-assignee", type="to-unassigned"), "assigns the issue to nobody"),
        (
            rule("system:copy-value-from-other-field", sourceFieldKey="a", targetFieldKey="b", issueSource="PARENT"),
            "copies a of the parent to b",
        ),
        (rule("system:update-field", field="labels", value="x", mode="append"), "appends to labels: x"),
        ({"ruleKey": "system:transition-screen", "params": {"screenId": "3"}}, "shows screen 3"),
        (
            rule("connect:expression-validator", appKey="com.x", config="{}"),
            "connect:expression-validator (appKey: com.x; config: {})",
        ),
        ({"ruleKey": "system:something-new"}, "system:something-new"),
        ({"ruleKey": 7, "parameters": []}, "7"),
    ],
)  # fmt: skip
def test_a_rule_is_said_in_words(given, words):
    """Statuses by name; what nobody here knows stays as it is, so that no rule is lost."""
    assert in_words(given, STATUSES) == words


def test_groups_of_conditions_keep_their_and_and_or():
    """What all must hold is a rule each; where any is enough they are one, and a group in a group stands in brackets."""
    first, second = rule("system:block-in-progress-approval"), rule("system:restrict-from-all-users")
    inner = {"operation": "ANY", "conditions": [first, second], "conditionGroups": []}
    transition = {"conditions": {"operation": "ALL", "conditions": [first], "conditionGroups": [inner, {}, None]}}
    assert [str(one) for one in read_rules(transition, STATUSES)] == [
        "condition: not while an approval is pending",
        "condition: (not while an approval is pending or nobody by hand)",
    ]
    both = {"operation": "ALL", "conditions": [first, second]}
    any_of = {"conditions": {"operation": "ANY", "conditions": [second], "conditionGroups": [both]}}
    assert [str(one) for one in read_rules(any_of, STATUSES)] == [
        "condition: nobody by hand or (not while an approval is pending and nobody by hand)"
    ]


def test_every_kind_of_rule_is_read_and_what_is_none_left_out():
    """Conditions and validators may stop a transition, the others not."""
    transition = {
        "conditions": {"conditions": [rule("c")]},
        "validators": [rule("v"), None, {}],
        "actions": [rule("a")],
        "triggers": [rule("t")],
        "transitionScreen": rule("s"),
    }
    rules = read_rules(transition, STATUSES)
    assert [one.kind for one in rules] == [CONDITION, VALIDATOR, ACTION, TRIGGER, SCREEN]
    assert gates(rules) == ["c", "v"]
    assert read_rules({"conditions": 3, "validators": "no", "transitionScreen": None}, STATUSES) == ()


def test_conditions_of_any_depth_are_read():
    """A hostile answer ends no run."""
    group: dict[str, object] = {"conditions": [rule("deep")]}
    for _ in range(500):
        group = {"conditionGroups": [group]}
    assert "further conditions" in str(read_rules({"conditions": group}, STATUSES)[0])
