"""Every text of these rooms has its Chinese, and the compiled words are those of the readable ones."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOMS = ("config", "accounts", "audit", "jobs", "privacy")
SOURCE = Path(__file__).parents[3] / "src" / "xingke_web"
_NAMES = {"_", "gettext", "gettext_lazy"}


def _of_python(text: str) -> set[str]:
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return {node.args[0].value for node in calls if node.func.id in _NAMES and node.args and isinstance(node.args[0], ast.Constant)}


def _of_template(text: str) -> set[str]:
    found = re.findall(r"(?:gettext|_)\(\s*u?((?:'(?:[^'\\]|\\.)*')|(?:\"(?:[^\"\\]|\\.)*\"))", templatize(text))
    return {ast.literal_eval(each) for each in found}


def _messages(room: str) -> set[str]:
    python = [_of_python(file.read_text()) for file in (SOURCE / room).rglob("*.py") if "migrations" not in file.parts]
    pages = [_of_template(file.read_text()) for file in (SOURCE / room).rglob("*.html")]
    return set().union(*python, *pages)


def _catalogue(room: str, kind: str) -> polib.POFile:
    read = polib.pofile if kind == "po" else polib.mofile
    return read(str(SOURCE / room / "locale/zh_Hans/LC_MESSAGES" / f"django.{kind}"))


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_has_its_chinese(room):
    entries = {entry.msgid: entry for entry in _catalogue(room, "po")}
    assert _messages(room) <= set(entries)
    assert all(entry.msgstr or entry.msgstr_plural for entry in entries.values())
    for entry in entries.values():
        wanted = set(re.findall(r"%\(\w+\)s", entry.msgid))
        assert set(re.findall(r"%\(\w+\)s", entry.msgstr or entry.msgstr_plural[0])) == wanted, entry.msgid


@pytest.mark.parametrize("room", ROOMS)
def test_the_compiled_words_are_those_of_the_readable_file(room):
    readable, compiled = ({entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in _catalogue(room, kind)} for kind in ("po", "mo"))
    assert readable == compiled


def test_there_are_texts_to_check():
    assert "Log in" in _messages("accounts")
    assert "Verify the chain" in _messages("audit")
