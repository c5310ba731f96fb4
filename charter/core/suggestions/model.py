"""The words of suggested organizations."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from charter.core.organizations.model import Organization
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


class SuggestionStatus(StrEnum):
    """What became of a suggestion."""

    PENDING = auto()
    ACCEPTED = auto()
    """The user asked to join."""
    COMPLETED = auto()
    """The user is a member."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An organization that a user may ask to join, as one of the people of a domain."""

    id: str
    organization_id: str
    domain_id: str
    user_id: str
    status: SuggestionStatus
    created_at: datetime
    updated_at: datetime
    organization: Organization


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A suggestion on its way into its table."""

    id: str
    organization_id: str
    domain_id: str
    user_id: str
    status: SuggestionStatus
    created_at: datetime
    updated_at: datetime


class SuggestionNotFound(DomainError):
    """The user has no such suggestion."""

    kind, code = Kind.NOT_FOUND, "suggestion_not_found"
    message = "You have no suggestion with this id."


class SuggestionAlreadyAccepted(DomainError):
    """The user has asked to join before, or has joined."""

    kind, code = Kind.INVALID, "suggestion_already_accepted"
    message = "You have accepted this suggestion already."


class SuggestionCreated(Event):
    """An organization was suggested to a user."""

    name = "organizationSuggestion.created"


class SuggestionAccepted(Event):
    """A user took a suggestion up and asked to join."""

    name = "organizationSuggestion.accepted"
