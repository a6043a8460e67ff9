"""The form of a connection: its own fields, and those that its kind declares."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xingke.sources.connectors import Setting, SettingKind
from xingke.sources.systems import systems
from xingke.words import Language
from xingke_web.ingest.connections import EVERY, NewConnection, connector_of

PREFIX = "set-"
EVERY_WORDS = {
    0: _("By hand only"),
    1: _("Every minute"),
    5: _("Every 5 minutes"),
    15: _("Every 15 minutes"),
    60: _("Every hour"),
    360: _("Every 6 hours"),
    1_440: _("Every day"),
    10_080: _("Every week"),
}


class ConnectionForm(forms.Form):
    """What is asked for a connection of a kind; a secret is never filled in, and an empty one keeps what is stored."""

    name = forms.CharField(label=_("Name"), max_length=80)
    system = forms.ChoiceField(label=_("Kind of system"), required=False)
    every_minutes = forms.TypedChoiceField(label=_("Schedule"), coerce=int, choices=[(minutes, EVERY_WORDS[minutes]) for minutes in EVERY])
    runs_pass = forms.BooleanField(label=_("Make customers and figures of new rows at once"), required=False)

    def __init__(self, *args: Any, kind: str, language: Language, stored: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.is_stored = kind, stored is not None
        self.connector = connector_of(kind)
        system = self.fields["system"]
        if isinstance(system, forms.ChoiceField):
            system.choices = [("", _("Not one of these")), *((one.name, one.label[language]) for one in systems())]
        for setting in self.connector.settings:
            self.fields[PREFIX + setting.name] = _field(setting, language, stored)
        for field in self.fields.values():
            if isinstance(field.widget, forms.CheckboxInput):
                continue
            field.widget.attrs["class"] = "xk-input xk-select" if isinstance(field.widget, forms.Select) else "xk-input"

    def setting_fields(self) -> list[forms.BoundField]:
        """The fields of the kind, in their order."""
        return [self[PREFIX + setting.name] for setting in self.connector.settings]

    def given(self) -> NewConnection:
        """What was filled in; only for a form that is valid."""
        return NewConnection(
            name=self.cleaned_data["name"],
            kind=self.kind,
            system=self.cleaned_data["system"],
            settings={setting.name: self.cleaned_data[PREFIX + setting.name] for setting in self.connector.settings},
            every_minutes=self.cleaned_data["every_minutes"],
            runs_pass=self.cleaned_data["runs_pass"],
        )


def _field(setting: Setting, language: Language, stored: Mapping[str, Any] | None) -> forms.Field:
    value = setting.default if stored is None else stored.get(setting.name)
    field = _bare_field(setting, language, value, is_stored=stored is not None)
    field.label = setting.label[language]
    field.help_text = setting.note[language] if setting.note else ""
    # A secret that was stored is kept without being sent out again; one that is made for the connection need not be given.
    field.required = setting.required and setting.default is None and not setting.is_secret
    return field


def _bare_field(setting: Setting, language: Language, value: Any, *, is_stored: bool) -> forms.Field:
    match setting.kind:
        case SettingKind.FLAG:
            return forms.BooleanField(initial=bool(value))
        case SettingKind.CHOICE:
            return forms.ChoiceField(choices=[(choice, words[language]) for choice, words in setting.choices], initial=value)
        case SettingKind.SECRET:
            hint = {"autocomplete": "new-password", "placeholder": "••••••••" if is_stored and value else ""}
            return forms.CharField(widget=forms.PasswordInput(attrs=hint), strip=False)
        case SettingKind.LONG_TEXT | SettingKind.MAP:
            shown = "\n".join(f"{name}: {one}" for name, one in value.items()) if isinstance(value, Mapping) else value
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}), initial=shown)
        case SettingKind.LIST:
            return forms.CharField(initial=", ".join(value or []))
        case SettingKind.NUMBER:
            return forms.IntegerField(initial=value, min_value=setting.minimum, max_value=setting.maximum)
        case _:
            return forms.CharField(initial=value)
