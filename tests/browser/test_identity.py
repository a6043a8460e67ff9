"""The steward's keys: a queue decided and undone without a mouse."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import PHONE, WORKSPACE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PLACE = "the-workspace"
PAIRS = """
from django.utils import timezone
from xingke_web.accounts.facade import workspace_info
from xingke_web.identity.models import ReviewPair
parts = [{"field": "phone", "label": {"zh": "电话", "en": "Phone"}, "level": {"zh": "相同", "en": "same"}, "weight": 6.3}]
ReviewPair.objects.filter(workspace_id=workspace_info("the-workspace").id).delete()
for number in range(1, 4):
    ReviewPair.objects.create(
        workspace_id=workspace_info("the-workspace").id, kind="consumer", left_system="crm", left_key=f"K{number}", right_system="pos",
        right_key=f"P{number}", left_number=number, right_number=number + 100, probability=0.9 - number / 10, weight=3, parts=parts,
        reason="grey", why="phone", found_at=timezone.now())
"""


@pytest.fixture
def waiting(site: str, site_home: Path) -> None:
    """Three pairs that wait, put into the database of the site."""
    environment = {**os.environ, "XINGKE_HOME": str(site_home), "DJANGO_SETTINGS_MODULE": "xingke_web.config.settings"}
    code = f"import django; django.setup()\n{PAIRS.replace(PLACE, WORKSPACE)}"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)


def number_of(visited: Visit) -> int:
    found = re.search(r"/identity/pairs/(\d+)/", visited.page.url)
    assert found, visited.page.url
    return int(found.group(1))


def press(visited: Visit, key: str) -> None:
    """Press a key that leads to another page."""
    with visited.page.expect_navigation():
        visited.page.keyboard.press(key)
    visited.page.wait_for_load_state("networkidle")


def test_a_queue_is_decided_and_undone_with_the_keyboard_alone(
    visit: Callable[..., Visit], axe: Callable[[object], list[str]], waiting: None
) -> None:
    visited = visit("analyst")
    visited.in_workspace("identity/")
    assert axe(visited.page) == []
    visited.page.click("text=开始判定")
    visited.page.wait_for_load_state("networkidle")
    first = number_of(visited)
    assert axe(visited.page) == []
    for key in ("s", "n"):
        press(visited, key)
    third = number_of(visited)
    assert third != first
    press(visited, "u")
    assert number_of(visited) not in (first, third)
    visited.page.focus("input[name=reason]")
    visited.page.keyboard.type("mn")
    assert visited.page.input_value("input[name=reason]") == "mn"
    assert visited.problems == []


def test_the_pages_fit_a_phone_in_english_and_dark(visit: Callable[..., Visit], axe: Callable[[object], list[str]], waiting: None) -> None:
    visited = visit("analyst", viewport=PHONE, language="en", dark=True)
    visited.in_workspace("identity/?state=open")
    width = visited.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert (width, axe(visited.page), visited.problems) == (0, [], [])
