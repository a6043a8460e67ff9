"""Draw all pictures of a made city."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.world_pictures import outlets, service, trade
from tools.world_pictures.look import Look
from tools.world_pictures.svg import Picture

PICTURES: Mapping[str, Callable[[Look], Picture]] = {
    "volume": trade.volume,
    "grades": outlets.grades,
    "profit": outlets.profit,
    "leavers": outlets.leavers,
    "order-fill": trade.fill,
    "hoarder": trade.hoarder,
    "route": service.route,
    "manager": service.manager,
}


def main() -> None:
    """Draw them into a folder, one SVG each."""
    parser = argparse.ArgumentParser(description="Pictures of a made city of size m or l, one SVG each.")
    parser.add_argument("--world", type=Path, required=True, help="folder of the city, with its truth")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures; files of the same names are replaced")
    parser.add_argument("--only", choices=PICTURES, action="append", help="draw this one alone; may be given again")
    given = parser.parse_args()
    look = Look(given.world)
    given.out.mkdir(parents=True, exist_ok=True)
    for name in given.only or PICTURES:
        PICTURES[name](look).save(given.out / f"{name}.svg")


if __name__ == "__main__":
    main()
