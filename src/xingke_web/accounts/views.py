"""Pages of log-in, password, preferences, workspaces and scope."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse, reverse_lazy
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xingke_web.accounts import selectors, throttle
from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.forms import LoginForm, NewPasswordForm, PreferencesForm, ScopeForm
from xingke_web.accounts.middleware import THEME_COOKIE, choice_cookie
from xingke_web.accounts.models import User
from xingke_web.accounts.paths import ROOT
from xingke_web.accounts.permissions import open_to_members
from xingke_web.accounts.scope import scope_remember
from xingke_web.accounts.signals import account_changed
from xingke_web.ui.navigation import groups_for
from xingke_web.ui.pages import page

_HOMES = {"insight:cockpit": "cockpit.view", "channels:inbox": "inbox.view"}


class Login(LoginView):
    """Log in; somebody logged in is sent on."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form again, as an error and not as a success."""
        status = 429 if form.has_error("__all__", "paused") else 422
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Log in; from now on this browser is counted by itself."""
        response = super().form_valid(form)
        throttle.device_remember(response, username=form.get_user().get_username())
        return response


class Logout(LogoutView):
    """Log out, by POST only."""

    http_method_names = ("post", "options")


class PasswordChange(PasswordChangeView):
    """Choose a new password; other devices are logged out."""

    template_name = "accounts/password_change.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("accounts:preferences")

    def form_valid(self, form: object) -> HttpResponse:
        """Store it and say so."""
        response = super().form_valid(form)  # type: ignore[arg-type]  # the base class is generic over its form
        account_changed.send(User, name="user.password_changed", user=self.request.user, workspace=None, facts={})
        messages.success(self.request, _("Your password was changed."))
        return response

    def form_invalid(self, form: object) -> HttpResponse:
        """The form again, as an error and not as a success."""
        status = 429 if cast("NewPasswordForm", form).has_error("old_password", "paused") else 422
        return self.render_to_response(self.get_context_data(form=form), status=status)


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """On to the first page of the workspace used last."""
    viewer = _viewer(request)
    if viewer is None:
        return page(request, "accounts/no_workspace.html", status=403)
    return redirect(home_address(request, viewer))


def home_address(request: HttpRequest, viewer: Viewer) -> str:
    """The page a viewer starts at: the cockpit or the inbox, else the first page their role may see."""
    for name, capability in _HOMES.items():
        if viewer.can(capability):
            try:
                return reverse(name, kwargs={"workspace": viewer.workspace.slug})
            except NoReverseMatch:
                continue
    first = next((link for group in groups_for(request) for link in group.links), None)
    return first.url if first else reverse("accounts:preferences")


@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Language and colours of the person who is logged in."""
    user = cast("User", request.user)
    form = PreferencesForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        translation.activate(user.language)
        messages.success(request, _("Your choice was saved."))
        response: HttpResponse = redirect(_back(request, reverse("accounts:preferences")))
        choice_cookie(response, settings.LANGUAGE_COOKIE_NAME, user.language)
        if user.theme == User.Theme.AUTO:
            response.delete_cookie(THEME_COOKIE)
        else:
            choice_cookie(response, THEME_COOKIE, user.theme)
        return response
    return page(request, "accounts/preferences.html", {"form": form}, status=422 if form.errors else 200)


@open_to_members
@require_GET
def enter(request: HttpRequest, workspace: str) -> HttpResponse:
    """`/w/<workspace>/` itself: on to the first page there. Switching workspaces is a link to here."""
    return redirect(home_address(request, _member(request)))


@open_to_members
@require_GET
def scope_units(request: HttpRequest, workspace: str) -> HttpResponse:
    """The tree of organisation units, one level at a time."""
    viewer = _chooser(request)
    parent = request.GET.get("parent")
    units = selectors.units_below(workspace_id=viewer.workspace.id, parent_path=parent or viewer.org_path, org_path=viewer.org_path)
    root_name = selectors.scope_name_of(viewer)
    context = {
        "units": units,
        "at_root": parent is None,
        "root_name": root_name,
        "is_whole": viewer.org_path == ROOT,
        "back": request.GET.get("back", ""),
    }
    return page(request, "accounts/scope.html", context, partial="units")


@open_to_members
@require_POST
def scope_set(request: HttpRequest, workspace: str) -> HttpResponse:
    """Look at another part of the organisation from now on."""
    viewer = _chooser(request)
    form = ScopeForm(request.POST)
    if not form.is_valid() or not scope_remember(request, viewer, form.cleaned_data["path"]):
        raise Http404
    target = _back(request, home_address(request, viewer))
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)


def _viewer(request: HttpRequest) -> Viewer | None:
    viewer: Viewer | None = getattr(request, "viewer", None)
    return viewer


def _member(request: HttpRequest) -> Viewer:
    viewer = _viewer(request)
    if viewer is None:
        raise Http404
    return viewer


def _chooser(request: HttpRequest) -> Viewer:
    """Somebody who may choose a unit: a customer sees the own shop, and nothing of the organisation."""
    viewer = _member(request)
    if viewer.customer_number is not None:
        raise Http404
    return viewer


def _back(request: HttpRequest, otherwise: str) -> str:
    """Where the form asks to return to, if that is on this site."""
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return target if target and allowed else otherwise
