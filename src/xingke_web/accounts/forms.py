"""The forms of log-in and choice."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from xingke_web.accounts import throttle
from xingke_web.accounts.models import User


class Styled:
    """Fields in the style of the shared interface."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            chooses = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "xk-input xk-select" if chooses else "xk-input"


class LoginForm(Styled, AuthenticationForm):
    """Name and password, with a pause after too many failures."""

    def clean(self) -> dict[str, Any]:
        """The log-in, unless it has to wait; a guess is counted before the password is looked at."""
        if not {"username", "password"} <= self.cleaned_data.keys():
            return super().clean()
        attempts = throttle.log_in_attempts(self.request, username=self.cleaned_data["username"])
        if not attempts.take():
            raise _paused()
        cleaned = super().clean()
        attempts.give_back()
        return cleaned


class NewPasswordForm(Styled, PasswordChangeForm):
    """The old password and a new one, twice; the old one is guessed as seldom as at the log-in."""

    def clean_old_password(self) -> str:
        """The old password, unless it was guessed too often."""
        attempts = throttle.own_password_attempts(self.user.pk)
        if not attempts.take():
            raise _paused()
        old: str = super().clean_old_password()
        attempts.give_back()
        return old


def _paused() -> ValidationError:
    return ValidationError(
        _("Too many failed log-ins. Wait %(minutes)s minutes, or ask your administrator."),
        code="paused",
        params={"minutes": settings.XINGKE_LOGIN_LOCK_MINUTES},
    )


class PreferencesForm(Styled, forms.ModelForm[User]):
    """Language and colours."""

    class Meta:
        model = User
        fields = ("language", "theme")


class ScopeForm(forms.Form):
    """The organisation unit to look at."""

    path = forms.CharField(max_length=250)
