"""What the panel beside the rule shows: count, share, words, tiers, samples; and separately how many can be reached."""

import time
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xingke.expr import Condition, say
from xingke.segments import sample, tier_mix
from xingke_web.accounts.facade import Viewer
from xingke_web.audiences.population import Population
from xingke_web.audiences.reaching import reach_steps

SAMPLES: Final = 4
LARGEST_BY: Final = "amount_yuan_365d"
CHANNELS: Final[dict[str, str | Promise]] = {
    "inbox": _("Inbox"),
    "email": _("E-mail"),
    "sms": _("Text message"),
    "wecom": _("WeCom"),
    "phone": _("Phone"),
}
TIER_TONES: Final = {"value": "gold", "potential": "brand", "base": "slate"}


@dataclass(frozen=True)
class Counted:
    """The exact answer for one rule in one scope."""

    count: int
    size: int
    milliseconds: int
    words: str
    tiers: list[dict[str, Any]] = field(default_factory=list)
    samples: list[dict[str, Any]] = field(default_factory=list)

    @property
    def share(self) -> float | None:
        """Of the customers of the scope, 0..1."""
        return self.count / self.size if self.size else None


def counted(tree: Condition, population: Population, viewer: Viewer) -> Counted:
    """Ask the lake. The milliseconds are those of the count alone, as the panel says."""
    began = time.perf_counter()
    asked = population.asked(tree)
    count = population.count(tree)
    milliseconds = round((time.perf_counter() - began) * 1000)
    return Counted(
        count=count,
        size=population.size(),
        milliseconds=max(1, milliseconds),
        words=say(tree, population.catalogue, viewer.language),
        tiers=_tiers(asked, population, viewer) if count else [],
        samples=_samples(asked, population) if count else [],
    )


def _tiers(tree: Condition, population: Population, viewer: Viewer) -> list[dict[str, Any]]:
    attribute = population.catalogue.attributes.get("value_tier")
    if attribute is None:
        return []
    mix = tier_mix(population.reader, tree, population.catalogue, as_of=population.as_of, scope_path=population.scope_path)
    total = sum(mix.values())
    return [
        {
            "label": choice.label[viewer.language],
            "count": mix.get(choice.value, 0),
            "share": mix.get(choice.value, 0) / total if total else 0.0,
            "tone": TIER_TONES.get(str(choice.value), "brand"),
        }
        for choice in attribute.choices
    ]


def _samples(tree: Condition, population: Population) -> list[dict[str, Any]]:
    known = population.catalogue.attributes
    if LARGEST_BY not in known:
        return []
    show = [name for name in ("display_name", "city", "kind", LARGEST_BY) if name in known]
    rows = sample(
        population.reader,
        tree,
        population.catalogue,
        as_of=population.as_of,
        order_by=LARGEST_BY,
        n=SAMPLES,
        show=show,
        scope_path=population.scope_path,
    )
    return [{**row, "amount": row.get(LARGEST_BY)} for row in rows.to_pylist()]


def reach(tree: Condition, population: Population, viewer: Viewer, channel: str) -> list[dict[str, Any]]:
    """Those who match, and how many of them are left at each step to those who may be written to over the channel now."""
    steps = reach_steps(viewer.workspace, population.ids(tree).tolist(), channel)
    first = steps[0].count if steps else 0
    return [{"label": each.label[viewer.language], "count": each.count, "share": each.count / first if first else 0.0} for each in steps]
