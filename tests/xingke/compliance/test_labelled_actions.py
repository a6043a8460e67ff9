from collections import Counter

import pytest
from labelled_actions import read_cases

CASES = read_cases()


@pytest.mark.parametrize("case", [case for case in CASES if case.expected == "block"], ids=lambda case: case.action.content.body[:30])
def test_what_is_prohibited_is_never_allowed(case):
    verdict = case.verdict
    assert verdict.outcome == "block"
    assert all(finding.message["zh"] and finding.message["en"] and finding.basis["zh"] for finding in verdict.findings)


def test_what_is_allowed_is_seldom_refused():
    allowed = [case for case in CASES if case.expected == "allow"]
    refused = [case.action.content.body for case in allowed if case.verdict.outcome != "allow"]
    assert len(refused) / len(allowed) <= 0.05, refused


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.expected in ("hold", "defer")],
    ids=lambda case: f"{case.expected}-{case.action.content.body[:20]}",
)
def test_what_needs_approval_or_time_gets_it(case):
    assert case.verdict.outcome == case.expected


def test_the_set_is_large_and_half_of_it_is_allowed():
    found = Counter(case.expected for case in CASES)
    assert sum(found.values()) >= 200
    assert 0.4 <= found["allow"] / sum(found.values()) <= 0.6
    languages = Counter(case.action.content.language for case in CASES)
    assert min(languages["zh"], languages["en"]) >= 60
