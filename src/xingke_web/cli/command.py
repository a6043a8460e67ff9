"""The pieces that commands are made of."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import click

from xingke_web.cli.language import say
from xingke_web.cli.output import Output

P = ParamSpec("P")
R = TypeVar("R")


def with_output(function: Callable[Concatenate[Output, P], R]) -> Callable[..., R]:
    """Add `--json` and hand the command its `Output` as the first argument."""

    @click.option("--json", "as_json", is_flag=True, help=say("只在标准输出打印一个 JSON 对象", "print one JSON object on standard output"))
    @click.pass_context
    @wraps(function)
    def wrapped(context: click.Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
        output = Output(as_json=bool(kwargs.pop("as_json")))
        context.find_root().obj = output
        return function(output, *args, **kwargs)

    return wrapped


def platform_open() -> None:
    """Check the installation and set Django up; every command that needs the database calls this first."""
    from xingke_web.config.home import home_check, home_here

    home_check(home_here())
    django_setup()


def django_setup() -> None:
    """Set Django up without looking at the installation."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xingke_web.config.settings")
    import django

    django.setup()
