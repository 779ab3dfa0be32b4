"""The rules of a workflow's transitions, in words. Pure.

Their keys and parameters are those of Atlassian's OpenAPI description of Jira Cloud (``POST workflows``, "Supported rules").
A key that it does not name, as of an app, is shown as it is, with its parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from auditlib.csv_cells import writable_text
from auditlib.text import shorten

_LONGEST: Final = 200
"""Of a parameter that an app keeps its own settings in."""

_DEEPEST: Final = 20
"""How deep groups of conditions are followed; deeper ones are named, not read."""

CONDITION: Final = "condition"
VALIDATOR: Final = "validator"
ACTION: Final = "post function"
TRIGGER: Final = "trigger"
SCREEN: Final = "screen"

GATES: Final = (CONDITION, VALIDATOR)
"""What may keep somebody from taking a transition; the others say what happens with it."""


@dataclass(frozen=True)
class Rule:
    """A rule of a transition: what kind it is, and what it says in words."""

    kind: str
    words: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}"


@dataclass(frozen=True)
class _Given:
    """The parameters of a rule, and how statuses are called."""

    parameters: Mapping[str, Any]
    statuses: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return a parameter as text; empty if it is not there."""
        value = self.parameters.get(name)
        return "" if value is None else shorten(writable_text(str(value)), _LONGEST)

    def many(self, name: str) -> list[str]:
        """Return the values of a parameter that are parted by commas."""
        return [one.strip() for one in self.text(name).split(",") if one.strip()]

    def status(self, name: str) -> str:
        """Return the statuses that a parameter names by their ids, as they are called."""
        return " or ".join(self.statuses.get(one, f"status {one}") for one in self.many(name)) or "any status"


def _restricted(given: _Given) -> str:
    generic = {"allow-assignee": "the assignee", "allow-reporter": "the reporter"}
    allowed = [generic.get(one, f"account {one}") for one in given.many("accountIds")]
    allowed += [f"role {one}" for one in given.many("roleIds")]
    allowed += [f"group {one}" for one in given.many("groupIds")]
    allowed += [f"whoever has {one}" for one in given.many("permissionKeys")]
    allowed += [f"the groups in {one}" for one in given.many("groupCustomFields")]
    allowed += [f"whoever stands in {one}" for one in given.many("allowUserCustomFields")]
    allowed += [f"whoever does not stand in {one}" for one in given.many("denyUserCustomFields")]
    return f"only {' or '.join(allowed) or 'whom it names, and it names nobody'}"


def _restricted_from_all(given: _Given) -> str:
    return "nobody, not through the API either" if given.text("restrictMode") == "usersAndAPI" else "nobody by hand"


def _duties(given: _Given) -> str:
    return (
        f"separation of duties: not by who took the issue from {given.status('fromStatusId')} to "
        f"{given.status('toStatusId')} before"
    )


def _previous(given: _Given) -> str:
    was = "was not" if given.text("not") == "true" else "was"
    when = "just before" if given.text("mostRecentStatusOnly") == "true" else "before"
    return f"only if the issue {was} in {given.status('previousStatusIds')} {when}"


def _children(given: _Given) -> str:
    return f"only if all child issues are in {given.status('statusIds')}"


def _compared(given: _Given) -> str:
    return f"only if {given.text('fieldId')} {given.text('comparator') or '='} {given.text('fieldValue')}"


def _permission(given: _Given) -> str:
    return f"only whoever has {given.text('permissionKey') or 'a permission that it does not name'}"


def _value(given: _Given) -> str:
    field, kind = given.text("fieldKey"), given.text("ruleType")
    first, second = given.text("date1FieldKey"), given.text("date2FieldKey")
    words = {
        "fieldRequired": f"needs {', '.join(given.many('fieldsRequired'))}",
        "fieldChanged": f"needs a change of {field}",
        "fieldHasSingleValue": f"needs a single value of {field}",
        "fieldMatchesRegularExpression": f"needs {field} to match {given.text('regexp')}",
        "dateFieldComparison": f"needs {first} {given.text('conditionSelected')} {second}",
        "windowDateComparison": f"needs {first} within {given.text('numberOfDays')} days of {second}",
    }
    return words.get(kind) or _as_it_is("system:validate-field-value", given)


def _assignee(given: _Given) -> str:
    named = {
        "to-selected-user": f"account {given.text('accountId')}",
        "to-unassigned": "nobody",
        "to-current-user": "whoever takes it",
        "to-default-user": "the default assignee",
        "to-reporter": "the reporter",
        "to-lead": "the lead",
    }
    return f"assigns the issue to {named.get(given.text('type'), given.text('type'))}"


def _copied(given: _Given) -> str:
    whose = " of the parent" if given.text("issueSource") == "PARENT" else ""
    return f"copies {given.text('sourceFieldKey')}{whose} to {given.text('targetFieldKey')}"


def _updated(given: _Given) -> str:
    verb = "appends to" if given.text("mode") == "append" else "sets"
    return f"{verb} {given.text('field')}: {given.text('value')}"


def _reminded(given: _Given) -> str:
    return f"reminds to update {', '.join(given.many('remindingFieldIds'))}"


def _said(words: str) -> Callable[[_Given], str]:
    """Return what says always the same."""
    return lambda _: words


_WORDS: Final[Mapping[str, Callable[[_Given], str]]] = MappingProxyType(
    {
        "system:restrict-issue-transition": _restricted,
        "system:restrict-from-all-users": _restricted_from_all,
        "system:separation-of-duties": _duties,
        "system:previous-status-condition": _previous,
        "system:previous-status-validator": _previous,
        "system:parent-or-child-blocking-condition": _children,
        "system:parent-or-child-blocking-validator": _children,
        "system:check-field-value": _compared,
        "system:block-in-progress-approval": _said("not while an approval is pending"),
        "system:jsd-approvals-block-until-approved": _said("not before it is approved"),
        "system:jsd-approvals-block-until-rejected": _said("not before it is rejected"),
        "system:check-permission-validator": _permission,
        "system:validate-field-value": _value,
        "system:proforma-forms-attached": _said("needs a form attached"),
        "system:proforma-forms-submitted": _said("needs all attached forms submitted"),
        "system:change-assignee": _assignee,
        "system:copy-value-from-other-field": _copied,
        "system:update-field": _updated,
        "system:trigger-webhook": lambda given: f"calls webhook {given.text('webhookId')}",
        "system:trigger-agent": lambda given: f"starts the agent {given.text('agentId')}",
        "system:remind-people-to-update-fields": _reminded,
        "system:transition-screen": lambda given: f"shows screen {given.text('screenId')}",
    }
)


def read_rules(transition: Mapping[str, Any], statuses: Mapping[str, str]) -> tuple[Rule, ...]:
    """Return the rules of a transition, those that may stop it first.

    Parameters
    ----------
    transition : mapping
        As Jira Cloud answers it; what is no rule there is left out.
    statuses : mapping of str to str
        Names of statuses by id.
    """
    found = [Rule(CONDITION, one) for one in _conditions(transition.get("conditions"), statuses)]
    for kind, member in ((VALIDATOR, "validators"), (ACTION, "actions"), (TRIGGER, "triggers")):
        listed = transition.get(member)
        found += [Rule(kind, in_words(one, statuses)) for one in _rules(listed)]
    found += [Rule(SCREEN, in_words(one, statuses)) for one in _rules([transition.get("transitionScreen")])]
    return tuple(found)


def _rules(listed: Any) -> list[Mapping[str, Any]]:
    return [one for one in listed if isinstance(one, dict) and one.get("ruleKey")] if isinstance(listed, list) else []


def _conditions(group: Any, statuses: Mapping[str, str]) -> list[str]:
    """Return the conditions that all must hold, each in words; where any of a group is enough, that group as one."""
    if not isinstance(group, dict):
        return []
    parts = _parts(group, statuses, 0)
    return [_joined(group, parts)] if group.get("operation") == "ANY" and parts else parts


def _parts(group: Mapping[str, Any], statuses: Mapping[str, str], depth: int) -> list[str]:
    """Return the conditions of a group in words, each group in it in brackets."""
    if depth > _DEEPEST:
        return ["further conditions"]
    words = [in_words(one, statuses) for one in _rules(group.get("conditions"))]
    inner = group.get("conditionGroups")
    for one in inner if isinstance(inner, list) else ():
        parts = _parts(one, statuses, depth + 1) if isinstance(one, dict) else []
        if parts:
            words.append(f"({_joined(one, parts)})" if len(parts) > 1 else parts[0])
    return words


def _joined(group: Mapping[str, Any], parts: list[str]) -> str:
    return (" or " if group.get("operation") == "ANY" else " and ").join(parts)


def in_words(rule: Mapping[str, Any], statuses: Mapping[str, str]) -> str:
    """Return what a rule says; one of an unknown key as it is.

    >>> in_words({"ruleKey": "system:separation-of-duties", "parameters": {"fromStatusId": "1", "toStatusId": "2"}},
    ...          {"1": "Open", "2": "Approved"})
    'separation of duties: not by who took the issue from Open to Approved before'
    """
    key = writable_text(str(rule.get("ruleKey")))
    given = rule.get("parameters", rule.get("params"))
    parameters = _Given(given if isinstance(given, dict) else {}, statuses)
    say = _WORDS.get(key)
    return say(parameters) if say is not None else _as_it_is(key, parameters)


def _as_it_is(key: str, given: _Given) -> str:
    shown = [f"{writable_text(str(name))}: {given.text(name)}" for name in sorted(given.parameters, key=str)]
    return shorten(f"{key} ({'; '.join(shown)})", 2 * _LONGEST) if shown else key


def gates(rules: Iterable[Rule]) -> list[str]:
    """Return the words of the rules that may stop a transition."""
    return [one.words for one in rules if one.kind in GATES]
