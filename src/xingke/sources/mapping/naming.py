"""How much the name of a column says about what it holds."""

import re
import unicodedata
from functools import cache

from xingke.schema import Column
from xingke.schema.intake import INTAKE_TABLES
from xingke.sources.mapping.synonyms import SYNONYMS, VETOES

EXACT = 0.99
ENDS, HOLDS, GROUP = 0.86, 0.74, 0.6
VETOED = 0.3


def by_name(column: Column, table: str, header: str) -> tuple[float, str]:
    """How near a header is to the words for a column, 0..1, and the nearest word.

    Of a header of two lines the lower one counts, the name of the group above it little.
    """
    from rapidfuzz import fuzz

    group, _, below = header.rpartition("/")
    plain, last, above = normal_name(header), normal_name(below), normal_name(group)
    best, word = 0.0, ""
    for rank, synonym in enumerate(_words(column.name, table)):
        normal = normal_name(synonym)
        if normal in (plain, last):
            return 1.0 - rank * 1e-4, synonym
        long_enough = len(normal) >= 2 and (len(normal) >= 4 or not normal.isascii())
        near = ENDS if long_enough and last.endswith(normal) else 0.0
        near = max(near, HOLDS if long_enough and normal in last else 0.0, GROUP if normal == above else 0.0)
        ratio = fuzz.ratio(last, normal) / 100
        near = max(near, ratio * 0.9 if ratio >= 0.8 and len(normal) >= 3 else 0.0)
        if near > best:
            best, word = near, synonym
    veto = VETOES.get(_meaning(column.name, table))
    return (min(best, VETOED), word) if veto and re.search(veto, last) else (best, word)


@cache
def _words(name: str, table: str) -> tuple[str, ...]:
    column = INTAKE_TABLES[table].column(name)
    return (*SYNONYMS.get(_meaning(name, table), "").split(), column.label["zh"], column.label["en"], name)


def _meaning(name: str, table: str) -> str:
    """Under which name the words for a column are kept: the name of a product is none of a customer."""
    return "product_name" if (name, table) == ("name", "product") else name


TRADITIONAL = str.maketrans(
    "編號稱電話訂單數額價項時間產會員機聯絡網錢證碼類別區縣鎮鄉門實應費優惠賬戶買賣購銷貨備註國際總計態積餘點開辦專營檔級種條體來業務負責經統變顧現擊",
    "编号称电话订单数额价项时间产会员机联络网钱证码类别区县镇乡门实应费优惠账户买卖购销货备注国际总计态积余点开办专营档级种条体来业务负责经统变顾现击",
)


@cache
def normal_name(header: str) -> str:
    """A header without its unit in brackets, blanks, signs and case: 金额（元） and 金额 are one name."""
    plain = unicodedata.normalize("NFKC", header).casefold()
    plain = plain.translate(TRADITIONAL)
    plain = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", plain) or plain
    return re.sub(r"[\s_\-:*#.·/`]+", "", plain)
