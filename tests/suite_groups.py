"""Keeps the tests of one group on one worker, so that what they share is made once and not by every worker.

pytest-xdist tells its scheduler the group of a test by the end of the test's name, which it writes where pytest has not
looked since 9.2 (https://github.com/pytest-dev/pytest-xdist/issues/1386): all groups were passed over without a word.
"""

from __future__ import annotations

import pytest


class SuiteGroups:
    """A pytest plugin for the workers."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Put the groups of each test behind its name, where xdist's own way has not done it."""
        if not config.getoption("loadgroup", default=False):
            return
        for item in items:
            groups = {str(one.args[0] if one.args else one.kwargs["name"]) for one in item.iter_markers("xdist_group")}
            behind = f"@{'_'.join(sorted(groups))}"
            if groups and not item.nodeid.endswith(behind):
                item._id = type(item._id).parse(f"{item.nodeid}{behind}")
