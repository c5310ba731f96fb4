"""The words of JWT templates."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.given_keys import GivenAlgorithm
from charter.kernel.patch import UNSET, Unset

MOST = 200
"""Templates of an instance."""
LIFETIME_SECONDS = 60
SHORTEST_SECONDS, LONGEST_SECONDS = 30, 315_360_000
CLOCK_SKEW_SECONDS, LARGEST_SKEW_SECONDS = 5, 300

RESERVED = frozenset(
    {"iss", "sub", "azp", "iat", "nbf", "exp", "jti", "sid", "v", "sts", "fva", "o", "fea", "pla"}
)
"""Claims that the server sets itself, and those by which a session's own token is read."""


@dataclass(frozen=True, slots=True)
class JwtTemplate:
    """What an app writes into tokens for another service. Its own key is never told.

    claims: JSON whose texts may hold shortcodes. clock_skew_seconds: how far `nbf` lies before
    `iat`. algorithm: RS256 by the instance's key, unless `has_own_key`.
    """

    id: str
    name: str
    claims: dict[str, Any]
    lifetime_seconds: int
    clock_skew_seconds: int
    algorithm: GivenAlgorithm
    has_own_key: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class JwtTemplateRow:
    """A template at rest. `sealed_signing_key` is None where the instance's key signs."""

    id: str
    name: str
    claims: dict[str, Any]
    lifetime_seconds: int
    clock_skew_seconds: int
    algorithm: GivenAlgorithm
    sealed_signing_key: bytes | None = field(repr=False)
    created_at: datetime
    updated_at: datetime

    @property
    def template(self) -> JwtTemplate:
        """The template as it may be shown."""
        return JwtTemplate(
            id=self.id,
            name=self.name,
            claims=self.claims,
            lifetime_seconds=self.lifetime_seconds,
            clock_skew_seconds=self.clock_skew_seconds,
            algorithm=self.algorithm,
            has_own_key=self.sealed_signing_key is not None,
            created_at=self.created_at,
            updated_at=self.updated_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJwtTemplate:
    """What a template is made of.

    name: 1 to 64 letters, digits, `_` and `-`; its own in the instance.
    claims: up to 8 KiB of JSON, nested at most 20 deep, without names of RESERVED.
    lifetime_seconds: 30 to 315360000; None is 60. clock_skew_seconds: 0 to 300; None is 5.
    algorithm: None is RS256, and HS256 with an own key. signing_key: goes with `has_own_key`.
    """

    name: str
    claims: dict[str, Any]
    lifetime_seconds: int | None = None
    clock_skew_seconds: int | None = None
    has_own_key: bool | None = None
    algorithm: str | None = None
    signing_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtTemplatePatch:
    """What changes of a template; the rest stays. A null stands for what a new one would have.

    Its own key stays where none is given, if it fits the algorithm, and goes with `has_own_key`.
    """

    name: str | Unset = UNSET
    claims: dict[str, Any] | Unset = UNSET
    lifetime_seconds: int | Unset | None = UNSET
    clock_skew_seconds: int | Unset | None = UNSET
    has_own_key: bool | Unset | None = UNSET
    algorithm: str | Unset | None = UNSET
    signing_key: str | Unset | None = field(default=UNSET, repr=False)


class JwtTemplateNotFound(DomainError):
    """There is no such template."""

    kind, code = Kind.NOT_FOUND, "jwt_template_not_found"
    message = "No JWT template has this id."


class JwtTemplateNameTaken(DomainError):
    """Another template of the instance has this name."""

    kind, code = Kind.UNPROCESSABLE, "jwt_template_name_taken"
    message = "Another JWT template has this name."
    parameter = "name"


class JwtTemplateLimitReached(DomainError):
    """The instance has as many templates as it may."""

    kind, code = Kind.UNPROCESSABLE, "jwt_template_limit_reached"
    message = "An instance may have {limit} JWT templates."
    parameter = "name"


class TemplateClaimReserved(DomainError):
    """A template has a claim whose meaning is the server's."""

    kind, code = Kind.INVALID, "template_claim_reserved"
    message = "A template cannot have the claim {claim}, which is reserved."
    parameter = "claims"


class TemplateKeyInvalid(DomainError):
    """A key does not fit its algorithm."""

    kind, code = Kind.UNPROCESSABLE, "template_key_invalid"
    message = "{parameter} {reason}."
    parameter = "signing_key"


class TemplateTokenTooLong(DomainError):
    """With what the template's names stand for, the token is longer than any may be."""

    kind, code = Kind.UNPROCESSABLE, "template_token_too_long"
    message = "By this template the token would be longer than {limit} characters."
    parameter = "template_name"


class JwtTemplateCreated(Event):
    """A template was made."""

    name = "jwtTemplate.created"


class JwtTemplateUpdated(Event):
    """A template was changed."""

    name = "jwtTemplate.updated"


class JwtTemplateDeleted(Event):
    """A template was deleted."""

    name = "jwtTemplate.deleted"
