"""The shops or clubs of a firm as organisation units."""

from collections.abc import Sequence

from xingke.schema import ORG_UNIT
from xingke.simulate.firms.workshop import Workshop


def sites_of(shop: Workshop, root: str, name: str, sites: Sequence[str], *, level: str = "shop") -> list[str]:
    """Write `org_unit`, one row the firm and one a site; returns the paths of the sites."""
    paths = [f"/{root}/s{number:02d}" for number in range(1, len(sites) + 1)]
    shop.observe(
        ORG_UNIT,
        {
            "org_path": [f"/{root}", *paths],
            "parent_path": [None, *([f"/{root}"] * len(paths))],
            "level": ["firm", *([level] * len(paths))],
            "name": [name, *sites],
        },
    )
    return paths
