"""Where in the organisation something of two customers lies."""

from xingke_web.accounts.facade import ROOT


def common_path(one: str, other: str) -> str:
    """The lowest unit that holds both; `/a/b` and `/a/bc` have `/a` in common."""
    steps = []
    for a, b in zip(one.strip("/").split("/"), other.strip("/").split("/"), strict=False):
        if a != b or not a:
            break
        steps.append(a)
    return ROOT + "/".join(steps)
