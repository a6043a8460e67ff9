"""The settings of a connector as data, so that a form, a file and the command line ask for the same ones."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from xingke.errors import ConfigurationError, UnknownName
from xingke.words import Words, both


class SettingKind(StrEnum):
    """What a setting holds."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    SECRET = "secret"  # noqa: S105 - the kind, not a password
    LIST = "list"
    MAP = "map"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting.

    Parameters
    ----------
    kind
        A secret is a text that is sealed where it is stored and never shown again; a list is texts joined by commas; a map is lines of
        `name: value`.
    minimum, maximum
        Inclusive bounds of a number.
    choices
        Value and label, for a choice.
    """

    name: str
    label: Words
    kind: SettingKind = SettingKind.TEXT
    note: Words | None = None
    required: bool = False
    default: Any = None
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[tuple[str, Words], ...] = ()

    @property
    def is_secret(self) -> bool:
        """Whether it is sealed and never shown."""
        return self.kind is SettingKind.SECRET


class BadSetting(ConfigurationError):
    """A setting that does not fit; `setting` is its name."""

    def __init__(self, setting: Setting, *, zh: str, en: str) -> None:
        super().__init__(zh=f"「{setting.label['zh']}」{zh}", en=f"{setting.label['en']}: {en}", setting=setting.name)
        self.setting = setting.name


def settings_parsed(declared: Iterable[Setting], given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings in their types, with defaults.

    Raises
    ------
    BadSetting
        One is missing or does not fit.
    UnknownName
        One is not declared.
    """
    known = {setting.name: setting for setting in declared}
    for name in given:
        if name not in known:
            raise UnknownName(kind=both("设置", "setting"), name=name, known=known)
    return {name: _parsed(setting, given.get(name)) for name, setting in known.items()}


def _parsed(setting: Setting, value: Any) -> Any:
    if isinstance(value, str) and setting.kind is not SettingKind.SECRET:
        value = value.strip()
    if value is None or value in ("", [], {}):
        if setting.required and setting.default is None:
            raise BadSetting(setting, zh="没有填写", en="is missing")
        return setting.default if setting.default is not None else _EMPTY.get(setting.kind)
    match setting.kind:
        case SettingKind.NUMBER:
            return _number(setting, value)
        case SettingKind.FLAG:
            return value if isinstance(value, bool) else str(value).lower() in {"true", "1", "on", "yes"}
        case SettingKind.CHOICE:
            return _choice(setting, str(value))
        case SettingKind.LIST:
            parts = value.replace("，", ",").split(",") if isinstance(value, str) else value
            return [text for text in (str(part).strip() for part in parts) if text]
        case SettingKind.MAP:
            return _map(setting, value)
        case _:
            return str(value)


_EMPTY: Mapping[SettingKind, Any] = {
    SettingKind.TEXT: "",
    SettingKind.LONG_TEXT: "",
    SettingKind.SECRET: "",
    SettingKind.CHOICE: "",
    SettingKind.FLAG: False,
    SettingKind.LIST: [],
    SettingKind.MAP: {},
}


def _number(setting: Setting, value: Any) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise BadSetting(setting, zh=f"需要整数，收到的是「{value}」", en=f"needs a whole number, not '{value}'") from None
    low, high = setting.minimum, setting.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise BadSetting(setting, zh=f"应在 {low} 到 {high} 之间，收到的是 {number}", en=f"must be from {low} to {high}, not {number}")
    return number


def _choice(setting: Setting, value: str) -> str:
    known = [choice for choice, _ in setting.choices]
    if value not in known:
        raise BadSetting(setting, zh=f"只能是 {'、'.join(known)}", en=f"must be one of {', '.join(known)}")
    return value


def _map(setting: Setting, value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {str(name): str(one) for name, one in value.items()}
    found = {}
    for line in str(value).splitlines():
        name, colon, text = line.partition(":")
        if line.strip() and not (colon and name.strip()):
            shown = json.dumps(line.strip()[:40], ensure_ascii=False)
            raise BadSetting(setting, zh=f"每行应为「名称: 值」，收到 {shown}", en=f"needs lines of 'name: value', not {shown}")
        if line.strip():
            found[name.strip()] = text.strip()
    return found


CA = Setting(
    name="ca",
    label=both("CA 证书（PEM）", "CA certificate (PEM)"),
    kind=SettingKind.LONG_TEXT,
    note=both(
        "单位自建 CA 或自签名证书；填写后只信任它，并校验主机名",
        "of a private authority, or a self-signed one; it alone is trusted then, and the host name is verified",
    ),
)
"""The setting of every connector that speaks TLS."""
