"""What the apps hold about a person, registered by each, so that a request of the person reaches all of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from xingke.words import Words

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Subject:
    """The person of a request.

    Parameters
    ----------
    records
        System and key of every record that identity ties to the customer.
    values
        Values that belong to this person alone, for texts without a key; never stored.
    """

    workspace_id: int
    workspace_slug: str
    number: int
    records: frozenset[tuple[str, str]] = frozenset()
    values: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True)
class SubjectData:
    """One kind of data about persons.

    Parameters
    ----------
    purpose, source, recipients
        What it is for, where it comes from, who gets it: the answer to an access request says so.
    export
        Rows about the person, readable; plain texts by label.
    erase
        Erases them and returns how many; None where they are kept, which `kept_because` then explains.
    """

    name: str
    label: Words
    purpose: Words
    source: Words
    recipients: Words
    export: Callable[[Subject], Rows]
    erase: Callable[[Subject], int] | None = None
    kept_because: Words | None = None


_held: dict[str, SubjectData] = {}


def subject_data_register(data: SubjectData) -> None:
    """Say what an app holds; the same name again replaces the earlier one. What cannot be erased has to say why."""
    if data.erase is None and data.kept_because is None:
        raise ValueError(f"{data.name} is kept and does not say why")
    _held[data.name] = data


def subject_data_all() -> list[SubjectData]:
    """Everything that was registered, in that order."""
    return list(_held.values())
