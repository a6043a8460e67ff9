from pathlib import Path

from xingke.quality import CHECKS
from xingke.quality.declared import GENERAL

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "quality-checks.md").read_text(encoding="utf-8")


def test_every_check_and_declaration_stands_in_the_reference():
    assert [code for code in CHECKS if f"| `{code}` |" not in PAGE] == []
    assert [checks.name for checks in GENERAL if f"| `{checks.name}` |" not in PAGE] == []
