"""The people of the made-up company and their groups.

All names are invented and look it; mail addresses are under ``example.com``.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from auditlib.demo.world.records import Group, User

_GIVEN = (
    "Ambrel", "Bixby", "Corvo", "Dunya", "Elvanor", "Fennick", "Gorvid", "Hestrel", "Ixora", "Jorvik", "Kestra", "Lumo",
    "Mirvan", "Nexa", "Orlund", "Pellan", "Quorra", "Rinzo", "Sorrel", "Tavish", "Umbra", "Vexley", "Wrenna", "Xandro",
    "Yarrow", "Zephra",
)  # fmt: skip
_FAMILY = (
    "Placeholder", "Mockington", "Fixturesen", "Sampledatter", "Dummyfield", "Exampleton", "Stubworth", "Fauxley",
    "Fictivo", "Nonesuchov", "Makebelief", "Loremsson", "Ipsumanto",
)  # fmt: skip

HOSTILE_NAMES = (
    '<script>alert("name")</script> Fauxley',
    '=HYPERLINK("http://evil.example","click")',
    "Rita \u202egnihtemos\u202c Overridden",
    "サンプル 花子",
    "Пример Вымышленный",
    "+1 Plusfirst",
)  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """The people of the company, in groups that the story asks for."""

    users: dict[str, User]
    auditor: User
    admin: User
    app: User
    staff: tuple[User, ...]
    left: tuple[User, ...]
    hostile: tuple[User, ...]
    groups: dict[str, Group]


def people(rng: random.Random) -> Cast:
    """Invent some 75 people, whatever the scale, because a group must have more than 50 members."""
    made: list[User] = []

    def person(display: str, *, active: bool = True, kind: str = "atlassian", login: str = "") -> User:
        number = 10100 + len(made)
        name = login or display.lower().replace(" ", ".")
        user = User(
            account_id=f"712020:{rng.getrandbits(128):032x}",
            key=f"JIRAUSER{number}",
            name=name,
            display_name=display,
            email=f"{name}@example.com",
            active=active,
            time_zone=rng.choice(("America/New_York", "Europe/Berlin", "Asia/Kolkata", "America/Los_Angeles")),
            account_type=kind,
        )
        made.append(user)
        return user

    pairs = [(given, family) for given in _GIVEN for family in _FAMILY]
    rng.shuffle(pairs)
    names = [f"{given} {family}" for given, family in pairs]
    admin = person("Adminah Rootsdottir", login="admin")
    app = person("Imaginary Automation", kind="app", login="automation")
    staff = tuple(person(names[index]) for index in range(60))
    left = tuple(person(names[100 + index], active=False) for index in range(6))
    hostile = tuple(person(name, login=f"odd.{index}") for index, name in enumerate(HOSTILE_NAMES, 1))
    auditor = User(
        account_id=f"712020:{rng.getrandbits(128):032x}",
        key="JIRAUSER10099",
        name="auditor",
        display_name="Audra Sampledraw",
        email="auditor@example.com",
        time_zone="America/Los_Angeles",
    )
    users = {user.account_id: user for user in (*made, auditor)}
    return Cast(
        users, auditor, admin, app, staff, left, hostile, _groups(rng, admin, app, staff, left, hostile, auditor)
    )


def _groups(  # noqa: PLR0917  all kinds of people have a say in who is where
    rng: random.Random,
    admin: User,
    app: User,
    staff: tuple[User, ...],
    left: tuple[User, ...],
    hostile: tuple[User, ...],
    auditor: User,
) -> dict[str, Group]:
    def group(name: str, *members: User) -> Group:
        code = f"{rng.getrandbits(128):032x}"
        shaped = "-".join((code[:8], code[8:12], code[12:16], code[16:20], code[20:]))
        return Group(shaped, name, tuple(member.account_id for member in members))

    groups = (
        group("jira-administrators", admin, staff[0]),
        group("jira-software-users", admin, app, *staff, *left, *hostile, auditor),
        group("payments-developers", *staff[:24], *hostile[:3], left[0]),
        group("operations", *staff[6:60], left[1], left[2]),
        group("release-managers", staff[1], staff[2], left[3]),
        group("auditors", auditor),
        group("empty-group"),
    )
    return {one.group_id: one for one in (*groups, _board(groups[4]))}


def _board(managers: Group) -> Group:
    """Make the group that holds nobody but another group, which Data Center reads as its members and Cloud does not know."""
    return Group("2b7c0d5e-6f1a-4e8b-9c3d-0a1b2c3d4e5f", "change-board", (), (managers.group_id,))


def group_id(cast: Cast, name: str) -> str:
    """Give the id of a group by its name."""
    return next(number for number, one in cast.groups.items() if one.name == name)
