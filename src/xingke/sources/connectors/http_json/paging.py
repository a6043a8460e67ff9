"""From one page to the next, in the ways that interfaces do it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from xingke.sources.connectors.errors import BadAnswer
from xingke.sources.connectors.http_json.paths import at_path

if TYPE_CHECKING:
    from xingke.sources.connectors.http_json.asking import Asker

_LINK = re.compile(r"<([^>]*)>([^<]*)")


def pages(asker: Asker, settings: Mapping[str, Any], parameters: Mapping[str, str]) -> Iterator[list[Any]]:
    """The rows of each page, until one is empty or nothing leads on.

    Raises
    ------
    BadAnswer
        There is no list where the rows should be, or the pages do not end.
    """
    url, asked = settings["url"], dict(parameters) | _first(settings)
    before: Any = None
    for number in range(settings["most_pages"]):
        answer, response = asker.ask(url, asked)
        rows = _rows(answer, settings["rows_path"])
        if rows:
            yield rows
        kind = settings["paging"]
        if kind == "none" or (not rows and kind in {"page", "offset"}):
            return
        if kind in {"page", "offset"}:
            if settings["page_size"] and len(rows) < settings["page_size"]:
                return
            step = 1 if kind == "page" else len(rows)
            asked[settings["page_param"]] = str(int(asked[settings["page_param"]]) + step)
            if rows == before:
                raise BadAnswer(
                    zh=f"第 {number + 1} 页与上一页相同；请检查翻页参数「{settings['page_param']}」",
                    en=f"page {number + 1} is the same as the one before; check the paging parameter '{settings['page_param']}'",
                )
            before = rows
            continue
        token = at_path(answer, settings["next_path"]) if kind in {"token", "next_path"} else _next_link(response.headers.get("Link", ""))
        if token in (None, "", before):
            return
        before = token
        if kind == "token":
            asked[settings["page_param"]] = str(token)
        else:
            url, asked = asker.same_host(str(response.url), str(token)), {}
    raise BadAnswer(
        zh=f"超过 {settings['most_pages']:,} 页仍未结束；请缩小范围或提高页数上限",
        en=f"there are more than {settings['most_pages']:,} pages; ask for less or raise the limit",
    )


def _first(settings: Mapping[str, Any]) -> dict[str, str]:
    kind = settings["paging"]
    found = {settings["size_param"]: str(settings["page_size"])} if settings["size_param"] and settings["page_size"] else {}
    if kind in {"page", "offset"}:
        found[settings["page_param"]] = str(settings["first_page"] if kind == "page" else 0)
    return found


def _rows(answer: Any, path: str) -> list[Any]:
    found = at_path(answer, path)
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        return [found]
    keys = ", ".join(sorted(answer)[:12]) if isinstance(answer, dict) else type(answer).__name__
    raise BadAnswer(
        zh=f"回答的「{path or '$'}」处没有行；顶层有：{keys}",
        en=f"there are no rows at '{path or '$'}' of the answer; at the top are: {keys}",
    )


def _next_link(header: str) -> str | None:
    """The target of `rel="next"` in a Link header (RFC 8288)."""
    for target, rest in _LINK.findall(header):
        if re.search(r';\s*rel\s*=\s*("[^"]*\bnext\b[^"]*"|next\b)', rest, re.IGNORECASE):
            return str(target)
    return None
