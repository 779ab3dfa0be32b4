"""What one record of Jira's audit log changed: the readers of its forms. Pure.

What a change is, is read from the structure of its record: what it is about, what stands beside it, which values it changed.
Where that is not enough (Cloud says only in words whether somebody was added or removed) the English summary decides, and on
Data Center the key of the action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from auditlib.records.audit_log import Thing
from auditlib.records.log_actions import LogAction
from auditlib.records.permission_names import ADMINISTRATORS, holder_type, permission_key


@dataclass(frozen=True)
class Names:
    """What is known beside the log.

    Attributes
    ----------
    people : mapping of str to str
        Names by account id or user key.
    projects : mapping of str to str
        Keys of projects by their numeric ids, as text.
    schemes : mapping of str to sequence of str
        Keys of the projects that use a permission scheme today, by the scheme's id.
    administrators : frozenset of str
        Names of groups that administer Jira, beside those that the log shows.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    projects: Mapping[str, str] = field(default_factory=dict)
    schemes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    administrators: frozenset[str] = frozenset()


NO_NAMES: Final = Names()


@dataclass(frozen=True)
class Change:
    """What one record changed; the record's id, time and actor stand beside it."""

    kind: str
    what: str
    before: str | None = None
    after: str | None = None
    does: str = ""
    project: str | None = None
    project_id: str | None = None
    permission: str | None = None
    holder_type: str | None = None
    holder: str | None = None
    account_id: str | None = None
    group: str | None = None
    scheme: str | None = None
    scheme_kind: str | None = None
    thing: str | None = None
    """Name of the workflow, field, role or group that was changed."""


@dataclass(frozen=True)
class Reading:
    """A record of the log in the terms of the readers."""

    action: LogAction
    summary: str
    things: tuple[Thing, ...]
    changed: Mapping[str, tuple[str | None, str | None]]
    names: Names = field(repr=False)
    accounts: Mapping[str, str] = field(repr=False)

    def first(self, kind: str, place: int = 0) -> Thing | None:
        """Return what the record names of a kind; the first, or another."""
        found = [thing for thing in self.things if (thing[0] or "").upper() == kind]
        return found[place] if len(found) > place else None

    def person(self, text: str, called: str | None = None) -> tuple[str, str]:
        """Return the account id and the name of a person whom the record names by an id or a user key, and perhaps a name."""
        account, people = self.accounts.get(text, text), self.names.people
        return account, people.get(account) or people.get(text) or called or text

    def project(self) -> tuple[str | None, str | None]:
        """Return the project that the record names, by its key where that is known, and its id."""
        thing = self.first("PROJECT")
        if thing is None:
            return None, None
        _, number, name = thing
        return self.names.projects.get(number or "", name), number


def read_changes(record: Reading) -> Sequence[Change]:
    """Read the changes of one record; none for one that is known and changes nothing of this."""
    found = _READERS[record.action.about](record)
    return found if found is not None else (_other(record),)


# Readers: the changes, or None where the structure is not that of such a record


def _other(record: Reading) -> Change:
    named = "; ".join(
        f"{kind or 'thing'} {name or number or ''}".strip() for kind, number, name in record.things if name or number
    )
    before, after = _sides(record)
    what = f"{record.summary}: {named}" if named else record.summary
    return Change("other", what, before, after, project=record.project()[0], project_id=record.project()[1])


def _sides(record: Reading) -> tuple[str | None, str | None]:
    """Write what stood before and what after, by the names of the values."""
    sides = []
    for side in (0, 1):
        parts = [f"{name}: {both[side]}" for name, both in record.changed.items() if both[side]]
        sides.append("; ".join(parts) or None)
    return sides[0], sides[1]


def _scheme(record: Reading) -> Sequence[Change] | None:
    thing = record.first("SCHEME")
    if thing is None:
        return None
    _, number, name = thing
    kind = record.action.scheme
    users = ", ".join(record.names.schemes.get(number or "", ())) if kind == "permission" else ""
    base = Change("scheme changed", "", project=users or None, scheme=name, scheme_kind=kind)
    grants = [_grant(record, base, side) for side in (0, 1) if record.changed.get("permission", (None, None))[side]]
    if grants and kind == "permission":
        return grants
    before, after = _sides(record)
    what = f"{kind} scheme {name or number} {record.action.does}"
    return [replace(base, what=what, before=before, after=after, does=record.action.does)]


def _grant(record: Reading, base: Change, side: int) -> Change:
    """Return the grant that a record added (its values stand after) or removed (they stand before)."""
    permission, kind, value = (record.changed.get(name, (None, None))[side] for name in ("permission", "type", "value"))
    does = ("removed", "added")[side]
    given = f"{permission} → {' '.join(part for part in (kind, value) if part) or 'not said to whom'}"
    return replace(
        base,
        kind=f"grant {does}",
        what=f"permission scheme {base.scheme}",
        before=given if side == 0 else None,
        after=given if side == 1 else None,
        does=does,
        permission=permission_key(permission) or permission,
        holder_type=holder_type(kind),
        holder=value,
    )


def _global(record: Reading) -> Sequence[Change] | None:
    side = 1 if record.action.does == "added" else 0
    permission, group = (record.changed.get(name, (None, None))[side] for name in ("permission", "group"))
    if permission is None:
        return None
    key = permission_key(permission) or permission
    kind = f"administrator {'made' if side else 'removed'}" if key in ADMINISTRATORS else f"grant {record.action.does}"
    given = f"{permission} → Group {group or 'not said'}"
    before, after = (None, given) if side else (given, None)
    made = Change(kind, "global permission", before, after, record.action.does, permission=key)
    return [replace(made, holder_type="group", holder=group)]


def _assignment(record: Reading) -> Sequence[Change] | None:
    scheme, (project, number) = record.first("SCHEME"), record.project()
    if scheme is None or project is None:
        return None
    kind, name = record.action.scheme, scheme[2] or scheme[1]
    before, after = (None, name) if record.action.does == "added" else (name, None)
    what = f"{kind} scheme of {project}"
    swapped = Change("scheme swapped", what, before, after, record.action.does, project, number)
    return [replace(swapped, scheme=name, scheme_kind=kind)]


def _membership(record: Reading) -> Sequence[Change] | None:
    group, user, inner = record.first("GROUP"), record.first("USER"), record.first("GROUP", 1)
    if group is None or (user is None and inner is None):
        return None
    member = (user[1] or user[2]) if user is not None else None
    base = Change(
        "group membership", f"group {group[2]}", holder_type="group", holder=group[2], does=record.action.does
    )
    if member is not None:
        return [_moved_in(record, base, member, called=user[2] if user is not None else None)]
    return [_moved_in(record, base, (inner or (None, None, None))[2] or "", person=False)]


def _moved_in(record: Reading, base: Change, member: str, *, person: bool = True, called: str | None = None) -> Change:
    """Return a change of one member of a group or role: a person, or a group."""
    account, name = record.person(member, called) if person else (None, f"group {member}")
    sides = (None, name) if base.does == "added" else (name, None)
    return replace(base, before=sides[0], after=sides[1], account_id=account, group=None if person else member)


def _role(record: Reading) -> Sequence[Change] | None:
    role, (project, number) = record.first("PROJECT_ROLE"), record.project()
    if role is None:
        return None
    what = f"role {role[2]}" + (f" in {project}" if project else "")
    base = Change(
        "role membership",
        what,
        does="changed",
        project=project,
        project_id=number,
        holder_type="projectRole",
        holder=role[2],
    )
    found = []
    for value, person in (("users", True), ("groups", False)):
        before, after = (_listed(side) for side in record.changed.get(value, (None, None)))
        for does, members in (("removed", before - after), ("added", after - before)):
            found += [_moved_in(record, replace(base, does=does), one, person=person) for one in sorted(members)]
    sides = _sides(record)
    return found or [replace(base, before=sides[0], after=sides[1])]


def _listed(text: str | None) -> set[str]:
    """Return who stands in a list of the log; a name with a comma and a blank in it falls into its parts."""
    return {part for part in (text or "").split(", ") if part}


def _named(kind: str, types: Iterable[str]) -> Callable[[Reading], Sequence[Change] | None]:
    """Make a reader of records about one thing, whose changed values say the rest."""

    def read(record: Reading) -> Sequence[Change] | None:
        thing = next((found for found in map(record.first, types) if found is not None), None)
        if thing is None:
            return None
        project, number = record.project() if "PROJECT" not in types else (None, None)
        before, after = _sides(record)
        name = thing[2] or thing[1]
        what = f"{kind} {name} {record.action.does}"
        return [Change(kind, what, before, after, record.action.does, project, number, thing=name)]

    return read


def _user(record: Reading) -> Sequence[Change] | None:
    thing = record.first("USER")
    if thing is None:
        return None
    account, name = record.person(thing[1] or thing[2] or "", thing[2])
    does = record.action.does
    state = tuple((side or "").casefold() for side in record.changed.get("active / inactive", (None, None)))
    if does == "changed" and state in {("active", "inactive"), ("inactive", "active")}:
        does = "deactivated" if state[1] == "inactive" else "activated"
    before, after = _sides(record)
    return [Change("user", f"user {name} {does}", before, after, does, account_id=account)]


def _project(record: Reading) -> Sequence[Change]:
    before, after = record.changed.get("project lead", (None, None))
    if record.action.does != "changed" or before == after:
        return ()
    project, number = record.project()
    (_, was), (account, now) = record.person(before or ""), record.person(after or "")
    return [
        Change(
            "project lead",
            f"lead of {project}",
            was or None,
            now or None,
            "changed",
            project,
            number,
            account_id=account,
        )
    ]


def _access(record: Reading) -> Sequence[Change] | None:
    project, number = record.project()
    before, after = _sides(record)
    return [Change("project access", record.summary, before, after, "changed", project, number)]


UNKNOWN: Final = LogAction("unknown", "")
_READERS: Final[Mapping[str, Callable[[Reading], Sequence[Change] | None]]] = MappingProxyType(
    {
        "unknown": lambda _: None,
        "scheme": _scheme,
        "global": _global,
        "assignment": _assignment,
        "membership": _membership,
        "role": _role,
        "role itself": _named("role", ("PROJECT_ROLE",)),
        "group": _named("group", ("GROUP",)),
        "user": _user,
        "project": _project,
        "access": _access,
        "workflow": _named("workflow", ("WORKFLOW",)),
        "field": _named("field", ("CUSTOM_FIELD",)),
    }
)
