"""The twelve systems: what each keeps of a customer, how it writes it and whom it knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from xingke.schema.trade.identity import SYSTEMS

FIELDS = ("name", "owner_name", "phone", "address", "licence_no", "format")
"""The golden fields, on which the rightness of a record is counted."""

DAY_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%d.%m.%Y")
"""The five ways of writing a day; in the second and fourth without leading zeros (2024/3/5, 2024年3月5日)."""

_CHINESE = {
    "grocery": "食杂店", "convenience": "便利店", "supermarket": "超市", "department_store": "商场", "tobacco_shop": "烟酒商店",
    "entertainment": "娱乐服务", "other": "其他",
}  # fmt: skip
_LETTERS = {
    "grocery": "Z", "convenience": "B", "supermarket": "S", "department_store": "C", "tobacco_shop": "Y", "entertainment": "F",
    "other": "Q",
}  # fmt: skip
_NEARLY_ALL_CONVENIENCE = {"grocery": "convenience", "supermarket": "convenience", "department_store": "convenience"}
_SELF_SERVICE_OR_NOT = {"convenience": "supermarket", "department_store": "supermarket", "entertainment": "other"}


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One source system.

    Parameters
    ----------
    keeps
        The golden fields that it has at all.
    key
        What its record numbers begin with.
    day_form
        Place in `DAY_FORMS` of how it usually writes a day.
    formats
        Its own code for a standard format, where it differs.
    weight
        How likely it is, next to the others, to know an outlet.
    """

    key: str
    keeps: tuple[str, ...] = FIELDS
    day_form: int = 0
    formats: Mapping[str, str] = field(default_factory=dict)
    weight: float = 1.0
    keeps_county: bool = True


SYSTEM: Mapping[str, System] = {
    "ordering": System(key=""),
    "crm": System(key="KH", day_form=1, weight=2.5),
    "pos": System(key="P", keeps=("name", "phone", "address", "format"), day_form=2, formats=_SELF_SERVICE_OR_NOT),
    "erp": System(key="10", keeps=("name", "owner_name", "address", "licence_no", "format"), day_form=2, formats=_LETTERS, weight=2.0),
    "logistics": System(key="WL", keeps=("name", "owner_name", "phone", "address"), day_form=1, weight=2.0),
    "licensing": System(key="XK", day_form=3),
    "membership": System(
        key="M", keeps=("name", "owner_name", "phone", "licence_no", "format"), formats=_NEARLY_ALL_CONVENIENCE, weight=0.9
    ),
    "wechat": System(key="o", keeps=("name", "phone"), weight=0.9, keeps_county=False),
    "app": System(key="U", keeps=("name", "owner_name", "phone", "licence_no", "format"), formats=_SELF_SERVICE_OR_NOT, weight=0.9),
    "customer_service": System(key="T", keeps=("name", "owner_name", "phone", "format"), day_form=3, formats=_CHINESE, weight=0.7),
    "campaign": System(key="HD", keeps=("name", "owner_name", "phone"), day_form=4, weight=0.6, keeps_county=False),
    "iot": System(key="S", keeps=("name", "phone", "address"), day_form=2),
}  # fmt: skip
"""By name. `membership` books 86 in 100 outlets as convenience stores; `ordering` uses the outlet's own number as its key."""

ALWAYS = ("ordering", "licensing")
"""Systems that know every outlet, once."""
FORGED_IN = ("crm", "membership", "app", "wechat", "customer_service", "campaign")
"""Systems in which a record can be put that stands for nobody."""


def system_number(name: str) -> int:
    """The place of a system among `SYSTEMS`."""
    return SYSTEMS.index(name)
