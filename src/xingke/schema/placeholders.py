"""Ids that name nobody: what programs write where they have no id. Whoever took one for an id would make one person of all strangers."""

import re
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

WORDS: Final = frozenset(
    (
        # empty values of programming languages and formats, as text
        *("null", "(null)", "<null>", "nil", "<nil>", "none", "undefined", "(undefined)", "nan", "n/a", "#n/a", "na", "void"),
        *("true", "false", "[]", "{}", "()", '""', "''", "-", "--", "?", ".", "_", "*"),
        # nobody in particular
        *("anonymous", "anonymoususer", "anonymous_user", "anonymous user", "anon", "guest", "guest_user", "guest user", "visitor"),
        *("unknown", "unknown_user", "unknown user", "unidentified", "not_authenticated", "unauthenticated", "not set", "(not set)"),
        *("not_set", "no_user", "nouser", "nobody", "invalid", "default"),
        *("游客", "访客", "匿名", "匿名用户", "未知", "未知用户", "未登录", "未登陆", "无", "空", "暂无", "散客"),
        # the name of the field in place of its value
        *("id", "uid", "userid", "user_id", "user id", "distinct_id", "distinctid", "anonymousid", "anonymous_id", "openid", "unionid"),
        # device ids that many devices share: an Android fault, and the address that systems give where they hide the real one
        *("9774d56d682e549c", "02:00:00:00:00:00"),
    )
)
"""Texts that are no id, in small letters."""

_FORM: Final = re.compile(
    r"[-+]?0+(?:\.0+)?|-1(?:\.0+)?"  # zero and minus one, which stand for "none"
    r"|0{8}(?:-0{4}){3}-0{12}|f{8}(?:-f{4}){3}-f{12}|f{16,}|0{2}(?::0{2}){5}"  # UUIDs and hardware addresses of nothing but zeros or Fs
    r"|\[object [a-z]*\]|function ?\(.*"  # an object in place of its id
    r"|\{\{.*\}\}|\{%.*%\}|[$#]\{.*\}|<%.*%>|%%.*%%|%\([a-z_]*\)s|%[sd]"  # a template that nobody filled in
)
"""Forms that are no id, for a whole text in small letters."""

_BEGINS: Final = frozenset("-+0f[{$#<%")
"""The first characters of every form: what begins otherwise need not be compared with them."""

_FIRST: Final = np.zeros(256, dtype=bool)
_FIRST[[letter.encode()[0] for text in (*WORDS, *_BEGINS, '"', "'", " ") for letter in (text[0], text[0].upper())]] = True


def is_placeholder(text: str) -> bool:
    """Whether a text names nobody, whatever its case, the blanks and the quotes around it; empty ones do."""
    bare = text.strip().strip("\"'").strip().casefold()
    if not bare or bare in WORDS:
        return True
    return bare[0] in _BEGINS and _FORM.fullmatch(bare) is not None


def placeholders_in(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same for a column of texts that are trimmed already, looking only at those that begin like one; null where there is no text."""
    return pa.chunked_array([_marked(chunk) for chunk in values.chunks], pa.bool_())


def _marked(texts: pa.Array) -> pa.Array:
    if not len(texts):
        return pa.array([], pa.bool_())
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    if not len(data):
        return pc.if_else(pc.is_valid(texts), pa.scalar(True), pa.scalar(None, pa.bool_()))
    # The first byte of an empty text is that of the next one: it is looked at, whichever that is.
    suspect = _FIRST[data[np.minimum(offsets[:-1], len(data) - 1)]] | (offsets[1:] == offsets[:-1])
    places = np.flatnonzero(suspect)
    marks = np.zeros(len(texts), dtype=bool)
    coded = texts.take(pa.array(places)).dictionary_encode()
    known = np.array([text is not None and is_placeholder(text) for text in coded.dictionary.to_pylist()] or [False])
    marks[places] = known[pc.fill_null(coded.indices, 0).to_numpy(zero_copy_only=False)]
    return pc.if_else(pc.is_valid(texts), pa.array(marks), pa.scalar(None, pa.bool_()))
