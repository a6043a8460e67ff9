"""Personal values in events: recognised by the name of the trait or by their form, so that none lies readable outside of the sealed log."""

import re
from collections.abc import Mapping
from typing import Any, Final, Protocol

_BY_COLUMN: Final[Mapping[str, tuple[str, ...]]] = {
    "phone": ("phone", "mobile", "phonenumber", "mobilephone", "tel", "telephone", "cellphone", "手机", "手机号", "手机号码", "电话"),
    "email": ("email", "mail", "emailaddress", "邮箱", "电子邮箱"),
    "owner_name": ("name", "fullname", "realname", "username", "owner", "ownername", "contactname", "姓名", "负责人", "联系人"),
    "address": ("address", "shippingaddress", "street", "地址", "收货地址"),
    "id_number": ("idnumber", "idcard", "identitynumber", "身份证", "身份证号", "证件号"),
    "open_id": ("openid", "unionid", "wechatopenid", "wxopenid"),
}
_PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("company", "companyname", "shopname", "storename", "店名", "店铺名称", "公司"),
    "licence_no": ("licenceno", "licenseno", "licence", "license", "许可证号"),
    "county": ("county", "district", "区县"),
    "uscc": ("uscc", "creditcode", "统一社会信用代码"),
    "registered_on": ("createdat", "registeredon", "signuptime", "注册日期"),
}
COLUMN_OF: Final[Mapping[str, str]] = {alias: column for column, names in {**_BY_COLUMN, **_PLAIN}.items() for alias in names}
"""Column of a source record by the bare name of a trait."""

IDENTIFYING: Final = frozenset(alias for names in _BY_COLUMN.values() for alias in names) | {"firstname", "lastname", "ip", "birthday"}

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d{9}")
_ID_NUMBER: Final = re.compile(r"\d{17}[\dXx]")
HIDDEN: Final = "~"


class Blinder(Protocol):
    """What makes a keyed hash; `xingke.privacy.Vault` is one."""

    def blind(self, text: str, kind: str) -> str:
        """Equal values of one kind give equal hashes."""
        ...


def bare(name: str) -> str:
    """The name of a trait without case, underscores and such."""
    return name.replace("_", "").replace("-", "").replace(" ", "").replace("$", "").lower()


def form_of(value: str) -> str | None:
    """`email`, `phone` or `id_number` where the text has the form of one."""
    if "@" in value and _EMAIL.fullmatch(value):
        return "email"
    if _PHONE.fullmatch(value):
        return "phone"
    return "id_number" if _ID_NUMBER.fullmatch(value) else None


def blinded_key(key: str, blinder: Blinder) -> str:
    """A customer's key as it may lie in a table: one that is itself an address or a number is replaced by its keyed hash."""
    form = form_of(key)
    return f"{HIDDEN}{blinder.blind(key, form)[:32]}" if form else key


def without_personal(value: Any, blinder: Blinder, name: str = "") -> Any:
    """A copy in which identifying values are keyed hashes: equal ones can still be counted, none can be read."""
    if type(value) is dict:
        return {key: without_personal(inner, blinder, key) for key, inner in value.items()}
    if type(value) is list:
        return [without_personal(inner, blinder, name) for inner in value]
    if value is None or value == "" or type(value) is bool:
        return value
    named = bare(name)
    if named in IDENTIFYING:
        return f"{HIDDEN}{blinder.blind(str(value), COLUMN_OF.get(named, named))[:32]}"
    form = form_of(value if type(value) is str else str(value)) if type(value) in (str, int) else None
    return f"{HIDDEN}{blinder.blind(str(value), form)[:32]}" if form else value


def record_fields(traits: Mapping[str, Any]) -> dict[str, str]:
    """What a record can say of traits: texts by column of a source record."""
    found: dict[str, str] = {}
    for name, value in traits.items():
        column = COLUMN_OF.get(bare(name))
        text = _text(value)
        if column and text:
            found.setdefault(column, text)
    if "owner_name" not in found:
        whole = "".join(_text(traits.get(part)) for part in ("lastName", "firstName"))
        if whole:
            found["owner_name"] = whole
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, dict):
        order = ("country", "province", "state", "city", "district", "street", "name")
        return "".join(_text(value.get(part)) for part in order)
    return str(value).strip() if isinstance(value, str | int | float) else ""
