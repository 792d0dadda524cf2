"""Numbers and text as printed."""

from __future__ import annotations

import pytest

from report import text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (0.5, "0.5"),
        (-0.12345, "−0.123"),
        (104.25, "104"),
        (12345.0, "12345"),
        (123456.0, "1.23×10⁵"),
        (-4.4e-16, "−4.4×10⁻¹⁶"),
        (999.9, "1000"),
        (99999.9, "100000"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (float("nan"), "–"),
        (None, "–"),
    ],
)
def test_numbers_keep_three_digits(value: float | None, shown: str) -> None:
    """A number is printed with three significant digits, powers of ten and a true minus sign."""
    assert text.number(value) == shown


@pytest.mark.parametrize(
    ("effect", "low", "high", "shown"),
    [
        (0.5, 0.25, 0.75, "[0.25, 0.75]"),
        (0.5, None, 0.75, "(−∞, 0.75]"),
        (0.5, 0.25, None, "[0.25, ∞)"),
        (2.0, 2.0, 2.0, "exact"),
        (2.0, None, None, ""),
        (None, None, None, ""),
    ],
)
def test_intervals_show_open_ends(effect: float | None, low: float | None, high: float | None, shown: str) -> None:
    """A bound that is absent is an open end, and an interval without width is exact."""
    assert text.interval({"effect": effect, "low": low, "high": high}) == shown


def test_markdown_is_shown_literally() -> None:
    """Markup in a text is escaped, words with underscores are left alone, and lines are joined."""
    shown = text.escape_markdown("a | b\n<script> *x* wgan_gp _y_ [z](u) `c` A&B")
    assert shown == "a \\| b \\<script\\> \\*x\\* wgan_gp \\_y\\_ \\[z\\](u) \\`c\\` A&amp;B"


def test_code_spans_survive_their_content() -> None:
    """A code span has no inner backtick and escapes the bar that would end a table cell."""
    assert text.code_markdown("a`b|c\nd") == "`a'b\\|c d`"
