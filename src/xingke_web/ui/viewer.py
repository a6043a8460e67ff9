"""What the shared pages need to know about the person who looks, without knowing the accounts."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from django.http import HttpRequest

from xingke.words import Language


class WorkspaceLike(Protocol):
    """The workspace of a page, as the shell shows it."""

    @property
    def slug(self) -> str:
        """Its place in the address, `/w/<slug>/`."""

    @property
    def name(self) -> str:
        """Its name in the viewer's language."""

    @property
    def currency(self) -> str:
        """Its unit of account, an ISO 4217 code."""

    @property
    def as_of(self) -> date:
        """Its business day."""

    @property
    def is_sample(self) -> bool:
        """Whether its data are a sample."""

    @property
    def sample_note(self) -> str:
        """Where the sample comes from, in the viewer's language."""


class ViewerLike(Protocol):
    """The person who looks and what they may do; `request.viewer`, None before log-in."""

    @property
    def display_name(self) -> str:
        """The name shown in the top bar."""

    @property
    def role_label(self) -> str:
        """The role in the viewer's language."""

    @property
    def workspace(self) -> WorkspaceLike:
        """The workspace of this request."""

    @property
    def workspaces(self) -> Sequence[WorkspaceLike]:
        """The workspaces the viewer may switch to."""

    @property
    def scope_path(self) -> str:
        """Path of the organisation unit that limits every read."""

    @property
    def scope_name(self) -> str:
        """Name of that unit."""

    @property
    def language(self) -> Language:
        """The language of pages and exports."""

    def can(self, capability: str) -> bool:
        """Whether the role has the capability."""


def viewer_of(request: HttpRequest) -> ViewerLike | None:
    """The viewer of a request, None before log-in."""
    viewer: ViewerLike | None = getattr(request, "viewer", None)
    return viewer
