"""The usual degrees of agreement, so that a plan reads like a list."""

from xingke.identity.linkage.plan import Level
from xingke.words import Words, both


def equal(*columns: str, label: Words | None = None, frequency: bool = False, own: bool = False) -> Level:
    """All columns are equal; with `frequency` the rarity of the first one's value counts, with `own` how many hold it."""
    condition = " and ".join(f"{name}_l = {name}_r" for name in columns)
    return Level(condition, label or both("一致", "equal"), columns[0] if frequency else None, columns[0] if own else None)


def alike(column: str, similarity: float, label: Words | None = None) -> Level:
    """Jaro-Winkler similarity of at least this, 0..1."""
    words = label or both(f"相近（{similarity:.2f} 以上）", f"alike ({similarity:.2f} or more)")
    return Level(f"jaro_winkler_similarity({column}_l, {column}_r) >= {similarity}", words)


def edits(column: str, most: int, label: Words | None = None) -> Level:
    """At most so many insertions, deletions, changes or swaps of neighbours."""
    words = label or both(f"至多差 {most} 处", f"{most} edit{'s' if most > 1 else ''} at most")
    return Level(f"damerau_levenshtein({column}_l, {column}_r) <= {most}", words)


def crossed(one: str, other: str, similarity: float = 0.85, label: Words | None = None) -> Level:
    """Two columns were filled the wrong way round, each up to a Jaro-Winkler similarity, 0..1."""
    first, second = (f"jaro_winkler_similarity({a}_l, {b}_r) >= {similarity}" for a, b in ((one, other), (other, one)))
    return Level(f"{first} and {second}", label or both("两栏互换", "the two are swapped"))


def within(column: str, most: float, label: Words | None = None) -> Level:
    """Numbers that differ by at most this."""
    words = label or both(f"相差不超过 {most:g}", f"differ by {most:g} at most")
    return Level(f"abs({column}_l - {column}_r) <= {most}", words)
