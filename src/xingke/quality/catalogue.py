"""Every check by its code: what it finds, how hard it acts and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from xingke.schema.findings import REASONS
from xingke.words import Words, both


class Level(StrEnum):
    """What a check does when it finds something."""

    REFUSE = "refuse"
    FLAG = "flag"
    WARN = "warn"

    @property
    def label(self) -> Words:
        """The level on screen."""
        return {
            Level.REFUSE: both("隔离该行", "Row set aside"),
            Level.FLAG: both("标记该行", "Row marked"),
            Level.WARN: both("提示整表", "Table warned about"),
        }[self]


class Aspect(StrEnum):
    """The side of quality that a check looks at; the score has one part a side."""

    VALID = "valid"
    UNIQUE = "unique"
    COMPLETE = "complete"
    PLAUSIBLE = "plausible"
    FRESH = "fresh"
    CONSISTENT = "consistent"

    @property
    def label(self) -> Words:
        """The aspect on screen."""
        return {
            Aspect.VALID: both("有效", "Valid"),
            Aspect.UNIQUE: both("不重复", "Unique"),
            Aspect.COMPLETE: both("完整", "Complete"),
            Aspect.PLAUSIBLE: both("合理", "Plausible"),
            Aspect.FRESH: both("及时", "Fresh"),
            Aspect.CONSISTENT: both("一致", "Consistent"),
        }[self]


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Parameters
    ----------
    advice
        What to do about what it finds.
    is_fault
        Whether what it finds is wrong; a row set aside by a declared rule is not.
    """

    code: str
    level: Level
    aspect: Aspect
    label: Words
    advice: Words
    is_fault: bool = True


_ASPECTS = {"required_missing": Aspect.COMPLETE, "duplicate_key": Aspect.UNIQUE, "unknown_reference": Aspect.CONSISTENT}

_FLAGS = (
    Check(
        "times_off",
        Level.FLAG,
        Aspect.PLAUSIBLE,
        both("数量大了或小了整倍（十倍、百倍或单位写错）", "a quantity off by a whole factor: ten, a hundred or another unit"),
        both("核对原始单据；可信度高的给出建议值", "look at the document; where it is nearly certain, a value is proposed"),
    ),
    Check(
        "price_off",
        Level.FLAG,
        Aspect.PLAUSIBLE,
        both("单价与该商品的通常单价差十倍或百倍", "the price a unit is ten or a hundred times off that of the product"),
        both("核对金额单位（元、分）与数量", "look at the unit of the amount and at the quantity"),
    ),
    Check(
        "sent_again",
        Level.FLAG,
        Aspect.UNIQUE,
        both("同一客户隔日内以另一单号重发的相同单据", "the same document of the same customer again within a day, under another number"),
        both("确认是否重复录入；重复的那张应撤销", "find out whether it was entered twice; undo the second one"),
    ),
)

_WARNINGS = (
    Check(
        "stale",
        Level.WARN,
        Aspect.FRESH,
        both("最新数据早于平时的更新节奏", "the newest day is older than the usual rhythm allows"),
        both("检查来源系统与连接，再运行一次", "look at the source and its connection, then run again"),
    ),
    Check(
        "fewer_rows",
        Level.WARN,
        Aspect.FRESH,
        both("当日行数明显少于往常同类日", "far fewer rows than on days like it"),
        both("核对是否有门店、渠道或文件缺报", "find out whether shops, channels or files are missing"),
    ),
    Check(
        "more_rows",
        Level.WARN,
        Aspect.FRESH,
        both("当日行数明显多于往常同类日", "far more rows than on days like it"),
        both("核对是否重复导入", "find out whether something was loaded twice"),
    ),
    Check(
        "shifted",
        Level.WARN,
        Aspect.PLAUSIBLE,
        both("取值分布与历史明显不同", "values are spread otherwise than before"),
        both("核对来源是否改了编码、单位或口径", "find out whether the source changed its codes, units or definition"),
    ),
    Check(
        "emptier",
        Level.WARN,
        Aspect.COMPLETE,
        both("空值比历史明显增多", "far more empty values than before"),
        both("核对映射与来源字段", "look at the mapping and at the field of the source"),
    ),
    Check(
        "incomplete",
        Level.WARN,
        Aspect.COMPLETE,
        both("应采尽采的字段有空缺", "fields that every record should have are empty"),
        both("按清单补采", "have them collected, by the list"),
    ),
    Check(
        "no_lines",
        Level.WARN,
        Aspect.CONSISTENT,
        both("有单据没有明细", "documents without lines"),
        both("补载明细，或确认为空单", "load the lines, or confirm that they are empty"),
    ),
    Check(
        "no_document",
        Level.WARN,
        Aspect.CONSISTENT,
        both("有明细没有单据", "lines without a document"),
        both("补载单据", "load the documents"),
    ),
    Check(
        "totals_differ",
        Level.WARN,
        Aspect.CONSISTENT,
        both("单据合计与明细之和不符", "totals of documents differ from the sum of their lines"),
        both("以明细为准核对，或重载该批", "go by the lines, or load that batch again"),
    ),
    Check(
        "exceeds",
        Level.WARN,
        Aspect.CONSISTENT,
        both("部分量大于总量", "a part is larger than its whole"),
        both("核对两列的口径与单位", "look at the definition and the unit of the two columns"),
    ),
)

CHECKS: Mapping[str, Check] = {
    check.code: check
    for check in (
        *(
            Check(code, Level.REFUSE, _ASPECTS.get(code, Aspect.VALID), reason.label, reason.accepts, reason.is_fault)
            for code, reason in REASONS.items()
        ),
        *_FLAGS,
        *_WARNINGS,
    )
}
"""By code. Rows are refused by the reasons of `xingke.schema.findings`; a source may add reasons of its own there."""
