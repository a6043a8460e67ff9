"""Things that wait for somebody: each app adds a provider, the cockpit asks them all."""

from xingke_web.accounts.facade import Viewer
from xingke_web.insight.contracts import Todo, TodoProvider

_providers: dict[str, TodoProvider] = {}


def todo_register(name: str, provider: TodoProvider) -> None:
    """Add a provider; the same name again replaces the earlier one."""
    _providers[name] = provider


def todos_for(viewer: Viewer) -> list[Todo]:
    """What waits for this viewer, the weightiest first."""
    found = [todo for provider in _providers.values() for todo in provider(viewer) if todo.count > 0]
    return sorted(found, key=lambda todo: (-todo.weight, todo.name))
