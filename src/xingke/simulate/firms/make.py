"""Making the world of a small firm: beside its place first, moved there when it is complete."""

from collections.abc import Callable, Mapping
from pathlib import Path

from xingke.errors import UnknownName
from xingke.simulate.errors import WorldExists
from xingke.simulate.firms.cafe import make_cafe
from xingke.simulate.firms.extent import share_named
from xingke.simulate.firms.fresh import make_fresh
from xingke.simulate.firms.gym import make_gym
from xingke.simulate.firms.horizon import ENDS_ON, STARTS_ON, WEEKS
from xingke.simulate.firms.leads import make_leads
from xingke.simulate.firms.workshop import Progress, Workshop
from xingke.simulate.scenarios import Scenario
from xingke.simulate.store import ObservedWriter, WorldInfo, made_whole
from xingke.simulate.streams import Streams
from xingke.simulate.truth import TruthFolder, TruthWriter
from xingke.words import both

FIRMS: Mapping[str, Callable[[Workshop], None]] = {"fresh": make_fresh, "gym": make_gym, "cafe": make_cafe, "leads": make_leads}
"""What makes the world of each kind of firm."""


def make_firm(
    kind: str,
    out: Path,
    *,
    seed: int,
    scenario: Scenario,
    size: str = "m",
    clean: bool = False,
    progress: Progress = lambda done, total: None,
) -> WorldInfo:
    """Make the world of a small firm in a directory of its own.

    Parameters
    ----------
    kind
        `fresh`, `gym`, `cafe` or `leads`.
    out
        A directory that does not exist or is empty. It holds the whole world at the end, or is left as it was.
    scenario
        Its effects, yearly churn and cold chain matter here; the other switches are the city's.
    size
        `xs`, `m`, `l` or `xl` (as `l`): 2, 25 or 100 % of the members. All sizes cover the same 104 weeks.
    clean
        Whether source systems hold everything as it is.

    Raises
    ------
    UnknownName
        No firm or size has that name.
    WorldExists
        There is something in the directory.
    """
    maker = FIRMS.get(kind)
    if maker is None:
        raise UnknownName(kind=both("商户世界", "world of a firm"), name=kind, known=FIRMS)
    share = share_named(size)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WorldExists(path=out)
    info = WorldInfo(kind, size.lower(), scenario.name, seed, clean, STARTS_ON, ENDS_ON, ENDS_ON, WEEKS)
    with made_whole(out) as making:
        _fill(making, info, maker, scenario, share, progress)
    return info


def _fill(world: Path, info: WorldInfo, maker: Callable[[Workshop], None], scenario: Scenario, share: float, progress: Progress) -> None:
    truth = TruthFolder(world)
    truth.make()
    observed = ObservedWriter(world)
    shop = Workshop(
        streams=Streams(info.seed), scenario=scenario, share=share, is_clean=info.is_clean, observed=observed,
        truth=TruthWriter(truth), progress=progress,
    )  # fmt: skip
    maker(shop)
    shop.close_block()
    info.write(world)
