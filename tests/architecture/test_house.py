"""What the repository may not contain, and what it has to."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = {".py", ".md", ".toml", ".txt", ".lock", ".html", ".css", ".js", ".mjs", ".json", ".po", ".yml", ".yaml", ".cfg", ".example", ""}


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S607
    if listed.returncode != 0:
        pytest.skip("not a git checkout: the list of tracked files is not known")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    return [
        (path, path.read_text(encoding="utf-8", errors="replace"))
        for path in tracked_files()
        if path.suffix in TEXT and "static/vendor" not in path.as_posix() and path.stat().st_size < 2_000_000
    ]


def test_no_tracked_file_names_a_package_registry() -> None:
    # Written in pieces, so that this file does not contain what it looks for.
    hosts = re.compile(
        "|".join(["pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.(org|com)", "registry" + r"\.npm", "deb" + r"\.debian\.org"])
    )
    assert [str(path) for path, text in texts() if hosts.search(text)] == []


def test_locks_carry_a_hash_for_every_package() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        entries = re.findall(r"^[a-z0-9].*?==.*?(?=^[a-z0-9]|\Z)", lock.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        assert entries, lock
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == [], lock


def test_relative_links_in_the_documents_lead_somewhere() -> None:
    broken = []
    for path, text in texts():
        if path.suffix == ".md":
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
                if not target.startswith(("http", "mailto:")) and not (path.parent / target).exists():
                    broken.append(f"{path.relative_to(ROOT)} -> {target}")
    assert broken == []


def test_decision_records_are_listed_and_each_number_is_given_once() -> None:
    records = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    listed = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    assert len({path.name[:4] for path in records}) == len(records)
    assert [path.name for path in records if path.name not in listed] == []
