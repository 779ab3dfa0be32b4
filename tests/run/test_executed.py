"""What an executed notebook tells of its execution is taken over only as far as it can be true."""

from __future__ import annotations

from copy import deepcopy

import pytest

from auditlib.run.executed import as_executed

RECORD = {
    "started": "2026-10-02T08:00:00Z",
    "finished": "2026-10-02T08:10:00Z",
    "versions": {"python": "3.11.7", "papermill": "2.7.0"},
}
OURS = {
    "cells": [
        {"cell_type": "markdown", "id": "01-00", "metadata": {"tags": []}, "source": "**Scope.**"},
        {
            "cell_type": "code",
            "metadata": {"tags": ["injected-parameters"]},
            "source": '# Parameters\nseed = "a # b"\nsizes = [1, 2]\n',
            "outputs": [],
            "execution_count": 1,
        },
    ],
    "metadata": {"papermill": {"parameters": {"seed": "a # b", "sizes": [1, 2]}}},
}
TOOK = {"duration": 1.5, "start_time": "2026-10-02T08:05:00.5+00:00", "end_time": "2026-10-02T08:10:00.9+00:00"}
THEIRS = {
    "cells": [
        {"cell_type": "markdown", "metadata": {"papermill": TOOK}},
        {
            "id": "0a1b2c3d",
            "source": ["# Parameters\n", "seed = 'a # b'\n", "sizes = [1,\n", "    2]\n"],
            "metadata": {"papermill": TOOK, "execution": {"iopub.execute_input": "2026-10-02T08:05:01Z", "mine": "x"}},
        },
    ],
    "metadata": {"papermill": TOOK},
}


def executed(**given: object) -> dict:
    """Return the cell that hands values over, of a package in which it stands otherwise."""
    theirs = deepcopy(THEIRS)
    theirs["cells"][1] |= given
    return as_executed(OURS, theirs, RECORD, "01_scope.ipynb")["cells"][1]


def test_times_of_the_run_and_the_form_of_values_are_taken_over():
    """And nothing else: an entry that nobody writes is not."""
    made = as_executed(OURS, THEIRS, RECORD, "01_scope.ipynb")
    cell = made["cells"][1]
    assert cell["id"] == "0a1b2c3d"
    assert cell["source"] == "".join(THEIRS["cells"][1]["source"])
    assert cell["metadata"]["execution"] == {"iopub.execute_input": "2026-10-02T08:05:01Z"}
    assert made["metadata"]["papermill"]["duration"] == 1.5
    assert made["metadata"]["papermill"]["parameters"] == {"seed": "a # b", "sizes": [1, 2]}
    assert made["metadata"]["language_info"]["version"] == "3.11.7"
    assert made["cells"][0]["source"] == "**Scope.**"


@pytest.mark.parametrize(
    "source",
    [
        '# Parameters\nseed = "another"\nsizes = [1, 2]\n',
        '# Parameters\nseed = "a # b"\nsizes = [1, 2]  # as agreed with the auditor\n',
        '# Parameters\n# as agreed\nseed = "a # b"\nsizes = [1, 2]\n',
        '# Parameters\nseed = "a # b"\nsizes = [1, 2]\nimport os\n',
        '# Parameters\nseed = "a # b"\nsizes = list(open("x"))\n',
        'seed = "a # b"\nsizes = [1, 2]\n',
        "# Parameters\n" + "(" * 5000,
        "# Parameters\nseed = '''a # b''' ; sizes = [1, 2] #\n",
        None,
        [3, None],
    ],
)
def test_a_cell_that_hands_over_anything_else_is_not_taken_over(source):
    """Neither another value, nor words, nor code, nor what Python can't read."""
    assert executed(source=source)["source"] == OURS["cells"][1]["source"]


@pytest.mark.parametrize(
    "when", ["2026-10-02T07:59:59Z", "2026-10-02T08:10:01Z", "2026-10-02T08:05:00", "soon", 3, None]
)
def test_a_time_outside_of_the_run_differs(when):
    """A cell was executed between the beginning and the end that run.json tells."""
    cell = executed(metadata={"papermill": {**TOOK, "start_time": when}})
    assert cell["metadata"]["papermill"]["start_time"] == "a time from 2026-10-02T08:00:00Z to 2026-10-02T08:10:00Z"
    assert cell["metadata"]["papermill"]["end_time"] == TOOK["end_time"]


@pytest.mark.parametrize("theirs", [{}, {"cells": 3}, {"cells": [[], "x", None, {}]}, {"cells": [], "metadata": []}])
def test_a_notebook_that_is_none_is_compared_too(theirs):
    """All of it is ours, and what can't be taken over is said in words."""
    made = as_executed(OURS, theirs, RECORD, "01_scope.ipynb")
    assert len(made["cells"]) == 2
    assert made["cells"][1]["id"] == "an id"
    assert made["metadata"]["papermill"]["duration"] == "a number of seconds"
