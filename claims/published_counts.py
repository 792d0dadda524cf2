"""Do the counts that a paper prints add up?"""

from __future__ import annotations

from collections.abc import Sequence


def inconsistencies(total: int, parts: Sequence[int]) -> str:
    """Compares the sum of printed counts with the printed total.

    Args:
        total: as printed.
        parts: disjoint counts that are said to make it up.

    Returns:
        What does not add up, or "".

    Example:
        >>> inconsistencies(174, (100, 77))
        '100 + 77 = 177, not 174'
    """
    found = sum(parts)
    return "" if found == total else f"{' + '.join(map(str, parts))} = {found}, not {total}"
