"""What is done about memory changes nothing else."""

from __future__ import annotations

import gc

import pytest

from auditlib.memory import undisturbed


@pytest.mark.parametrize("before", [True, False])
def test_the_search_for_circles_goes_on_as_it_was(before):
    """Also where what is done in between fails, and where nobody wanted it before."""
    was = gc.isenabled()
    try:
        (gc.enable if before else gc.disable)()
        with pytest.raises(ValueError, match="x"):
            _fails_within()
        assert gc.isenabled() is before
    finally:
        (gc.enable if was else gc.disable)()


def _fails_within() -> None:
    with undisturbed():
        assert not gc.isenabled()
        raise ValueError("x")
