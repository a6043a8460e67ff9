"""Where each field of a golden record comes from, in words."""

from dataclasses import dataclass, replace

from xingke.extensions import Pack
from xingke.words import Language, both
from xingke_web.identity.comparing import masked
from xingke_web.identity.records import Golden, Origin
from xingke_web.identity.shown import is_personal
from xingke_web.identity.words import FIELDS, field_label, rule_label, system_label

UNKNOWN = both("未知", "Unknown")


@dataclass(frozen=True)
class GoldenRow:
    """A field of a customer with its origin."""

    field: str
    label: str
    value: str
    origin: str


def golden_rows(golden: Golden, *, kind: str, pack: Pack, language: Language, clear: bool) -> list[GoldenRow]:
    """Every field that the customer has, in the usual order."""
    rows = []
    for field in FIELDS:
        value = golden.values.get(field)
        if field in golden.unlisted:
            rows.append(GoldenRow(field, field_label(field, language), UNKNOWN[language], _as_written(golden, field, language)))
        if value is None or value == "":
            continue
        words = {"format": pack.formats, "market_type": pack.market_types}.get(field)
        text = words[str(value)][language] if words and str(value) in words else str(value)
        shown = masked(field, text) if is_personal(field, kind) and not clear else text
        origin = golden.origins.get(field)
        rows.append(GoldenRow(field, field_label(field, language), shown, origin_text(origin, language) if origin else ""))
    return rows


def _as_written(golden: Golden, field: str, language: Language) -> str:
    """`来自 移动应用，原文「烟酒便利」，不在业态列表中`: what the source writes, shown as its word."""
    word, origin = golden.unlisted[field], golden.origins[field]
    quoted = f"原文「{word}」" if language == "zh" else f"which writes “{word}”"
    said = origin_text(replace(origin, rule="", agree=0), language)
    between = "，" if language == "zh" else ", "
    return between.join((said, quoted, reason_label(origin.rule, language)))


def origin_text(origin: Origin, language: Language) -> str:
    """`来自 订货系统，3 个系统一致，2026-01-03`."""
    system = "、".join(system_label(one, language) for one in origin.system.split(",") if one) or "—"
    if language == "zh":
        parts = [
            f"来自 {system}",
            f"{origin.agree} 个系统一致" if origin.agree > 1 else "",
            reason_label(origin.rule, language),
            origin.said_on,
        ]
        return "，".join(part for part in parts if part)
    parts = [
        f"from {system}",
        f"{origin.agree} systems agree" if origin.agree > 1 else "",
        reason_label(origin.rule, language),
        origin.said_on,
    ]
    return ", ".join(part for part in parts if part)


def reason_label(rule: str, language: Language) -> str:
    """Why this value won, in words; nothing where the rule is not told."""
    return rule_label(rule, language) if rule else ""
