"""Every text of this room has its Chinese, with the same placeholders, and the compiled catalogue is the current one."""

import re
from pathlib import Path

import polib

ROOM = Path(__file__).parents[3] / "src" / "xingke_web" / "insight"
CATALOGUE = ROOM / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)s|(?<!\{)\{\w+\}")


def test_the_catalogue_is_complete_compiled_and_keeps_every_placeholder():
    readable, compiled = polib.pofile(str(CATALOGUE)), polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert readable.percent_translated() == 100
    assert {(entry.msgid, entry.msgstr) for entry in readable} == {(entry.msgid, entry.msgstr) for entry in compiled}
    for entry in readable:
        chinese = entry.msgstr or entry.msgstr_plural[0]
        assert set(PLACEHOLDER.findall(chinese)) == set(PLACEHOLDER.findall(entry.msgid)), entry.msgid


def test_every_text_of_a_years_happenings_is_in_the_catalogue():
    known = {entry.msgid for entry in polib.pofile(str(CATALOGUE))}
    for name in ("findings_year.py", "behind.py", "pieces.py"):
        used = set(re.findall(r'gettext\(\s*"((?:[^"\\]|\\.)+)"\s*\)', (ROOM / name).read_text(encoding="utf-8")))
        assert used <= known, name
