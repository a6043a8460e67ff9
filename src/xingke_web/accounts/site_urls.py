"""Addresses below `/`."""

from django.urls import path

from xingke_web.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("me/", views.preferences, name="preferences"),
    path("me/password/", views.PasswordChange.as_view(), name="password_change"),
]
