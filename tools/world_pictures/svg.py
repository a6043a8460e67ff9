"""A picture as SVG by hand: a white card with a title, and plots on it with axes, lines, bars and labels."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

FONT = (
    "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Source Han Sans SC', 'Noto Sans CJK SC', sans-serif"
)
INK, SOFT, LINE, GRID, SHADE = "#1b2535", "#566179", "#ccd4e2", "#e9edf3", "#fdf3df"
BLUE, GOLD, GREEN, VIOLET, TEAL, RED, SLATE = "#1d5bd6", "#c48a14", "#13795b", "#8a4fbf", "#0b87a8", "#c0432d", "#8793aa"
WIDTH = 960
MARGIN = 28


def number(value: float) -> str:
    """A coordinate with one decimal at most."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


class Picture:
    """A card with a Chinese title and an English one below it.

    Parameters
    ----------
    source
        Small print in the upper right corner: which world this is.
    """

    def __init__(self, title: str, english: str, *, source: str, height: int = 440) -> None:
        self.height = height
        self._title = f"{title} / {english}"
        self._parts: list[str] = []
        self.text(MARGIN, 38, title, size=18, weight=600)
        self.text(MARGIN, 59, english, size=13, colour=SOFT)
        self.text(WIDTH - MARGIN, 38, source, size=12, colour=SOFT, anchor="end")

    def add(self, fragment: str) -> None:
        """Put a piece of SVG on the card."""
        self._parts.append(fragment)

    def text(
        self, x: float, y: float, words: str, *, size: int = 12, colour: str = INK, anchor: str = "start", weight: int = 400, turn: int = 0
    ) -> None:
        """Words whose base line begins, is centred or ends at a point; with a white rim, so that they can be read on lines."""
        turned = f' transform="rotate({turn} {number(x)} {number(y)})"' if turn else ""
        bold = f' font-weight="{weight}"' if weight != 400 else ""
        self.add(
            f'<text x="{number(x)}" y="{number(y)}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{bold}{turned}'
            f' stroke="#fff" stroke-width="3" stroke-linejoin="round" paint-order="stroke">{escape(words)}</text>'
        )

    def rect(self, x: float, y: float, width: float, height: float, colour: str, *, opacity: float = 1.0) -> None:
        """A filled rectangle."""
        faint = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
        self.add(f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" fill="{colour}"{faint}/>')

    def line(
        self,
        points: Iterable[tuple[float, float]],
        colour: str,
        *,
        width: float = 1.0,
        dash: str = "",
        fill: str = "none",
        opacity: float = 1.0,
    ) -> None:
        """A line through points; with `fill` an area."""
        path = "L".join(f"{number(x)} {number(y)}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        faint = f' opacity="{opacity:g}"' if opacity < 1 else ""
        self.add(f'<path d="M{path}" fill="{fill}" stroke="{colour}" stroke-width="{width:g}" stroke-linejoin="round"{dashed}{faint}/>')

    def dot(self, x: float, y: float, colour: str, *, radius: float = 4.5) -> None:
        """A point with a white rim."""
        self.add(f'<circle cx="{number(x)}" cy="{number(y)}" r="{radius:g}" fill="{colour}" stroke="#fff" stroke-width="1.5"/>')

    def save(self, path: Path) -> None:
        """Write the file."""
        body = "\n".join(self._parts)
        size = f'viewBox="0 0 {WIDTH} {self.height}" width="{WIDTH}" height="{self.height}"'
        card = f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{self.height - 1}" rx="10" fill="#fff" stroke="{LINE}"/>'
        path.write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{FONT}">\n<title>{escape(self._title)}</title>\n'
            f"{card}\n{body}\n</svg>\n",
            encoding="utf-8",
        )


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot on a picture: its box in pixels, and what its ends stand for."""

    picture: Picture
    left: float
    top: float
    right: float
    bottom: float
    x_from: float
    x_to: float
    y_from: float
    y_to: float

    def x(self, value: float) -> float:
        """The pixel of a value on the horizontal axis."""
        return self.left + (value - self.x_from) / (self.x_to - self.x_from) * (self.right - self.left)

    def y(self, value: float) -> float:
        """The pixel of a value on the vertical axis."""
        return self.bottom - (value - self.y_from) / (self.y_to - self.y_from) * (self.bottom - self.top)

    def y_axis(self, ticks: Sequence[float], words: Callable[[float], str], unit: str) -> None:
        """Horizontal grid lines with their values, and the unit above them."""
        for tick in ticks:
            self.picture.line([(self.left, self.y(tick)), (self.right, self.y(tick))], LINE if tick == self.y_from else GRID)
            self.picture.text(self.left - 8, self.y(tick) + 4, words(tick), colour=SOFT, anchor="end")
        self.picture.text(self.left - 40, self.top - 15, unit, colour=SOFT)

    def x_axis(self, ticks: Sequence[tuple[float, str]]) -> None:
        """Values below the plot."""
        for place, words in ticks:
            self.picture.line([(self.x(place), self.bottom), (self.x(place), self.bottom + 4)], LINE)
            self.picture.text(self.x(place), self.bottom + 18, words, colour=SOFT, anchor="middle")

    def band(self, first: float, last: float, words: str = "", *, colour: str = SHADE, row: int = 0) -> None:
        """A shaded stretch of the horizontal axis with a name at its top."""
        self.picture.rect(self.x(first), self.top, self.x(last) - self.x(first), self.bottom - self.top, colour)
        if words:
            middle = min(max((self.x(first) + self.x(last)) / 2, self.left + 26), self.right - 26)
            self.picture.text(middle, self.top + 13 + 15 * row, words, colour="#7d5200", anchor="middle", size=11)

    def series(
        self, xs: Iterable[float], ys: Iterable[float], colour: str, *, width: float = 2.0, dash: str = "", opacity: float = 1.0
    ) -> None:
        """A line through values; where a value is missing the line is interrupted."""
        run: list[tuple[float, float]] = []
        for x, y in [*zip(xs, ys, strict=True), (0.0, float("nan"))]:
            if np.isfinite(y):
                run.append((self.x(x), self.y(y)))
            elif run:
                self.picture.line(run, colour, width=width, dash=dash, opacity=opacity)
                run = []

    def area(self, xs: Sequence[float], low: Sequence[float], high: Sequence[float], colour: str, *, opacity: float = 1.0) -> None:
        """The stretch between two lines."""
        upper = [(self.x(x), self.y(y)) for x, y in zip(xs, high, strict=True)]
        lower = [(self.x(x), self.y(y)) for x, y in zip(xs, low, strict=True)]
        self.picture.line([*upper, *reversed(lower)], "none", fill=colour, opacity=opacity)

    def bar(self, x: float, low: float, high: float, colour: str, *, width: float, opacity: float = 1.0) -> None:
        """An upright bar, `width` in pixels, centred on a value."""
        self.picture.rect(self.x(x) - width / 2, self.y(high), width, self.y(low) - self.y(high), colour, opacity=opacity)

    def end_labels(self, ends: Sequence[tuple[float, str, str]], *, gap: float = 16.0) -> None:
        """Names at the right end of lines, by value, words and colour; moved apart where they would meet."""
        order = sorted(ends, key=lambda end: self.y(end[0]))
        places = np.array([self.y(value) for value, _, _ in order])
        for _ in range(60):
            for upper in range(len(places) - 1):
                short = gap - (places[upper + 1] - places[upper])
                if short > 0:
                    places[upper : upper + 2] += (-short / 2, short / 2)
        places -= max(0.0, places[-1] - self.bottom)
        for place, (_, words, colour) in zip(places, order, strict=True):
            self.picture.text(self.right + 8, place + 4, words, colour=colour, weight=600)


def round_ticks(highest: float) -> list[float]:
    """Four to six round values from 0 to just above the highest one."""
    power = 10.0 ** np.floor(np.log10(highest))
    step = next(part * power for part in (0.2, 0.25, 0.5, 1.0, 2.0) if highest / (part * power) <= 5.5)
    return [float(step * place) for place in range(int(np.ceil(highest / step)) + 1)]


def legend(picture: Picture, x: float, y: float, entries: Sequence[tuple[str, str]], *, gap: float = 20.0) -> None:
    """Colours and their names in a row."""
    for colour, words in entries:
        picture.rect(x, y - 10, 12, 12, colour)
        picture.text(x + 18, y, words, colour=SOFT)
        x += 18 + text_width(words) + gap


def text_width(words: str, size: int = 12) -> float:
    """About how wide words are, in pixels."""
    return sum(size if ord(letter) > 0x2E80 else 0.56 * size for letter in words)
