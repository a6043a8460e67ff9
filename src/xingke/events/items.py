"""What item calls say of products: properties by the column of `product` that they fill."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from xingke.events.personal import bare

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "title", "itemname", "productname", "goodsname", "名称", "品名", "商品名称"),
    "category": ("category", "categoryname", "firstcategory", "分类", "品类", "类别"),
    "brand": ("brand", "brandname", "品牌"),
    "maker": ("maker", "manufacturer", "vendor", "厂商", "生产厂家"),
    "list_price_yuan": ("price", "listprice", "originalprice", "价格", "标价", "原价"),
}
_COLUMN_OF: Final = {alias: column for column, names in _COLUMNS.items() for alias in names}
_MOST_YUAN: Final = Decimal(10) ** 12


def item_fields(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Values by column; a price that is no amount is left out."""
    found: dict[str, Any] = {}
    for name, value in properties.items():
        column = _COLUMN_OF.get(bare(name))
        if column is None or column in found or isinstance(value, bool) or not isinstance(value, str | int | float):
            continue
        kept = _price(value) if column == "list_price_yuan" else str(value).strip()
        if kept not in (None, ""):
            found[column] = kept
    return found


def _price(value: Any) -> Decimal | None:
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return amount.quantize(Decimal("0.01")) if amount.is_finite() and 0 <= amount < _MOST_YUAN else None
