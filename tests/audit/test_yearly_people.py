"""Who holds a permission, acted, or had left: by account where it has one id, else by name, which is said."""

from __future__ import annotations

from two_years import by_figure, found, said, year

from auditlib.audit.yearly.people import compare_people

HOLD = "people who hold: DELETE_ISSUES"


def holder(account: str, name: str, permission: str = "DELETE_ISSUES") -> dict[str, str]:
    return {"permission": permission, "account_id": account, "display_name": name}


def reviewed(account: str, name: str, **more: str) -> dict[str, str]:
    row = {"account_id": account, "display_name": name, "active": "true", "permissions": "BROWSE_PROJECTS"}
    return row | {"leaver": "2025-06-01"} | more


def test_new_holders_and_those_who_are_gone_are_named():
    """An account in two projects is one person."""
    this = year(tables={"permissions": [holder("1", "Ada"), holder("1", "Ada"), holder("3", "Cy"), holder("", "")]})
    last = year(2025, tables={"permissions": [holder("1", "Ada"), holder("2", "Bo")]})
    assert by_figure(compare_people(this, last))[HOLD] == ("2", "2", "same", "new: Cy; gone: Bo")


def test_a_new_account_under_an_old_name_is_not_the_same_person():
    """The id decides; that a name came back with another account is told."""
    this = year(tables={"permissions": [holder("9", "Ada")]})
    last = year(2025, tables={"permissions": [holder("1", "Ada")]})
    assert by_figure(compare_people(this, last))[HOLD][3] == "1 name with another account"


def test_between_data_center_and_cloud_people_are_compared_by_name_alone():
    """Their ids are not the same there, and the row says how it was compared."""
    this = year(tables={"permissions": [holder("712020:a", "Ada")]})
    last = year(2025, deployment="data-center", tables={"permissions": [holder("JIRAUSER1", "Ada")]})
    assert by_figure(compare_people(this, last))[HOLD] == ("1", "1", "same", "by name alone")


def test_a_permission_that_was_not_asked_for_is_not_called_gone():
    """Nobody held it as far as is known is another thing than nobody held it."""
    this = year(params={"permissions": []}, tables={"permissions": []})
    last = year(2025, tables={"permissions": [holder("1", "Ada")]})
    assert by_figure(compare_people(this, last))[HOLD] == ("", "1", "gone", "not asked for in both years")


def test_actors_are_counted_as_the_histories_name_them():
    """New and gone by name."""
    this = year(
        tables={"actors": [{"account_id": "1", "display_name": "Ada"}, {"account_id": "2", "display_name": "Bo"}]}
    )
    last = year(2025, tables={"actors": [{"account_id": "1", "display_name": "Ada"}]})
    assert by_figure(compare_people(this, last))["people and rules that acted"] == ("2", "1", "1 more", "new: Bo")


def test_who_had_left_last_year_and_is_still_there_asks_for_an_answer():
    """With an active account, a permission and a day before the end of both periods; by name alone is not enough."""
    there = [
        reviewed("1", "Ada"),
        reviewed("2", "Bo", active="false"),
        reviewed("3", "Cy", leaver="2025-06-01 (name only)"),
    ]
    later = [reviewed("4", "Di", leaver="2026-06-01")]
    this, last = year(tables={"access_review": there + later}), year(2025, tables={"access_review": there + later})
    compared = compare_people(this, last)
    assert found(compared) == {"leavers": ("exception", 1)}
    assert "Ada" in "".join(said(compared))
    assert by_figure(compared)["people who left and can still act"] == ("2", "1", "1 more", "new: Di")


def test_of_shared_days_nobody_is_there_for_the_second_year():
    """The same case told twice is no second year."""
    both = year(tables={"access_review": [reviewed("1", "Ada")]})
    assert found(compare_people(both, both)) == {}
