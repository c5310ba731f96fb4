"""Who calls: an actor, and the facts of the request that carried the call."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class ActorKind(Enum):
    """What sort of credential stands behind a call."""

    ANONYMOUS = "anonymous"
    SECRET_KEY = "secret_key"  # noqa: S105  # a kind of credential, not one
    BROWSER = "browser"
    """A browser or phone with its client, whoever is signed in on it."""
    USER = "user"
    ORGANIZATION_TOKEN = "organization_token"  # noqa: S105  # as above
    MACHINE = "machine"
    """A program of the app, with a secret of its own; `Actor.id` is the machine's."""
    STEWARD = "steward"
    """Who manages an application from the instance whose organization owns it."""
    CLIENT = "client"
    """A program of the app that proved itself as an OAuth client; `Actor.id` is the client's."""
    ORGANIZATION_CLIENT = "organization_client"
    """The same of an organization, for which it acts as one of its tokens does."""
    OPERATOR = "operator"
    """The command line, on the machine itself."""
    SYSTEM = "system"
    """A job of the worker."""

    @property
    def is_instance_wide(self) -> bool:
        """Whether it holds every permission of its instance."""
        return self in _INSTANCE_WIDE

    @property
    def is_of_organization(self) -> bool:
        """Whether it acts for one organization, with the permissions that it holds itself."""
        return self in _OF_ORGANIZATION


_INSTANCE_WIDE = frozenset(
    {ActorKind.SECRET_KEY, ActorKind.CLIENT, ActorKind.OPERATOR, ActorKind.SYSTEM}
)
_OF_ORGANIZATION = frozenset({ActorKind.ORGANIZATION_TOKEN, ActorKind.ORGANIZATION_CLIENT})


@dataclass(frozen=True, slots=True)
class Access:
    """What an access token allows, whoever acts by it.

    client_id: the id of the OAuth client that it was given to. scopes: in the order of the token.
    audience: whom it is for; empty: it does not say. is_derived: whether it was made from another,
    so that no further one is made from it. expires_at: what is made from it does not outlive it.
    """

    client_id: str
    scopes: tuple[str, ...]
    audience: tuple[str, ...]
    is_derived: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who calls, in which instance.

    `id` is that of the credential (a key, a token), `user_id` the acting user if there is one;
    `organization_id` confines an organization's token, `permissions` are what such a token holds;
    it confines a user too whose token is for that one organization.
    `access` is what an access token says beside that; None for credentials of other sorts.
    `impersonator` is the name that the app has for who acts as the user, where it is not the user.
    `client_digest` is that of the token a browser holds, whether or not a client has it;
    `is_client_promised`: the token was handed out for a client that is made when it is needed;
    `client_token` is the token itself, to be handed to the same browser on another domain.
    A steward is no user of the instance: `home_instance_id` is where they come from, `home_user_id`
    who they are there, or None for that instance's server, and `permissions` what they hold here.
    """

    kind: ActorKind
    instance_id: str
    id: str | None = None
    user_id: str | None = None
    session_id: str | None = None
    impersonator: str | None = None
    organization_id: str | None = None
    permissions: frozenset[str] = frozenset()
    client_digest: bytes | None = field(default=None, repr=False)
    is_client_promised: bool = False
    client_token: str | None = field(default=None, repr=False)
    home_instance_id: str | None = None
    home_user_id: str | None = None
    access: Access | None = None

    @property
    def is_confined(self) -> bool:
        """Whether it is a user who reaches one organization and nothing else."""
        return self.kind is ActorKind.USER and self.organization_id is not None

    def facts(self) -> dict[str, str | None]:
        """For events and the audit log."""
        facts = {
            "kind": self.kind.value,
            "id": self.id,
            "user_id": self.user_id,
            "session_id": self.session_id,
        }
        if self.impersonator is not None:
            facts["impersonator"] = self.impersonator
        if self.home_instance_id is not None:
            facts |= {"home_instance_id": self.home_instance_id, "home_user_id": self.home_user_id}
        if self.access is not None:
            facts["client_id"] = self.access.client_id
        return facts


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What is worth remembering of the request that carried a call.

    is_testing: whether it showed that it comes from the tests of the app itself. satellite: the
    satellite domain whose address it came to. is_native: whether an app on a phone or a desktop
    sent it, which keeps no cookies.
    """

    id: str = "-"
    address: str | None = None
    user_agent: str | None = None
    origin: str | None = None
    is_testing: bool = False
    satellite: str | None = None
    is_native: bool = False

    def facts(self) -> dict[str, str | None]:
        """For events and the audit log."""
        return {"id": self.id, "address": self.address, "user_agent": self.user_agent}


NO_REQUEST = RequestFacts()
