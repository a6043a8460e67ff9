"""Attacks on paths: nothing is read outside the root, by whatever spelling, pattern or link."""

import os
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.paths import OutsideRoot, file_name, held, matching

OUT = (
    "..", "../x", "a/../../x", "a/../b", "/etc/passwd", "/", "~/x", "~root/x", "a\x00b", "C:\\x", "c:x", "..\\x", "a\\b", "\\\\server\\x",
)  # fmt: skip


@pytest.fixture
def root(tmp_path):
    """A root with a folder, beside files that are not its own."""
    found = tmp_path / "inbox"
    (found / "crm").mkdir(parents=True)
    (found / "crm" / "a.csv").write_text("1")
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "data.key").write_text("secret")
    (tmp_path / "inbox-other").mkdir()
    return found


@pytest.mark.parametrize("path", OUT)
def test_a_path_that_leads_out_is_refused(root, path):
    with pytest.raises(OutsideRoot):
        held(path, root)
    with pytest.raises(OutsideRoot):
        held(root.parent / "inbox-other", root)


def test_a_path_inside_is_resolved_relative_or_whole(root):
    assert held("crm/./a.csv", root) == held(root / "crm" / "a.csv", root) == (root / "crm" / "a.csv").resolve()
    assert held("not/there/yet", root) == root.resolve() / "not" / "there" / "yet"


def test_a_link_in_the_root_is_the_administrators_and_one_below_may_not_lead_out(root):
    outside = root.parent / "dropped"
    outside.mkdir()
    (outside / "b.csv").write_text("2")
    (root / "shop").symlink_to(outside)
    assert held("shop/b.csv", root) == (outside / "b.csv").resolve()
    (root / "crm" / "sly").symlink_to(root.parent / "keys")
    (outside / "slier").symlink_to(root.parent / "keys" / "data.key")
    for path in ("crm/sly/data.key", "shop/slier"):
        with pytest.raises(OutsideRoot):
            held(path, root)


@pytest.mark.parametrize(
    "pattern",
    [
        "../*",
        "../../*",
        "../../../keys/data.key",
        "../**/*",
        "/etc/*",
        "crm/../../keys/*",
        "~/*",
        "*\x00",
        "..\\*",
        "C:*",
        "",
        "a//b",
        "**x",
    ],
)
def test_a_pattern_that_leads_out_is_refused(root, pattern):
    with pytest.raises(OutsideRoot):
        matching(pattern, root)


def test_a_pattern_finds_what_is_inside_and_no_link_out_of_it(root):
    (root / "b.csv").write_text("2")
    (root / ".hidden.csv").write_text("3")
    (root / ".git").mkdir()
    (root / ".git" / "c.csv").write_text("4")
    assert [path.name for path in matching("**/*.csv", root)] == ["b.csv", "a.csv"]
    assert [path.name for path in matching("crm/*", root)] == ["a.csv"]
    (root / "crm" / "z.csv").symlink_to(root.parent / "keys" / "data.key")
    with pytest.raises(OutsideRoot):
        matching("**/*.csv", root)


@given(st.text(max_size=40))
def test_whatever_is_held_lies_in_the_root(tmp_path_factory, text):
    root = tmp_path_factory.getbasetemp() / "any"
    root.mkdir(exist_ok=True)
    try:
        found = held(text, root)
    except (OutsideRoot, OSError):
        return
    assert found.is_relative_to(root.resolve())
    assert os.path.normpath(found) == str(found)


@given(st.text(max_size=200))
def test_a_file_name_is_one_part_in_every_system(text):
    name = file_name(text)
    assert name == PurePosixPath(name).name == PureWindowsPath(name).name
    assert name not in {"", ".", ".."}
    assert name.isprintable()


def test_a_long_chinese_name_fits_a_file_system_and_keeps_its_ending(tmp_path):
    name = file_name("客户名单" * 60 + ".xlsx")
    (tmp_path / name).write_bytes(b"")
    assert name.endswith("名单.xlsx")
