"""An address that answers JSON: pages of rows, whole or since the last time."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from xingke.network import tls_context
from xingke.sources.connectors.contract import Batch, Checked, Cursor, Mode, Rejected, Stream
from xingke.sources.connectors.http_json.asking import Asker, client_of
from xingke.sources.connectors.http_json.paging import pages
from xingke.sources.connectors.http_json.paths import at_path
from xingke.sources.connectors.progress import Progress
from xingke.sources.connectors.rows import REJECTED_CHARACTERS as SHOWN
from xingke.sources.connectors.rows import digest, fitting, flattened, table_of_records, text_of
from xingke.sources.connectors.settings import CA, BadSetting, Setting, SettingKind
from xingke.words import both

K = SettingKind

SETTINGS = (
    Setting(name="url", label=both("接口地址", "Address of the interface"), required=True, note=both("http 或 https", "http or https")),
    Setting(
        name="method", label=both("方法", "Method"), kind=K.CHOICE, default="GET",
        choices=(("GET", both("GET", "GET")), ("POST", both("POST", "POST"))),
    ),
    Setting(
        name="auth", label=both("认证方式", "How we identify ourselves"), kind=K.CHOICE, default="none",
        choices=(
            ("none", both("无", "not at all")), ("bearer", both("令牌（Bearer）", "bearer token")),
            ("basic", both("用户名和密码", "name and password")), ("header", both("请求头中的密钥", "key in a header")),
            ("oauth", both("OAuth 2.0 客户端凭据", "OAuth 2.0 client credentials")),
        ),
    ),
    Setting(name="user", label=both("用户名或 client_id", "User name or client id")),
    Setting(name="auth_header", label=both("密钥所在请求头", "Header of the key"), note=both("默认 X-Api-Key", "X-Api-Key unless named")),
    Setting(name="secret", label=both("密钥、密码或 client_secret", "Key, password or client secret"), kind=K.SECRET),
    Setting(
        name="token_url", label=both("令牌地址（OAuth）", "Token address (OAuth)"),
        note=both("如 https://login.example.com/oauth/token", "such as https://login.example.com/oauth/token"),
    ),
    Setting(name="scope", label=both("权限范围（OAuth）", "Scope (OAuth)"), note=both("以空格分隔", "separated by spaces")),
    Setting(
        name="token_auth", label=both("client_secret 的位置（OAuth）", "Where the client secret goes (OAuth)"),
        kind=K.CHOICE, default="basic",
        choices=(("basic", both("Authorization 请求头", "Authorization header")), ("body", both("请求体", "body"))),
    ),
    Setting(
        name="token_params", label=both("令牌请求的其他参数（OAuth）", "Other parameters of the token request (OAuth)"), kind=K.MAP,
        note=both("每行「名称: 值」，如 audience", "lines of 'name: value', such as audience"),
    ),
    CA,
    Setting(name="headers", label=both("其他请求头", "Other headers"), kind=K.MAP, note=both("每行「名称: 值」", "lines of 'name: value'")),
    Setting(name="params", label=both("查询参数", "Parameters"), kind=K.MAP, note=both("每行「名称: 值」", "lines of 'name: value'")),
    Setting(name="body", label=both("请求体（JSON）", "Body (JSON)"), kind=K.LONG_TEXT),
    Setting(
        name="rows_path", label=both("行所在位置", "Where the rows are"),
        note=both("如 data.items；留空为整个回答", "such as data.items; empty for the whole answer"),
    ),
    Setting(
        name="paging", label=both("翻页方式", "Paging"), kind=K.CHOICE, default="none",
        choices=(
            ("none", both("不翻页", "one page")), ("page", both("页码", "page number")), ("offset", both("偏移量", "offset")),
            ("token", both("续页令牌", "token of the next page")), ("link", both("Link 响应头", "Link header")),
            ("next_path", both("回答中的下一页地址", "address of the next page in the answer")),
        ),
    ),
    Setting(name="page_param", label=both("页码、偏移或令牌参数", "Parameter of page, offset or token"), default="page"),
    Setting(name="first_page", label=both("首页页码", "Number of the first page"), kind=K.NUMBER, default=1, minimum=0, maximum=1),
    Setting(name="size_param", label=both("每页行数参数", "Parameter of the page size")),
    Setting(name="page_size", label=both("每页行数", "Rows a page"), kind=K.NUMBER, default=0, minimum=0, maximum=100_000),
    Setting(name="next_path", label=both("令牌或下一页地址的位置", "Where the token or next address is")),
    Setting(
        name="cursor_field", label=both("游标字段", "Cursor field"),
        note=both("行中的字段，如 updated_at", "a field of a row, such as updated_at"),
    ),
    Setting(
        name="cursor_param", label=both("游标参数", "Cursor parameter"),
        note=both("把上次最大的值放入该参数，如 since", "the highest value so far is sent in it, such as since"),
    ),
    Setting(name="most_pages", label=both("最多页数", "Most pages"), kind=K.NUMBER, default=10_000, minimum=1, maximum=1_000_000),
    Setting(name="most_megabytes", label=both("每页最多 MB", "Most MB a page"), kind=K.NUMBER, default=64, minimum=1, maximum=1_024),
)  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class HttpJsonConnector:
    """Asks page after page; a busy server is asked again after the pause that it names."""

    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = _now
    kind: str = field(default="http_json", init=False)
    label = both("HTTP 接口", "HTTP interface")
    note = both("按页读取返回 JSON 的接口，遵守 Retry-After", "pages of an interface that answers JSON; Retry-After is honoured")
    settings = SETTINGS
    modes = (Mode.FULL, Mode.INCREMENTAL)

    def target(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """Scheme, host and port of the address and of the token address, with the name and the trusted authority."""
        if settings["auth"] == "none":
            return ()
        addresses = (_origin(settings["url"]), _origin(settings["token_url"]) if settings["auth"] == "oauth" else "")
        return (*addresses, settings["user"], settings["auth"], settings["auth_header"], settings["ca"])

    def check(self, settings: Mapping[str, Any]) -> Checked:
        """Ask for the first page."""
        first = next(self._pages({**settings, "most_pages": 1, "paging": "none"}, {}), [])
        names = sorted(flattened(first[0])) if first and isinstance(first[0], dict) else []
        notes = (both(f"字段：{'、'.join(names[:20])}", f"fields: {', '.join(names[:20])}"),) if names else ()
        return Checked(both(f"已连接，第一页有 {len(first)} 行", f"connected; the first page has {len(first)} rows"), notes)

    def streams(self, settings: Mapping[str, Any]) -> tuple[Stream, ...]:
        """The one stream of the address, with the fields of its first page."""
        first = next(self._pages({**settings, "most_pages": 1, "paging": "none"}, {}), [])
        rows = table_of_records([row for row in first if isinstance(row, dict)])
        return (Stream("rows", tuple(rows.column_names), tuple(name for name in rows.column_names if name.endswith("_at"))),)

    def read(self, settings: Mapping[str, Any], stream: str, cursor: Cursor | None) -> Iterator[Batch]:
        """A batch a page; with a cursor field and parameter only what is new."""
        name, incremental = settings["cursor_field"], bool(settings["cursor_field"] and settings["cursor_param"])
        progress = Progress.of(cursor if incremental else None, 0)
        since = {} if progress.last is None else {settings["cursor_param"]: str(progress.last)}
        for number, rows in enumerate(self._pages(settings, since), start=1):
            records = [row for row in rows if isinstance(row, dict)]
            if incremental:
                records = [row for row in records if progress.take(_cursor_value(at_path(row, name)), _digest(row))]
            place = f"page {number}"
            odd = tuple(Rejected(place, "not_a_record", _shown(row)) for row in rows if not isinstance(row, dict))
            fits, long = fitting(records, place=place)
            yield Batch(table_of_records(fits), None, (*odd, *long))
        if incremental:
            # Pages need not come in the order of the cursor, so it moves on only when the last one is read.
            yield Batch(table_of_records([]), progress.cursor())

    def _pages(self, settings: Mapping[str, Any], since: Mapping[str, str]) -> Iterator[list[Any]]:
        _checked(settings)
        with client_of(settings) as client:
            asker = Asker(settings, client, sleep=self.sleep, now=self.now)
            yield from pages(asker, settings, settings["params"] | since)


def _cursor_value(value: Any) -> Any:
    return int(value) if isinstance(value, int) else None if value is None else str(value)


def _digest(row: Mapping[str, Any]) -> str:
    return digest((json.dumps(row, sort_keys=True, ensure_ascii=False),))


def _shown(row: Any) -> str:
    text = row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)
    return text_of(text[:SHOWN]) or ""


def _origin(url: str) -> str:
    import httpx

    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        return url
    return f"{address.scheme}://{address.userinfo.decode()}@{address.host}:{address.port}"


def _refuse_no_address(setting: Setting, url: str) -> None:
    import httpx

    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        address = httpx.URL("")
    if address.scheme not in {"http", "https"} or not address.host:
        raise BadSetting(setting, zh="应是完整的 http:// 或 https:// 地址", en="must be a whole http:// or https:// address")


def _checked(settings: Mapping[str, Any]) -> None:
    known = {setting.name: setting for setting in SETTINGS}
    _refuse_no_address(known["url"], settings["url"])
    if settings["auth"] == "oauth":
        _refuse_no_address(known["token_url"], settings["token_url"])
    tls_context(settings["ca"])
    if not all(f"{name}{value}".isascii() for name, value in settings["headers"].items()):
        raise BadSetting(known["headers"], zh="请求头只能含 ASCII 字符", en="may hold ASCII characters only")
    if settings["body"]:
        try:
            body = json.loads(settings["body"])
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise BadSetting(known["body"], zh="不是 JSON 对象", en="is not a JSON object")
    if settings["paging"] in {"token", "next_path"} and not settings["next_path"]:
        raise BadSetting(known["next_path"], zh="该翻页方式需要它", en="is needed for this way of paging")


CONNECTOR = HttpJsonConnector()
