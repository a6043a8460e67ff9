"""What is known about a customer's age, from its kind and its age band; whatever cannot be read counts as unknown."""

import re
from typing import Final

from xingke_web.customers.models import Customer

ADULT_FROM: Final = 18
_PERSONS: Final = frozenset({"consumer", "lead"})
_BELOW: Final = re.compile(r"^\s*(<|＜|under|below|未满)|(岁?以下)\s*$", re.IGNORECASE)


def age_state_of(kind: str, age_band: str | None) -> str:
    """`adult` where the whole band is 18 and above, `minor` where the whole band lies below, else `unknown`; shops are no persons."""
    if kind not in _PERSONS:
        return Customer.AgeState.NOT_A_PERSON
    ages = [int(text) for text in re.findall(r"\d{1,3}", age_band or "")]
    if not ages:
        return Customer.AgeState.UNKNOWN
    if _BELOW.search(age_band or ""):
        return Customer.AgeState.MINOR if ages[-1] <= ADULT_FROM else Customer.AgeState.UNKNOWN
    if min(ages) >= ADULT_FROM:
        return Customer.AgeState.ADULT
    return Customer.AgeState.MINOR if len(ages) > 1 and max(ages) < ADULT_FROM else Customer.AgeState.UNKNOWN
