"""Reading text the way a person does.

Full width, spaces inside a word, look-alike letters and traditional characters make no difference.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

# Traditional and variant characters that the word lists need; a pair reads "as written, as listed".
_PAIRS = (
    "煙烟菸烟優优劵券恵惠贈赠禮礼獎奖積积減减價价樂乐醫医療疗藥药頂顶級级國国質质純纯經经獨独買买賣卖試试嘗尝體体驗验現现紅红員员費费滿满額额"
    "搶抢購购開开歡欢憑凭換换領领電电適适壓压鬆松傷伤癒愈潤润華华雲云黃黄鶴鹤樓楼對对戶户學学選选擇择銷销點点掃扫碼码錢钱貨货產产個个這这訂订"
    "數数業业務务無无與与來来會会場场專专貴贵雙双實实權权時时間间貼贴檔档廣广圖图書书車车養养傳传統统極极絕绝勝胜聯联際际網网銀银門门們们給给"
)
_VARIANTS = str.maketrans({_PAIRS[at]: _PAIRS[at + 1] for at in range(0, len(_PAIRS), 2)})
_LOOKALIKES = str.maketrans("аеорсхуіѕмтквнαοερτκν", "aeopcxyismtkbhaoeptkv")
_DIGIT_LETTERS = str.maketrans("01345@$", "oieasas")
_KEPT_SYMBOLS = "🚬%"
_CLAUSE_END = re.compile(r"[。！？!?；;\n]+|\.(?=\s|$)")
_SPELLED = re.compile(r"(?<![a-z0-9])(?:[a-z0-9@$] ){2,}[a-z0-9@$](?![a-z0-9])")
_INSIDE_WORD = re.compile(r"(?<=\w)[-.*'’·•~^|/\\+=]+(?=\w)|_")
_TOKEN = re.compile(r"[a-z0-9@$]+")
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Reading:
    """One text in the three forms that word lists are looked up in."""

    squeezed: str  # letters, digits and characters only: for Chinese
    words: str  # words with one space between: for English
    joined: str  # the same with marks inside words taken out


@lru_cache(maxsize=4096)
def read_text(text: str) -> Reading:
    """The forms of a text; the same text is read once."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_VARIANTS).translate(_LOOKALIKES)
    plain = "".join(char for char in unicodedata.normalize("NFKD", plain) if unicodedata.category(char) not in {"Mn", "Cf"})
    squeezed = "".join(char for char in plain if char.isalnum() or char in _KEPT_SYMBOLS)
    return Reading(squeezed=squeezed, words=_spoken(_spaced(plain)), joined=_spoken(_spaced(_INSIDE_WORD.sub("", plain))))


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[str, ...]:
    """The text cut at the end of each sentence."""
    return tuple(part for part in _CLAUSE_END.split(unicodedata.normalize("NFKC", text)) if part and part.strip())


def _spaced(plain: str) -> str:
    return " ".join("".join(char if char.isalnum() or char in "@$%" else " " for char in plain).split())


def _spoken(words: str) -> str:
    together = _SPELLED.sub(lambda found: found.group().replace(" ", ""), words)
    return _TOKEN.sub(_letters, together)


def _letters(found: re.Match[str]) -> str:
    token = found.group()
    mixed = any(char.isalpha() for char in token) and any(not char.isalpha() for char in token)
    return token.translate(_DIGIT_LETTERS) if mixed and len(token) > 2 else token


class Phrases:
    """A list of words and phrases to look for.

    Parameters
    ----------
    listed
        Chinese phrases are found anywhere, with or without something between their characters; English ones as whole words, and with a
        trailing `*` as the beginning of a word.
    unless
        Longer phrases in which a listed one means something else; they are taken out before looking.
    shapes
        Regular expressions over the text without spaces and marks, for what no list can hold, such as any number before 折.
    """

    def __init__(self, listed: Iterable[str], *, unless: Iterable[str] = (), shapes: Iterable[str] = ()) -> None:
        self.listed, self.unless, self.shapes = tuple(listed), tuple(unless), tuple(shapes)

    def found_in(self, text: str) -> str | None:
        """The first listed phrase in the text, as it was found, or `None`."""
        reading = read_text(text)
        chinese, english = self._patterns
        not_chinese, not_english = self._exceptions
        squeezed = not_chinese.sub("\0", reading.squeezed) if not_chinese else reading.squeezed
        for pattern in (chinese, self._shape):
            hit = pattern.search(squeezed) if pattern is not None else None
            if hit:
                return hit.group()
        if english is not None:
            for form in (reading.words, reading.joined):
                hit = english.search(not_english.sub("\0", form) if not_english else form)
                if hit:
                    return hit.group()
        return None

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
        return _compiled(self.listed)

    @cached_property
    def _shape(self) -> re.Pattern[str] | None:
        return re.compile("|".join(f"(?:{shape})" for shape in self.shapes)) if self.shapes else None

    @cached_property
    def _exceptions(self) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
        return _compiled(self.unless)


def _compiled(phrases: tuple[str, ...]) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    chinese = [read_text(phrase).squeezed for phrase in phrases if _is_dense(phrase)]
    english = [_english(phrase) for phrase in phrases if not _is_dense(phrase)]
    longest_first = sorted(chinese, key=lambda phrase: (-len(phrase), phrase))
    return (
        re.compile("|".join(re.escape(phrase) for phrase in longest_first)) if longest_first else None,
        re.compile(rf"(?<![a-z0-9])(?:{'|'.join(english)})(?![a-z0-9])") if english else None,
    )


def _is_dense(phrase: str) -> bool:
    return bool(_CJK.search(phrase)) or any(char in "🚬" for char in phrase)


def _english(phrase: str) -> str:
    words = read_text(phrase.removesuffix("*")).words
    return re.escape(words) + ("[a-z]*" if phrase.endswith("*") else "")
