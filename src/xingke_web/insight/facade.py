"""What other apps may ask of the cockpit."""

from xingke_web.insight.contracts import EffectSummary, Todo, TodoProvider
from xingke_web.insight.todos import todo_register, todos_for

__all__ = ["EffectSummary", "Todo", "TodoProvider", "todo_register", "todos_for"]
