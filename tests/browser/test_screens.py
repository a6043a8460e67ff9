"""Every screen, as a person who may see it: no error, nothing foreign, nothing cut off, readable for all."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, PHONE, WORKSPACE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SCREENS = (
    ("analyst", "cockpit/"),
    ("analyst", "customers/"),
    ("analyst", "tags/"),
    ("analyst", "segments/"),
    ("analyst", "segments/new/"),
    ("analyst", "tiers/"),
    ("analyst", "campaigns/"),
    ("analyst", "data/"),
    ("analyst", "data/sources/"),
    ("analyst", "data/import/"),
    ("analyst", "data/quality/"),
    ("analyst", "data/quality/order_line/"),
    ("analyst", "data/quarantine/"),
    ("analyst", "data/catalogue/"),
    ("analyst", "identity/"),
    ("analyst", "identity/customers/"),
    ("analyst", "identity/overview/"),
    ("analyst", "tracking/"),
    ("analyst", "tracking/live/"),
    ("analyst", "tracking/rejected/"),
    ("analyst", "privacy/"),
    ("analyst", "privacy/requests/"),
    ("analyst", "privacy/retention/"),
    ("analyst", "privacy/uses/"),
    ("analyst", "privacy/keys/"),
    ("analyst", "privacy/incidents/"),
    ("analyst", "compliance/"),
    ("analyst", "audit/"),
    ("customer", "inbox/"),
)
LOOKS = (
    pytest.param(DESKTOP, "zh-hans", False, id="desktop-zh-light"),
    pytest.param(PHONE, "en", True, id="phone-en-dark"),
)


def overflow(page: Any) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


@pytest.mark.parametrize(("viewport", "language", "dark"), LOOKS)
def test_every_screen_opens_whole_and_clean(
    visit: Callable[..., Visit], axe: Callable[[Any], list[str]], viewport: dict[str, int], language: str, dark: bool
) -> None:
    problems = []
    for person in ("analyst", "customer"):
        visited = visit(person, viewport=viewport, language=language, dark=dark)
        for who, path in SCREENS:
            if who != person:
                continue
            visited.in_workspace(path)
            visited.page.wait_for_timeout(300)
            if overflow(visited.page) > 0:
                problems.append(f"{path}: {overflow(visited.page)} px wider than the screen")
            if visited.page.evaluate("document.querySelectorAll('h1').length") != 1:
                problems.append(f"{path}: not exactly one main heading")
            problems += [f"{path}: {violation}" for violation in axe(visited.page)]
        problems += visited.problems
    assert problems == [], "\n".join(problems)


def test_a_customer_and_a_result_open_whole_and_clean(visit: Callable[..., Visit], axe: Callable[[Any], list[str]]) -> None:
    visited = visit("analyst")
    problems = []
    visited.in_workspace("customers/")
    visited.page.locator("tbody a").first.click()
    visited.page.wait_for_load_state("networkidle")
    problems += axe(visited.page)
    visited.in_workspace("campaigns/?state=finished")
    visited.page.locator("a[href*='/campaigns/']", has_text="秋季复购提醒").first.click()
    visited.page.wait_for_load_state("networkidle")
    visited.page.locator("a[href*='/results/']").first.click()
    visited.page.wait_for_load_state("networkidle")
    assert "/results/" in visited.page.url
    problems += axe(visited.page)
    assert problems + visited.problems == []


def test_the_theme_follows_the_toggle_and_stays(visit: Callable[..., Visit]) -> None:
    visited = visit("analyst")
    visited.in_workspace("cockpit/")
    visited.page.locator("[data-theme-toggle], form[action='/preferences/theme/'] button").first.click()
    visited.page.wait_for_timeout(400)
    visited.in_workspace("customers/")
    assert visited.page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert visited.problems == []


def test_a_stranger_is_asked_to_log_in_and_comes_back_to_the_page(visit: Callable[..., Visit]) -> None:
    visited = visit(None)
    visited.in_workspace("segments/")
    assert "/login/" in visited.page.url
    visited.page.fill("input[name=username]", "analyst")
    visited.page.fill("input[name=password]", "xingke-demo")
    visited.page.click("form:has(input[name=password]) button")
    visited.page.wait_for_load_state("networkidle")
    assert visited.page.url.endswith(f"/w/{WORKSPACE}/segments/")


def test_a_smaller_part_of_the_organisation_shrinks_every_list(visit: Callable[..., Visit]) -> None:
    whole, part = visit("analyst"), visit("manager")
    counts = []
    for visited in (whole, part):
        visited.in_workspace("customers/")
        counts.append(int("".join(filter(str.isdigit, visited.page.locator("a[aria-current]", has_text="全部").first.inner_text())) or 0))
    assert 0 < counts[1] < counts[0]
