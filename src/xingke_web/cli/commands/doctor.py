"""`xingke doctor`: is everything in order, and if not, what to do."""

import click

from xingke_web.cli.command import django_setup, with_output
from xingke_web.cli.exits import Exit
from xingke_web.cli.language import language, say
from xingke_web.cli.output import Output

_MARKS = {"ok": "✓", "warning": "!", "problem": "✗"}


@click.command(
    help=say(
        "检查 Python、安装目录、权限、磁盘、数据库、密钥、数据湖与可选组件",
        "check Python, the installation, permissions, disk, database, keys, lakes and extras",
    )
)
@with_output
def command(output: Output) -> int:
    """Print what was found; exit code 6 where something is wrong."""
    from xingke_web.cli.checks import look
    from xingke_web.config.home import home_here

    django_setup()
    findings = list(look(home_here()))
    spoken = language()
    for each in findings:
        if not output.as_json:
            click.echo(f"{_MARKS[each.state]} {each.text[spoken]}")
    problems = sum(each.state == "problem" for each in findings)
    output.result(
        {"problems": problems, "findings": [{"topic": each.topic, "state": each.state, **each.text} for each in findings]},
        zh=f"发现 {problems} 处问题" if problems else "一切正常",
        en=f"{problems} problems" if problems else "everything is in order",
    )
    return Exit.UNHEALTHY if problems else Exit.OK
