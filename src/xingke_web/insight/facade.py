"""What other apps may ask of the cockpit."""

from xingke_web.insight.contracts import Todo, TodoProvider
from xingke_web.insight.todos import todo_register, todos_for

__all__ = ["Todo", "TodoProvider", "todo_register", "todos_for"]
