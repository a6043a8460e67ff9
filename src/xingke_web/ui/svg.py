"""Small pictures drawn on the server: sparklines and interval plots. Colours come from the style sheet by class."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def sparkline(values: Sequence[float | None], *, width: int = 88, height: int = 32, tone: str = "brand") -> SafeString:
    """A line with a tinted area and its last point marked; decoration beside a number, so hidden from readers.

    Gaps (None) are left out of the line; fewer than two values draw nothing.
    """
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(value for _, value in known), max(value for _, value in known)
    span, pad = (high - low) or 1.0, 4

    def place(index: int, value: float) -> tuple[float, float]:
        x = pad + index * (width - 2 * pad) / (len(values) - 1)
        y = height / 2 if high == low else pad + (high - value) * (height - 2 * pad) / span
        return round(x, 1), round(y, 1)

    points = [place(index, value) for index, value in known]
    line = " ".join(f"{x:g},{y:g}" for x, y in points)
    area = f"{points[0][0]:g},{height} {line} {points[-1][0]:g},{height}"
    return format_html(
        '<svg class="xk-spark xk-tone-{}" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false">'
        '<polygon class="xk-spark-area" points="{}"/><polyline class="xk-spark-line" points="{}"/>'
        '<circle class="xk-spark-end" cx="{}" cy="{}" r="2.5"/></svg>',
        tone,
        width,
        height,
        width,
        height,
        area,
        line,
        points[-1][0],
        points[-1][1],
    )


@dataclass(frozen=True)
class Interval:
    """One effect with its interval; `text` is what the reader hears and sees at the end of the row."""

    label: str
    low: float
    estimate: float
    high: float
    text: str
    better_when: str = "higher"

    @property
    def tone(self) -> str:
        """`good` or `bad` when the interval lies on one side of zero, else `none`."""
        if self.low <= 0 <= self.high:
            return "none"
        return "good" if (self.estimate > 0) == (self.better_when == "higher") else "bad"


PHONE_WIDTH = 340
SMALLEST_HALF = 60
"""An interval stays readable at this half width, even where the words then run long."""


def _text_width(text: str) -> float:
    """About how wide a text is in units of the picture: a full-width character is twice a Latin one."""
    return sum(13.2 if ord(character) > 0x2E7F else 7.2 for character in text)


def interval_plot(rows: Sequence[Interval], *, width: int = 640) -> SafeString:
    """Intervals around zero, one row each, on one common scale; the words are in the picture and in its description.

    The picture comes twice, the style sheet shows one: on a phone the words stand above their bar, so that they keep their size.
    """
    if not rows:
        return SafeString("")
    label_width = 14 + max(_text_width(row.label) for row in rows)
    text_width = 14 + max(_text_width(row.text) for row in rows)
    half = max((width - label_width - text_width) / 2 - 8, SMALLEST_HALF)
    wide = _Frame(width=width, row_height=34, middle=label_width + half + 8, half=half, words_above=False)
    narrow = _Frame(width=PHONE_WIDTH, row_height=50, middle=PHONE_WIDTH / 2, half=PHONE_WIDTH / 2 - 12, words_above=True)
    said = "; ".join(f"{row.label}: {row.text}" for row in rows)
    return format_html(
        '{}<div class="xk-show-phone" aria-hidden="true">{}</div>',
        _drawn(rows, wide, format_html('class="xk-interval xk-hide-phone" role="img" aria-label="{}"', said)),
        _drawn(rows, narrow, SafeString('class="xk-interval" focusable="false"')),
    )


@dataclass(frozen=True)
class _Frame:
    """Where things stand in one of the two pictures."""

    width: float
    row_height: float
    middle: float
    half: float
    words_above: bool

    @property
    def top(self) -> int:
        return 6


def _drawn(rows: Sequence[Interval], frame: _Frame, attributes: SafeString) -> SafeString:
    reach = max(max(abs(row.low), abs(row.high)) for row in rows) or 1.0
    height = frame.top * 2 + frame.row_height * len(rows)
    whole = format_html('<line class="xk-interval-zero" x1="{0}" x2="{0}" y1="0" y2="{1}"/>', f"{frame.middle:g}", f"{height:g}")
    parts = [] if frame.words_above else [whole]
    for index, row in enumerate(rows):
        start = frame.top + frame.row_height * index
        bar, words = (start + 34, start + 14) if frame.words_above else (start + frame.row_height / 2, start + frame.row_height / 2 + 4)
        low, high, dot = (f"{frame.middle + value / reach * frame.half:.1f}" for value in (row.low, row.high, row.estimate))
        if frame.words_above:  # the words stand where a line through the whole picture would cross them
            zero = '<line class="xk-interval-zero" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
            parts.append(format_html(zero, f"{frame.middle:g}", f"{bar - 12:g}", f"{bar + 12:g}"))
        parts.append(
            format_html(
                '<g class="xk-interval-{tone}"><text x="0" y="{words}" class="xk-interval-label">{label}</text>'
                '<line class="xk-interval-bar" x1="{low}" x2="{high}" y1="{y}" y2="{y}"/>'
                '<line class="xk-interval-cap" x1="{low}" x2="{low}" y1="{above}" y2="{below}"/>'
                '<line class="xk-interval-cap" x1="{high}" x2="{high}" y1="{above}" y2="{below}"/>'
                '<circle class="xk-interval-dot" cx="{dot}" cy="{y}" r="5"/>'
                '<text x="{width}" y="{words}" class="xk-interval-text">{text}</text></g>',
                tone=row.tone,
                label=row.label,
                text=row.text,
                low=low,
                high=high,
                dot=dot,
                width=f"{frame.width:g}",
                y=f"{bar:g}",
                words=f"{words:g}",
                above=f"{bar - 5:g}",
                below=f"{bar + 5:g}",
            )
        )
    return format_html(
        '<svg viewBox="0 0 {} {}" {}>{}</svg>',
        f"{frame.width:g}",
        f"{height:g}",
        attributes,
        format_html_join("", "{}", ((part,) for part in parts)),
    )
