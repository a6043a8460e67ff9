"""Every text of the shared interface has its Chinese words, and the compiled catalogue is the current one."""

import re
from pathlib import Path

import polib

UI = Path(__file__).resolve().parents[3] / "src" / "xingke_web" / "ui"
CATALOGUE = UI / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def test_the_catalogue_is_complete_and_compiled():
    po, mo = polib.pofile(str(CATALOGUE)), polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert po.percent_translated() == 100
    assert not po.fuzzy_entries()
    assert {(entry.msgid, entry.msgstr) for entry in mo} == {(entry.msgid, entry.msgstr) for entry in po}


def test_every_text_of_the_templates_is_in_the_catalogue():
    known = {entry.msgid for entry in polib.pofile(str(CATALOGUE))}
    used = set()
    for path in UI.rglob("*.html"):
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        used.update(
            re.findall(r'{% translate "([^"]+)"', text), re.findall(r"{% translate '([^']+)'", text), re.findall(r'_\("([^"]+)"\)', text)
        )
    assert len(used) > 100
    assert used - known == set()


def test_placeholders_survive_translation():
    for entry in polib.pofile(str(CATALOGUE)):
        texts = [entry.msgstr, *entry.msgstr_plural.values()]
        for text in filter(None, texts):
            assert set(re.findall(r"%\(\w+\)s|%%", text)) == set(re.findall(r"%\(\w+\)s|%%", entry.msgid)), entry.msgid
