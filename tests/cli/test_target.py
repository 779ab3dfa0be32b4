"""What is said of a run that did not come to its end."""

from __future__ import annotations

import pytest

from auditlib.cli.target import telling_interruption
from auditlib.errors import ParameterError, Problem, UsageError

WRONG = ParameterError([Problem("answers.csv", 2, "answers", "x", "no finding of this package")])


def test_an_answer_to_nothing_says_how_the_run_goes_on(tmp_path):
    """What was pulled is kept, and the file is mended: nobody should pull anew for it."""
    (tmp_path / "out.partial").mkdir()
    with pytest.raises(ParameterError) as caught, telling_interruption(tmp_path / "out"):
        raise WRONG
    (note,) = caught.value.__notes__
    assert note.endswith(f"go on with the same command and --out {tmp_path / 'out'} --resume")


@pytest.mark.parametrize("error", [ParameterError(WRONG.problems), UsageError("no such thing")])
def test_nothing_is_said_where_nothing_is_kept(tmp_path, error):
    """There is nothing to go on with."""
    with pytest.raises(type(error)) as caught, telling_interruption(tmp_path / "out"):
        raise error
    assert not hasattr(caught.value, "__notes__")
