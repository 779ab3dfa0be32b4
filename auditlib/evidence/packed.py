"""Texts and numbers of many issues in few objects: each by itself takes a hundred bytes, and there are a million issues."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray

_BETWEEN: Final = "\n"


class Texts(Sequence[str]):
    """The texts of one response, as one text: what each takes is its characters.

    Parameters
    ----------
    texts : iterable of str
    """

    __slots__ = ("_count", "_joined", "_plain")

    def __init__(self, texts: Iterable[str] = ()) -> None:
        given = tuple(texts)
        joined = _BETWEEN.join(given)
        self._count = len(given)
        # A text that holds what stands between them could not be told from two.
        self._plain: tuple[str, ...] | None = given if joined.count(_BETWEEN) != max(0, len(given) - 1) else None
        self._joined = "" if self._plain is not None else joined

    def _all(self) -> Sequence[str]:
        if self._plain is not None:
            return self._plain
        return self._joined.split(_BETWEEN) if self._count else ()

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...

    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        return self._all()[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return self._count

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Texts | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self._all()))


class Ids(AbstractSet[int]):
    """A set of issue ids that takes 8 bytes each, where a ``frozenset`` takes a hundred.

    Parameters
    ----------
    ids : iterable of int
        In any order; what stands there twice is held once.
    """

    __slots__ = ("_ids",)

    def __init__(self, ids: Iterable[int] = ()) -> None:
        given = ids if isinstance(ids, np.ndarray | array) else np.fromiter(ids, dtype=np.int64)
        self._ids: NDArray[np.int64] = np.unique(np.asarray(given, dtype=np.int64))

    @classmethod
    def together(cls, parts: Iterable[Iterable[int]]) -> Ids:
        """Return what is in any of some parts."""
        return cls(array("q", chain.from_iterable(parts)))

    def __contains__(self, issue: object) -> bool:
        if not isinstance(issue, int | np.integer) or not len(self._ids):
            return False
        place = int(np.searchsorted(self._ids, issue))
        return place < len(self._ids) and bool(self._ids[place] == issue)

    def __iter__(self) -> Iterator[int]:
        return iter(array("q", self._ids.tobytes()))

    def __len__(self) -> int:
        return len(self._ids)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self._ids, dtype=dtype, copy=copy)

    __hash__ = None  # type: ignore[assignment] # as of a list, which it takes the place of

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Ids):
            return np.array_equal(self._ids, other._ids)
        return AbstractSet.__eq__(self, other)
