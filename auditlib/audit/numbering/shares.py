"""Which share of the parts of a range is missing: for pictures that have fewer dots than the range has numbers. Pure."""

from __future__ import annotations

from auditlib.audit.numbering.stretches import Line


def missing_shares(line: Line, kind: str, parts: int) -> dict[int, float]:
    """Cut a range into parts of equal size, and return which share of each is of a class; of parts that hold some.

    Parameters
    ----------
    line : Line
    kind : str
        A class of missing numbers.
    parts : int
        At most the numbers of the range.
    """
    step = len(line) / parts
    shares: dict[int, float] = {}
    for one in line.stretches:
        if one.kind != kind:
            continue
        begin, end = one.first - line.first, one.last - line.first + 1
        for part in range(int(begin / step), min(parts - 1, int((end - 1e-9) / step)) + 1):
            held = min(end, (part + 1) * step) - max(begin, part * step)
            shares[part] = min(1.0, shares.get(part, 0.0) + held / step)
    return shares
