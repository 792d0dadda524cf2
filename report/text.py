"""Numbers and text as they are printed, in HTML and in Markdown alike."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

ABSENT = "–"
DISPLAY = {
    "fid": "FID",
    "kid": "KID",
    "inception_score": "Inception score",
    "ot_features": "transport distance of features",
    "ot_samples": "transport distance of samples",
    "jensen_shannon": "Jensen-Shannon",
    "wasserstein": "Wasserstein",
    "cramer": "Cramér",
}
"""Names as they are printed, where they are not the identifier with spaces."""

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MARKED = re.compile(r"([\\`*\[\]<>|~$])")
_LOOSE_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")


class Markdown(str):
    """Text that is Markdown already and must not be escaped again."""


def number(value: float | None, digits: int = 3) -> str:
    """Prints a number with `digits` significant digits, a true minus sign and powers of ten.

    Example:
        >>> number(-0.12345), number(1.25e-9), number(12345.0), number(None)
        ('−0.123', '1.25×10⁻⁹', '12345', '–')
    """
    if value is None or math.isnan(value):
        return ABSENT
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        text = f"{value:.{digits}g}"
        return (str(round(value)) if "e" in text else text).replace("-", "−")
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}×10{str(int(exponent)).translate(_SUPERSCRIPT)}".replace("-", "−")


def interval(part: Mapping[str, Any]) -> str:
    """Prints the interval of an effect; an open end where a bound is absent, nothing where it is exact.

    Example:
        >>> interval({"effect": 2.0, "low": 1.5, "high": 2.5}), interval({"effect": 0.0, "low": 0.0, "high": 0.0})
        ('[1.5, 2.5]', 'exact')
    """
    low, high = part["low"], part["high"]
    if part["effect"] is None or (low is None and high is None):
        return ""
    if low == high == part["effect"]:
        return "exact"
    left = "(−∞" if low is None else f"[{number(low)}"
    right = "∞)" if high is None else f"{number(high)}]"
    return f"{left}, {right}"


def score(value: float | None) -> str:
    """Prints a number for a column of scores: three significant digits, zeros kept.

    Example:
        >>> score(91.0), score(104.2), score(0.5)
        ('91.0', '104', '0.500')
    """
    if value is None or not math.isfinite(value) or not 1e-3 <= abs(value) < 1e3:
        return number(value)
    return f"{value:#.3g}".rstrip(".").replace("-", "−")


def display(name: str) -> str:
    """Returns the printed name of a metric or of what a critic estimates."""
    return DISPLAY.get(name, name.replace("_", " "))


def words(key: str) -> str:
    """Prints the name of a setting."""
    return key.replace("_", " ")


def setting_value(value: Any) -> str:
    """Prints the value of a setting.

    Example:
        >>> setting_value(True), setting_value(2e-4), setting_value("adam"), setting_value([0, 6, 300])
        ('yes', '2×10⁻⁴', 'adam', '0 to 300 (3)')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return f"{value[0]} to {value[-1]} ({len(value)})" if value else "none"
    return number(value) if isinstance(value, float) else str(value)


def p_value(value: float) -> str:
    """Prints a p value.

    Example:
        >>> p_value(0.0312), p_value(3e-7), p_value(1.0)
        ('p = 0.031', 'p < 0.0001', 'p = 1')
    """
    return "p < 0.0001" if value < 1e-4 else f"p = {number(value, 2)}"


def percent(share: float | None) -> str:
    """Prints a share.

    Example:
        >>> percent(0.0312), percent(0.5), percent(None)
        ('3.1 %', '50 %', '–')
    """
    return ABSENT if share is None else f"{number(100 * share, 2)} %"


def duration(seconds: float) -> str:
    """Prints a span of time in the two largest units that matter.

    Example:
        >>> duration(5.2), duration(125), duration(7384)
        ('5 s', '2 min 5 s', '2 h 3 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def counted(n: int, noun: str) -> str:
    """Prints a count with its noun, for example `1 run` and `2 runs`."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def oneline(value: object) -> str:
    """Returns the text with every run of white space as one space."""
    return " ".join(str(value).split())


def escape_markdown(value: object) -> str:
    """Returns one line of Markdown that shows `value` literally, in tables too.

    Underscores within a word mean nothing in Markdown and stay as they are.
    """
    if isinstance(value, Markdown):
        return value
    text = _MARKED.sub(r"\\\1", oneline(value).replace("&", "&amp;"))
    return _LOOSE_UNDERSCORE.sub(r"\\_", text)


def code_markdown(value: object) -> Markdown:
    """Returns a code span; a vertical bar is escaped as tables want it."""
    return Markdown("`" + oneline(value).replace("`", "'").replace("|", "\\|") + "`")
