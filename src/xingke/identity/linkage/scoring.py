"""Match weights of given pairs: the same statement scores a whole base and one new record."""

from xingke.engine.duck import quoted
from xingke.identity.linkage.model import Model
from xingke.identity.linkage.plan import RECORD_ID, Comparison, LinkPlan
from xingke.identity.linkage.records import frequency_columns

RARE = 1e-9


def scored(plan: LinkPlan, model: Model, *, pairs: str, left: str, right: str, also: str = "") -> str:
    """The query that scores a table of pairs.

    Parameters
    ----------
    pairs
        Table with `left_id` and `right_id`; empty for each left record with each right one, which is quicker where there are few.
    left, right
        Tables in the form of `link_record`.
    also
        Name of one more column and `as` before it the SQL over `<column>_l` and `<column>_r` that it holds.

    Returns
    -------
    str
        Gives `left_id`, `right_id`, `weight` (bits) and for each comparison `level_<name>` (-1 missing, 0 differs, then closer) and
        `weight_<name>`; the weights of the comparisons and the prior add up to `weight`.
    """
    levels = ", ".join(f"{level_expression(each)} as level_{each.name}" for each in plan.comparisons)
    kept = "".join(f", {name}_l, {name}_r" for name in _counts(plan))
    weights = ", ".join(f"{_weight(each, model)} as weight_{each.name}" for each in plan.comparisons)
    total = " + ".join([f"{model.prior_weight!r}::double", *(f"weight_{each.name}" for each in plan.comparisons)])
    more, name = (f", {also}", f", {also.rsplit(' as ', 1)[1]}") if also else ("", "")
    columns = name + "".join(f", level_{each.name}, weight_{each.name}" for each in plan.comparisons)
    return (
        f"with paired as ({paired(plan, pairs, left, right)}), "
        f"levelled as (select left_id, right_id, {levels}{kept}{more} from paired), "
        f"weighed as (select *, {weights} from levelled) "
        f"select left_id, right_id, {total} as weight{columns} from weighed"
    )


def paired(plan: LinkPlan, pairs: str, left: str, right: str) -> str:
    """The columns of both records of each pair, as `<column>_l` and `<column>_r`."""
    names = [*plan.columns, *_counts(plan)]
    columns = ", ".join(f"{side}.{quoted(name)} as {quoted(f'{name}_{side}')}" for name in names for side in "lr")
    if not pairs:
        return f"select l.{RECORD_ID} as left_id, r.{RECORD_ID} as right_id, {columns} from {left} l cross join {right} r"
    return (
        f"select p.left_id, p.right_id, {columns} from {pairs} p "
        f"join {left} l on l.{RECORD_ID} = p.left_id join {right} r on r.{RECORD_ID} = p.right_id"
    )


def _counts(plan: LinkPlan) -> list[str]:
    """What `link_record` counts of the values of a record."""
    return [*(f"tf_{name}" for name in frequency_columns(plan)), *(f"holders_{own.column}" for own in plan.own)]


def level_expression(comparison: Comparison) -> str:
    """The level of a pair as SQL."""
    count = len(comparison.levels)
    cases = "".join(f" when {level.condition} then {count - number}" for number, level in enumerate(comparison.levels))
    return f"cast(case when {comparison.missing_condition} then -1{cases} else 0 end as tinyint)"


def _weight(comparison: Comparison, model: Model) -> str:
    weights = model.weights(comparison.name)
    count = len(comparison.levels)
    cases = ""
    for level, weight in enumerate(weights):
        said = f"{weight!r}::double"
        said_of = comparison.levels[count - level] if level else None
        if said_of and said_of.frequency_of:  # the weight of an equal value: m over the share of records that have it
            base, share = model.u[comparison.name][level], f"greatest({_either(f'tf_{said_of.frequency_of}')}, {RARE!r})"
            said += f" + coalesce(log2({base!r}::double) - log2({share}), 0)"
        if said_of and said_of.own_of:  # of k holders that a value has, one is meant
            said += f" - coalesce(log2({_either(f'holders_{said_of.own_of}')}), 0)"
        cases += f" when {level} then {said}"
    return f"case level_{comparison.name}{cases} else 0::double end"


def _either(column: str) -> str:
    """The larger count of the two sides; that of the other one for a record that is not among those counted."""
    return f"greatest(coalesce({column}_l, {column}_r), coalesce({column}_r, {column}_l))"
