"""`xingke init`: make an installation, or bring one up to this version."""

import click

from xingke_web.cli.command import django_setup, with_output
from xingke_web.cli.language import say
from xingke_web.cli.output import Output


@click.command(
    help=say("创建安装目录与数据库，或升级到当前版本", "make the installation and its database, or bring them up to this version")
)
@click.option(
    "--admin",
    "admin",
    metavar="NAME",
    help=say("同时创建管理员账号；密码从终端读取", "also make an administrator account; the password is read from the terminal"),
)
@with_output
def command(output: Output, admin: str | None) -> None:
    """Make the directory, the keys, the tables and the static files."""
    from xingke_web.config.home import home_here, home_make

    home = home_here()
    is_new = home_make(home)
    django_setup()
    from django.conf import settings
    from django.core.management import call_command

    from xingke_web.config.static import static_refresh

    output.note("正在准备数据库……", "Preparing the database ...")
    call_command("migrate", interactive=False, verbosity=0)
    static_refresh(settings.STATIC_ROOT)
    if admin:
        _admin(admin)
    output.result(
        {"home": home.path, "new": is_new, "admin": admin},
        zh=f"{'已创建' if is_new else '已更新'} {home.path}。下一步：xingke serve",
        en=f"{'Made' if is_new else 'Updated'} {home.path}. Next: xingke serve",
    )


def _admin(name: str) -> None:
    from xingke_web.accounts.facade import user_create

    password = click.prompt(say("管理员密码", "Password of the administrator"), hide_input=True, confirmation_prompt=True, err=True)
    user_create(username=name, display_name=name, password=password)
