"""`xingke keys`: which keys there are, replacing them, and taking old ones out."""

from collections.abc import Sequence

import click

from xingke_web.cli.command import platform_open, with_output
from xingke_web.cli.language import say
from xingke_web.cli.output import Output


@click.group(help=say("密钥：查看、轮换、退役", "keys: list, rotate, retire"))
def command() -> None:
    """Keys of the installation and its workspaces."""


@command.command("list", help=say("列出工作区的密钥（不显示密钥本身）", "list the keys of a workspace, never the keys themselves"))
@click.argument("workspace")
@with_output
def listed(output: Output, workspace: str) -> None:
    """The keys of a workspace, the newest first."""
    platform_open()
    from xingke_web.accounts.facade import workspace_info
    from xingke_web.config.key_rotation import keys_listed

    lines = keys_listed(workspace_info(workspace).id)
    values = [
        {
            "use": one.use,
            "version": one.version,
            "id": one.key_id,
            "wrapped_by": one.ring_id,
            "made_at": one.created_at,
            "state": _state(one)[1],
        }
        for one in lines
    ]
    zh = "\n".join(f"{one.use:6} v{one.version} {one.key_id} 包裹于 {one.ring_id}：{_state(one)[0]}" for one in lines)
    en = "\n".join(f"{one.use:6} v{one.version} {one.key_id} wrapped by {one.ring_id}: {_state(one)[1]}" for one in lines)
    output.result({"keys": values}, zh=zh, en=en)


@command.command(
    "rotate",
    help=say("轮换：工作区的数据密钥，或 --ring 更换主密钥", "rotate the data key of a workspace, or the wrapping key with --ring"),
)
@click.argument("workspaces", nargs=-1)
@click.option(
    "--ring",
    is_flag=True,
    help=say("更换安装的主密钥；瞬间完成，不改动任何数据", "replace the wrapping key of the installation; instant, no value changes"),
)
@with_output
def rotate(output: Output, workspaces: Sequence[str], ring: bool) -> None:
    """New keys; the worker seals older values again in the background."""
    if ring == bool(workspaces):
        raise click.UsageError(say("请给出工作区，或使用 --ring", "name a workspace, or use --ring"))
    platform_open()
    from xingke_web.accounts.facade import workspace_info
    from xingke_web.privacy.key_work import key_rotate, wrapping_key_rotate

    if ring:
        wrapped = wrapping_key_rotate()
        output.result(
            {"wrapped": wrapped},
            zh=f"主密钥已更换，重新包裹 {wrapped} 把数据密钥；请备份 data.key",
            en=f"The wrapping key is new; {wrapped} keys wrapped again. Back up data.key",
        )
        return
    versions = {name: key_rotate(workspace_info(name)) for name in workspaces}
    said = ", ".join(f"{name} v{version}" for name, version in versions.items())
    output.result(
        {"versions": versions},
        zh=f"已启用新的数据密钥：{said}；旧数据由后台任务重新加密",
        en=f"New data keys: {said}; the worker seals older values again",
    )


@command.command("rewrap", help=say("用密钥环的第一把重新包裹所有数据密钥", "wrap every data key with the first key of the ring"))
@with_output
def rewrap(output: Output) -> None:
    """For rings that come from the environment."""
    platform_open()
    from xingke_web.config.key_rotation import rewrap as wrap_again

    wrapped = wrap_again()
    output.result({"wrapped": wrapped}, zh=f"重新包裹 {wrapped} 把数据密钥", en=f"{wrapped} data keys wrapped again")


@command.command("retire", help=say("退役一把旧数据密钥；仍有数据使用时拒绝", "take an old data key out; refused while anything needs it"))
@click.argument("workspace")
@click.argument("version", type=int)
@with_output
def retire(output: Output, workspace: str, version: int) -> None:
    """An old data key, gone for good."""
    platform_open()
    from xingke_web.accounts.facade import workspace_info
    from xingke_web.privacy.key_work import key_retire

    key_id = key_retire(workspace_info(workspace), version)
    output.result({"retired": key_id}, zh=f"数据密钥 {key_id} 已退役", en=f"Data key {key_id} is retired")


def _state(line: object) -> tuple[str, str]:
    if getattr(line, "retired_at", None):
        return "已退役", "retired"
    return ("使用中", "in use") if getattr(line, "is_current", False) else ("仅解密", "still opens")
