"""What a machine lacks is told in words, whatever a library made of it."""

from __future__ import annotations

import errno
import pickle

import pytest
import zmq

from auditlib.machine import lacks_of, machine_words


def caused(error: BaseException, by: BaseException) -> BaseException:
    error.__context__ = by
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "too little memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "no room left on the disk"),
        (OSError(errno.ENOSPC, "No space left on device", "/a/b"), r"no room left on the disk \(/a/b\)"),
        (OSError(errno.EMFILE, "Too many open files"), "too many files"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "no more processes"),
        (RuntimeError("can't start new thread"), "no more processes"),
        (ImportError("libx.so: failed to map segment from shared object"), "too little memory"),
        (zmq.ZMQError(errno.EMFILE), "too many files"),
        (caused(KeyError("x"), OSError(errno.EDQUOT, "Disk quota exceeded")), "no room left"),
    ],
)
def test_what_the_machine_lacks_is_told(error, said):
    """By its number, its kind or its words, also where another error came of it."""
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(machine_words(error))


@pytest.mark.parametrize(
    "error",
    [
        KeyError("x"),
        OSError(errno.ENOENT, "No such file"),
        zmq.Again(),
        RuntimeError("no"),
        pickle.PickleError(),
        ValueError(),
    ],
)
def test_other_errors_are_none_of_the_machine(error):
    """A mistake is not laid at somebody else's door."""
    assert machine_words(error) is None


def test_errors_that_lead_to_each_other_come_to_an_end():
    """A circle of causes is walked once."""
    one, other = KeyError(), ValueError()
    one.__context__, other.__context__ = other, one
    assert machine_words(one) is None


def test_an_error_of_another_process_is_known_by_its_name_and_words():
    """Of a kernel nothing else comes back."""
    assert lacks_of("MemoryError", "") is not None
    assert lacks_of("OSError", "[Errno 28] No space left on device") is not None
    assert lacks_of("ValueError", "memory") is None
