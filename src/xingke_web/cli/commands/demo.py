"""`xingke demo`: build the demo where it is missing, and serve it."""

import os

import click

from xingke_web.cli.command import django_setup, with_output
from xingke_web.cli.commands.serve import listen, serve_until_stopped
from xingke_web.cli.language import language, say
from xingke_web.cli.output import Output


@click.command(
    help=say(
        "用合成的星城与真实数据搭建演示并启动网站；可随时中断，再次运行会接着做",
        "build a demo of the synthetic city and of real data, and serve it; interrupt it at any time, it goes on from there",
    )
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=say("监听端口", "port to listen on"))
@click.option("--only", metavar="WORKSPACE", help=say("只搭建这一个工作区", "build only this workspace"))
@click.option("--no-serve", is_flag=True, help=say("只搭建，不启动网站", "build only, do not serve"))
@with_output
def command(output: Output, port: int, only: str | None, no_serve: bool) -> None:
    """Build, then serve."""
    from xingke_web.config.home import home_here, home_make
    from xingke_web.demo.mailbox import Mailbox

    listener = None if no_serve else listen("127.0.0.1", port)
    home = home_here()
    home_make(home)
    mailbox = Mailbox(home.mail)
    mailbox.start()
    os.environ.setdefault("XINGKE_MAIL_URL", mailbox.url)
    try:
        _build(output, only)
        _tell_people(output, None if no_serve else f"http://127.0.0.1:{port}/")
        if listener is not None:
            serve_until_stopped(listener, with_worker=True)
    finally:
        mailbox.stop()
        if listener is not None:
            listener.close()


def _build(output: Output, only: str | None) -> None:
    django_setup()
    from django.conf import settings
    from django.core.management import call_command

    from xingke_web.config.home import home_here
    from xingke_web.config.static import static_refresh
    from xingke_web.demo.build import DemoState, demo_build, samples_here
    from xingke_web.demo.world import world_offer

    call_command("migrate", interactive=False, verbosity=0)
    static_refresh(settings.STATIC_ROOT)
    state = DemoState(home_here().path / "demo.json")
    for sample in samples_here(only):
        with output.progress(sample.name["zh"], sample.name["en"]) as advance:
            demo_build(state, sample, lambda stage, done, total: advance(done, total, stage[language()]))
        world_offer(sample)


def _tell_people(output: Output, url: str | None) -> None:
    from xingke_web.demo.people import CUSTOMER_ACCOUNT, PEOPLE
    from xingke_web.demo.samples import PASSWORD

    names = [username for username, _, _ in PEOPLE] + [CUSTOMER_ACCOUNT]
    from xingke_web.accounts.roles import ROLE_WORDS, Role

    accounts = "\n".join(f"  {username:<10} {label[language()]} · {ROLE_WORDS[Role(role)][language()]}" for username, label, role in PEOPLE)
    accounts += f"\n  {CUSTOMER_ACCOUNT:<10} " + say("一位客户，只看到自己的收件箱", "a customer, who sees nothing but the own inbox")
    output.note(f"账号（密码均为 {PASSWORD}）：\n{accounts}", f"Accounts (password {PASSWORD}):\n{accounts}")
    output.result(
        {"url": url, "accounts": names, "password": PASSWORD},
        zh=f"演示已就绪：{url or '未启动网站'}（Ctrl+C 结束）",
        en=f"The demo is ready: {url or 'not served'} (Ctrl+C ends it)",
    )
