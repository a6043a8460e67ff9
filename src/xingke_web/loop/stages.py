"""The stages that other apps add to a pass; they register theirs in `AppConfig.ready()`."""

from xingke_web.loop.contracts import Stage, When

_stages: dict[str, Stage] = {}


def stage_register(stage: Stage) -> None:
    """Add a stage; the same name again replaces the earlier one."""
    _stages[stage.name] = stage


def stages_at(when: When) -> list[Stage]:
    """The stages of one moment, in order."""
    return sorted((stage for stage in _stages.values() if stage.when is when), key=lambda stage: (stage.order, stage.name))
