"""The entry point: finds commands, shows expected errors as one message, ends with a code that means something."""

import os
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from xingke.errors import UserFacingError
from xingke_web.cli.exits import MEANINGS, Exit, exit_of
from xingke_web.cli.language import say, speak
from xingke_web.cli.output import Output

_COMMANDS: Final = Path(__file__).parent / "commands"


class LazyGroup(click.Group):
    """A group whose commands are the modules of `commands/`, imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the modules; `evaluate_all.py` is the command `evaluate-all`."""
        return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules([str(_COMMANDS)]) if not module.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The `command` object of a module."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = import_module(f"xingke_web.cli.commands.{cmd_name.replace('-', '_')}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"commands/{cmd_name}.py must define `command`")
        return command

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The exit codes."""
        with formatter.section(say("退出码", "Exit codes")):
            formatter.write_dl([(str(int(code)), say(*words)) for code, words in MEANINGS.items()])


def _root() -> click.Group:
    text = say(
        "星客：客户价值管理与精准营销平台。安装目录由 XINGKE_HOME 指定，语言由 XINGKE_LANGUAGE 或 LANG 决定。",
        "Xingke: customer value management and precision marketing. "
        "XINGKE_HOME names the installation, XINGKE_LANGUAGE or LANG the language.",
    )
    root = LazyGroup(
        name="xingke", help=text, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
    )
    return click.version_option(package_name="xingke", prog_name="xingke")(root)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code."""
    speak()
    output = Output(as_json="--json" in (sys.argv[1:] if arguments is None else arguments))
    try:
        code = _root().main(args=None if arguments is None else list(arguments), prog_name="xingke", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return Exit.USAGE
    except click.Abort:
        output.note("已中断", "Interrupted")
        return Exit.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except UserFacingError as error:
        code = exit_of(error)
        output.failure(error, exit_code=code)
        return code
    except Exception as error:
        if os.environ.get("XINGKE_DEBUG", "").lower() in {"1", "true", "yes", "on"}:
            raise
        output.note(
            f"内部错误：{type(error).__name__}：{error}（设 XINGKE_DEBUG=1 可看到完整跟踪）",
            f"Internal error: {type(error).__name__}: {error} (XINGKE_DEBUG=1 shows the trace)",
        )
        return Exit.UNEXPECTED
    return int(code or 0)
