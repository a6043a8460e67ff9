from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint

import pytest

from xingke import extensions
from xingke.errors import UnknownName
from xingke.extensions import BadExtension, Pack, SegmentDeclaration, check_pack, check_source, pack, packs, source, with_parent
from xingke.words import both

SAID = both("好", "good")
HALF = {"zh": "好", "en": " "}


def segment(key, label=SAID):
    return SegmentDeclaration(key, label, SAID, {"op": "missing", "attribute": "city"})


def some_pack(**changes):
    return Pack(**{"name": "some", "label": SAID, "description": SAID} | changes)


@pytest.fixture
def installed(monkeypatch):
    """Stand-ins for entry points: name -> object path."""

    def install(group, *entries):
        found = [EntryPoint(name=name, value=value, group=group) for name, value in entries]
        monkeypatch.setattr(extensions, "entry_points", lambda *, group: [entry for entry in found if entry.group == group])
        extensions.forget()

    yield install
    monkeypatch.undo()
    extensions.forget()


def test_built_in_packs_come_through_their_entry_points():
    assert [found.name for found in packs()] == ["retail", "tobacco", "wholesale"]
    assert source("complete_journey").pack == "retail"


def test_unknown_pack_and_source_suggest_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'tobacco'"):
        pack("tobaco")
    with pytest.raises(UnknownName, match="did you mean 'iowa_liquor'"):
        source("iowa_liqour")


def test_child_overrides_by_name_and_inherits_the_rest():
    parent = some_pack(
        name="parent", words={"a": SAID, "b": SAID}, segments=(segment("x"), segment("y")), customer_kinds=("outlet",), grades=(1, 30)
    )
    own = both("新", "new")
    child = some_pack(name="child", extends=("parent",), words={"b": own}, segments=(segment("y", own), segment("z")))
    merged = with_parent(child, parent)
    assert merged.words == {"a": SAID, "b": own}
    assert [(found.key, found.label) for found in merged.segments] == [("x", SAID), ("y", own), ("z", SAID)]
    assert (merged.name, merged.customer_kinds, merged.grades) == ("child", ("outlet",), (1, 30))


@dataclass
class Nameless:
    label = SAID


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("a text", "is a str, not a Pack"),
        (some_pack(name="other"), "calls itself 'other'"),
        (some_pack(label=HALF), "label or description"),
        (some_pack(customer_kinds=("ghost",)), "ghost"),
        (some_pack(words={"customer": HALF}), "words: 'customer'"),
        (some_pack(segments=(segment("x"), segment("x"))), "'x' twice among its segments"),
        (some_pack(segments=(segment("x", HALF),)), "label of 'x'"),
        (some_pack(tags=(Nameless(),)), "tags without a name"),
    ],
)
def test_bad_pack_is_refused_by_name_with_the_reason(bad, reason):
    with pytest.raises(BadExtension, match=reason) as caught:
        check_pack(bad, name="some")
    assert caught.value.name == "some"


def test_source_without_its_note_is_refused():
    good = source("complete_journey")

    class Silent:
        name, kind, pack, currency, label, note = "silent", "files", "retail", "USD", good.label, HALF
        default_location, tables = good.default_location, good.tables

    with pytest.raises(BadExtension, match="'silent' lacks note"):
        check_source(Silent(), name="silent")


def test_entry_that_cannot_be_imported_is_refused_by_name(installed):
    installed("xingke.packs", ("broken", "no_such_module_anywhere:PACK"))
    with pytest.raises(BadExtension, match="'broken' cannot be loaded from no_such_module_anywhere:PACK"):
        packs()


def test_two_entries_of_one_name_are_refused(installed):
    installed("xingke.packs", ("retail", "xingke_packs.retail:PACK"), ("retail", "xingke_packs.tobacco:PACK"))
    with pytest.raises(BadExtension, match="declared twice"):
        packs()


def test_pack_whose_parent_is_not_installed_is_refused(installed):
    installed("xingke.packs", ("tobacco", "xingke_packs.tobacco:PACK"))
    with pytest.raises(UnknownName, match="wholesale"):
        pack("tobacco")


def test_packs_that_extend_each_other_are_refused(installed, monkeypatch):
    installed("xingke.packs")
    ring = {"a": some_pack(name="a", extends=("b",)), "b": some_pack(name="b", extends=("a",))}
    monkeypatch.setattr(extensions, "_declared_packs", lambda: ring)
    with pytest.raises(BadExtension, match="a -> b -> a"):
        extensions._merged("a", ())
    assert replace(ring["a"], extends=()).extends == ()
