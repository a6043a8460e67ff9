"""News for the rooms above: `audit` writes down what changes here.

Sent inside the transaction of the change, so that the change and its record stand or fall together.
"""

from django.dispatch import Signal

# Arguments: name (an audit name), user (whom it concerns), workspace (or None), facts (a mapping).
account_changed = Signal()
