"""What a command says: words and progress on standard error, results on standard output, one object with `--json`."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Protocol

from xingke.errors import UserFacingError
from xingke_web.cli.language import language, say


class Advance(Protocol):
    """How a long step reports: done so far, of how many, and what it is at."""

    def __call__(self, done: int, total: int | None = None, text: str = "") -> None:
        """Report."""


class Output:
    """The voice of one command."""

    def __init__(self, *, as_json: bool, out: IO[str] | None = None, err: IO[str] | None = None) -> None:
        self.as_json = as_json
        self.out, self.err = out or sys.stdout, err or sys.stderr

    def note(self, zh: str, en: str) -> None:
        """A line for the person who waits; never on standard output."""
        self.err.write(f"{say(zh, en)}\n")
        self.err.flush()

    def result(self, values: Mapping[str, Any], *, zh: str, en: str) -> None:
        """The outcome: the object with `--json`, else the sentence."""
        text = json.dumps(values, ensure_ascii=False, default=_plain) if self.as_json else say(zh, en)
        self.out.write(f"{text}\n")
        self.out.flush()

    def failure(self, error: UserFacingError, *, exit_code: int) -> None:
        """An expected error as one message."""
        if self.as_json:
            words = {"type": type(error).__name__, "zh": error.text("zh"), "en": error.text("en"), "exit_code": exit_code}
            body = {"error": {**words, **getattr(error, "details", {})}}
            self.out.write(json.dumps(body, ensure_ascii=False) + "\n")
        prefix = say("错误：", "Error: ")
        self.err.write(f"{prefix}{error.text(language())}\n")

    @contextmanager
    def progress(self, zh: str, en: str) -> Iterator[Advance]:
        """A bar on a terminal, plain lines elsewhere."""
        title = say(zh, en)
        if not self.err.isatty():
            yield self._lines(title)
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(file=self.err)) as bar:
            task = bar.add_task(title, total=None)

            def advance(done: int, total: int | None = None, text: str = "") -> None:
                bar.update(task, completed=done, total=total, description=f"{title} {text}".strip())

            yield advance

    def _lines(self, title: str) -> Advance:
        last = [""]

        def advance(done: int, total: int | None = None, text: str = "") -> None:
            # One line a tenth of the way or a change of text keeps logs readable.
            tenth = f"{done * 10 // total}" if total else ""
            mark = f"{tenth}|{text}"
            if mark != last[0]:
                last[0] = mark
                share = f" {done}/{total}" if total else ""
                self.err.write(f"{title}{share} {text}".rstrip() + "\n")
                self.err.flush()

        return advance


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} does not go into JSON")
