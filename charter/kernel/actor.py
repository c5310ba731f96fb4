"""Who calls: an actor, and the facts of the request that carried the call."""

from dataclasses import dataclass, field
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
    OPERATOR = "operator"
    """The command line, on the machine itself."""
    SYSTEM = "system"
    """A job of the worker."""

    @property
    def is_instance_wide(self) -> bool:
        """Whether it holds every permission of its instance."""
        return self in _INSTANCE_WIDE


_INSTANCE_WIDE = frozenset({ActorKind.SECRET_KEY, ActorKind.OPERATOR, ActorKind.SYSTEM})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who calls, in which instance.

    `id` is that of the credential (a key, a token), `user_id` the acting user if there is one;
    `organization_id` confines an organization's token, `permissions` are what such a token holds.
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
        return facts


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What is worth remembering of the request that carried a call.

    is_testing: whether it showed that it comes from the tests of the app itself. satellite: the
    satellite domain whose address it came to.
    """

    id: str = "-"
    address: str | None = None
    user_agent: str | None = None
    origin: str | None = None
    is_testing: bool = False
    satellite: str | None = None

    def facts(self) -> dict[str, str | None]:
        """For events and the audit log."""
        return {"id": self.id, "address": self.address, "user_agent": self.user_agent}


NO_REQUEST = RequestFacts()
