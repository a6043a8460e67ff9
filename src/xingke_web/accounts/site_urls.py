"""Addresses below `/`."""

from xingke_web.accounts import views
from xingke_web.config.addresses import OWN, PUBLIC, address

app_name = "accounts"
urlpatterns = [
    address("", views.home, OWN, name="home"),
    address("login/", views.Login.as_view(), PUBLIC, name="login"),
    address("logout/", views.Logout.as_view(), PUBLIC, name="logout"),
    address("me/", views.preferences, OWN, name="preferences"),
    address("me/password/", views.PasswordChange.as_view(), OWN, name="password_change"),
]
