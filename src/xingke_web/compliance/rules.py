"""The rules in force in a workspace."""

from dataclasses import replace
from datetime import date
from functools import lru_cache

from django.utils import timezone

from xingke.compliance import GENERAL_RULES, Rule, Settings, rule_set, rules_fingerprint
from xingke.extensions import pack
from xingke_web.accounts.facade import WorkspaceInfo

ALWAYS = date(1900, 1, 1)


def rules_of(workspace: WorkspaceInfo) -> tuple[Rule, ...]:
    """General rules and those of the pack, with the law of today.

    A workspace whose clock is pinned to the past replays old data, but whoever acts in it acts today: its rules are those
    in force now, whatever day the clock shows.
    """
    return _rules(workspace.pack, timezone.localdate() if workspace.pinned else None)


def declared_rules(workspace: WorkspaceInfo) -> tuple[Rule, ...]:
    """The same rules as their law dates them, for the page that lists them."""
    return _rules(workspace.pack, None)


@lru_cache(maxsize=32)
def _rules(pack_name: str, today: date | None) -> tuple[Rule, ...]:
    rules = rule_set(GENERAL_RULES, pack(pack_name).rules)
    if today is None:
        return rules
    return tuple(replace(rule, valid_from=ALWAYS) if rule.valid_from <= today else rule for rule in rules)


def settings_for(signed_off: bool, template_key: str | None) -> Settings:
    """The parameters for one text: of the signed-off texts only its own matters, so that others do not change its fingerprint."""
    return Settings(approved_templates=frozenset({template_key})) if signed_off and template_key else Settings()


def fingerprint_of(workspace: WorkspaceInfo) -> str:
    """A short name for the rules and parameters in force, sign-offs apart."""
    return rules_fingerprint(rules_of(workspace), Settings())
