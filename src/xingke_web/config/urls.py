"""All addresses, put together from the list of apps."""

from importlib.util import find_spec

from django.urls import URLResolver, include, path

from xingke_web.config.apps_list import APPS, SITE_URLS


def _below_workspace() -> list[URLResolver]:
    modules = [f"{app}.urls" for app in APPS if f"{app}.urls" not in SITE_URLS]
    return [
        path("w/<slug:workspace>/", include(f"xingke_web.{module}")) for module in modules if find_spec(f"xingke_web.{module}") is not None
    ]


urlpatterns = [*(path("", include(f"xingke_web.{module}")) for module in SITE_URLS), *_below_workspace()]

handler400 = "xingke_web.config.errors.bad_request"
handler403 = "xingke_web.ui.errors.forbidden"
handler404 = "xingke_web.ui.errors.not_found"
handler500 = "xingke_web.config.errors.server_error"
