"""The language of the command line: XINGKE_LANGUAGE, else what LANG says, else Chinese."""

import os
from pathlib import Path
from typing import Final

from xingke.words import Language

_LOCALE: Final = Path(__file__).parent / "locale"


def language() -> Language:
    """The language to speak. A locale without a language (`C`, `POSIX`) says nothing, so the product's default holds."""
    chosen = os.environ.get("XINGKE_LANGUAGE", "").strip().lower()
    if not chosen:
        named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
        chosen = named.partition(".")[0].lower()
    return "zh" if chosen in {"", "c", "posix"} or chosen.startswith("zh") else "en"


def say(zh: str, en: str) -> str:
    """One of the two texts."""
    return zh if language() == "zh" else en


def speak() -> None:
    """Make click's own words (Usage, Options, errors) follow the language as well; it asks gettext for them."""
    import gettext

    gettext.bindtextdomain("messages", str(_LOCALE))
    gettext.textdomain("messages")
    os.environ["LANGUAGE"] = "zh_Hans" if language() == "zh" else "en"
