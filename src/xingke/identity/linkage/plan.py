"""What a linkage compares, as plain data: it is stored, shown and changed without touching code."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from xingke.errors import UserFacingError
from xingke.words import Words, both

RECORD_ID = "record_id"
"""Column of integers that names a record in every table of a linkage."""

Pair = tuple[int, int]


class BadPlan(UserFacingError):
    """A plan that cannot be run."""


class ContradictingDecisions(UserFacingError):
    """Two records are to be one customer and are to be kept apart at the same time."""


@dataclass(frozen=True, slots=True)
class Level:
    """A degree of agreement.

    Parameters
    ----------
    condition
        SQL over `<column>_l` and `<column>_r`; of several levels that hold, the first one counts.
    frequency_of
        Column whose rare values weigh more than its common ones; only for a level of equality of that column.
    wider
        Column of `frequency_of` of a wider form of the value: strangers who share that one may write this one too.
    own_of
        Column of the plan's `own` that is equal here; a value with more holders weighs less.
    """

    condition: str
    label: Words
    frequency_of: str | None = None
    own_of: str | None = None
    wider: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one field of two records is compared.

    Parameters
    ----------
    columns
        What the conditions read.
    levels
        From the closest on; a level for everything else is added.
    missing
        SQL of when the comparison says nothing; by default where the first column is missing on either side.
    """

    name: str
    label: Words
    columns: tuple[str, ...]
    levels: tuple[Level, ...]
    missing: str = ""

    @property
    def missing_condition(self) -> str:
        """When the comparison says nothing."""
        return self.missing or f"{self.columns[0]}_l is null or {self.columns[0]}_r is null"

    def label_of(self, level: int) -> Words:
        """What a level means: -1 missing, 0 everything else, then up to the closest."""
        if level < 0:
            return both("缺失", "missing")
        return both("不一致", "differs") if level == 0 else self.levels[len(self.levels) - level].label


@dataclass(frozen=True, slots=True)
class Block:
    """Records that agree on all columns are compared.

    Parameters
    ----------
    limit
        A value that more records share is no reason to compare them.
    """

    columns: tuple[str, ...]
    limit: int = 200


@dataclass(frozen=True, slots=True)
class Key:
    """Records that agree on all columns are one, whatever else is said, unless a veto holds.

    Parameters
    ----------
    veto
        SQL over `<column>_l` and `<column>_r`.
    limit
        A value that more records share is a placeholder and no key.
    """

    name: str
    label: Words
    columns: tuple[str, ...]
    veto: str = "false"
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Own:
    """A column whose values belong to one customer each: a phone, a licence number, an e-mail address.

    The holders of a value are the different names under which one system knows it (the system that knows most). Where a value has several,
    its agreement is worth so many times less; where it has more than `most` it is a placeholder, and counts as missing.

    Parameters
    ----------
    by
        Column that tells holders apart.
    most
        Holders that a value may have.
    """

    column: str
    by: str
    most: int = 8


@dataclass(frozen=True, slots=True)
class Apart:
    """Two records that can never be one customer.

    Parameters
    ----------
    condition
        SQL over `<column>_l` and `<column>_r`.
    """

    name: str
    label: Words
    condition: str


@dataclass(frozen=True, slots=True)
class Guard:
    """Limits that no cluster may break; one that does is cut at its weakest links.

    Parameters
    ----------
    largest
        Records in a cluster.
    lowest_mean_evidence
        Two groups join only where the mean evidence of all pairs between them is at least this: bits of the fields that both records
        have, without the prior. It holds a chain back, whose ends contradict each other; two records that have no field in common do not.
    apart
        Contradictions.
    """

    largest: int = 60
    lowest_mean_evidence: float = 0.0
    apart: tuple[Apart, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """All that a linkage needs to know about its records.

    Parameters
    ----------
    columns
        The normalised columns that are read besides `record_id`; text, except where conditions say otherwise.
    blocks
        Which records are compared at all.
    training
        Two or more; each trains the comparisons that do not read its columns.
    sure
        Blocks that hold true pairs almost only: from them training starts to find how likely two random records are one.
    match, review_from
        Probability from which a pair is one customer, and from which a person should look.
    own
        Columns whose values belong to one customer each; needs a column `system`.
    sample_pairs
        Random pairs for u, and at most so many pairs for m in a training block.
    """

    name: str
    label: Words
    columns: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    blocks: tuple[Block, ...]
    training: tuple[tuple[str, ...], ...]
    sure: tuple[Block, ...]
    keys: tuple[Key, ...] = ()
    own: tuple[Own, ...] = ()
    match: float = 0.9
    review_from: float = 0.3
    guard: Guard = field(default_factory=Guard)
    sample_pairs: int = 1_000_000
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what could not be run."""
        blocks = [each.columns for each in (*self.blocks, *self.sure)]
        read = [each.columns for each in self.comparisons] + blocks + [each.columns for each in self.keys] + list(self.training)
        read += [("system", each.column, each.by) for each in self.own]
        missing = sorted({name for names in read for name in names} - set(self.columns))
        if missing:
            raise BadPlan(
                zh=f"匹配方案 {self.name} 用到未声明的列：{'、'.join(missing)}",
                en=f"plan {self.name} reads columns that it does not declare: {', '.join(missing)}",
            )
        if len(self.training) < 2:
            raise BadPlan(zh=f"匹配方案 {self.name} 至少需要两个训练分块", en=f"plan {self.name} needs two training blocks or more")


@dataclass(frozen=True, slots=True)
class Decisions:
    """What stewards decided; no score and no guard outvotes it.

    Parameters
    ----------
    must, cannot
        Pairs of record ids that are one customer, and that never are.
    """

    must: frozenset[Pair] = frozenset()
    cannot: frozenset[Pair] = frozenset()

    @classmethod
    def of(cls, *, must: Iterable[Pair] = (), cannot: Iterable[Pair] = ()) -> "Decisions":
        """Pairs in any order."""
        return cls(frozenset(map(_ordered, must)), frozenset(map(_ordered, cannot)))


def _ordered(pair: Pair) -> Pair:
    return (min(pair), max(pair))
