"""The words of tickets: signed tokens that carry a one-time grant, in links."""

from dataclasses import dataclass, field

from charter.core.grants.model import Grant, Purpose
from charter.kernel.errors import DomainError, Kind

STRATEGY = "ticket"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket that was verified and could be used when it was read. It is still to be spent."""

    purpose: Purpose
    grant: Grant
    secret: str = field(repr=False)


class TicketInvalid(DomainError):
    """It is none of ours, or what it was for is gone."""

    kind, code = Kind.INVALID, "ticket_invalid"
    message = "The link is not valid."
    parameter = "ticket"


class TicketExpired(DomainError):
    """Its time is over."""

    kind, code = Kind.INVALID, "ticket_expired"
    message = "The link has expired."
    parameter = "ticket"


class SignInTokenUsed(DomainError):
    """The sign-in token has let its user in already."""

    kind, code = Kind.INVALID, "sign_in_token_used"
    message = "The link has been used already."
    parameter = "ticket"


class SignInTokenWithdrawn(DomainError):
    """The sign-in token was revoked."""

    kind, code = Kind.INVALID, "sign_in_token_withdrawn"
    message = "The link was revoked."
    parameter = "ticket"


class ActorTokenUsed(DomainError):
    """The actor token has let its actor in already."""

    kind, code = Kind.INVALID, "actor_token_used"
    message = "The link has been used already."
    parameter = "ticket"


class ActorTokenWithdrawn(DomainError):
    """The actor token was revoked."""

    kind, code = Kind.INVALID, "actor_token_withdrawn"
    message = "The link was revoked."
    parameter = "ticket"


class ActorTokenForSignIn(DomainError):
    """An actor token lets nobody sign up."""

    kind, code = Kind.INVALID, "actor_token_for_sign_in"
    message = "This link is for signing in, not for signing up."
    parameter = "ticket"


class AgentTaskUsed(DomainError):
    """The agent has signed in already."""

    kind, code = Kind.INVALID, "agent_task_used"
    message = "The link has been used already."
    parameter = "ticket"


class AgentTaskWithdrawn(DomainError):
    """The agent task was revoked."""

    kind, code = Kind.INVALID, "agent_task_withdrawn"
    message = "The link was revoked."
    parameter = "ticket"


class AgentTaskForSignIn(DomainError):
    """An agent task lets nobody sign up."""

    kind, code = Kind.INVALID, "agent_task_for_sign_in"
    message = "This link is for signing in, not for signing up."
    parameter = "ticket"


class ActedForGone(DomainError):
    """The user whom the actor token names has been deleted."""

    kind, code = Kind.NOT_FOUND, "acted_for_gone"
    message = "There is no user any more to act as."
    parameter = "ticket"


class InvitationTicketUsed(DomainError):
    """The invitation was accepted already."""

    kind, code = Kind.INVALID, "invitation_ticket_used"
    message = "The invitation has been accepted already."
    parameter = "ticket"


class InvitationTicketRevoked(DomainError):
    """The invitation was revoked."""

    kind, code = Kind.INVALID, "invitation_ticket_revoked"
    message = "The invitation was revoked."
    parameter = "ticket"


class NobodyInvited(DomainError):
    """Nobody has proven to hold the invited address yet: they have to sign up."""

    kind, code = Kind.INVALID, "nobody_invited"
    message = "There is no account with the invited address. Sign up instead."
    parameter = "ticket"


class InvitedAlreadyHere(DomainError):
    """A user holds the invited address: they have to sign in."""

    kind, code = Kind.INVALID, "invited_already_here"
    message = "There is an account with the invited address already. Sign in instead."
    parameter = "ticket"


class InvitedElsewhere(DomainError):
    """The invitation is for another address than the one that was given."""

    kind, code = Kind.UNPROCESSABLE, "invited_elsewhere"
    message = "The invitation is for another address."
    parameter = "email_address"


TICKET_ERRORS = (
    ActedForGone,
    ActorTokenForSignIn,
    ActorTokenUsed,
    ActorTokenWithdrawn,
    AgentTaskForSignIn,
    AgentTaskUsed,
    AgentTaskWithdrawn,
    InvitationTicketRevoked,
    InvitationTicketUsed,
    InvitedAlreadyHere,
    InvitedElsewhere,
    NobodyInvited,
    SignInTokenUsed,
    SignInTokenWithdrawn,
    TicketExpired,
    TicketInvalid,
)
"""What using a ticket may raise."""
