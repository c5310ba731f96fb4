"""What a session token says: default claims, and custom ones that never replace them.

Source: version 2 of the session token that existing clients read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from os import urandom
from typing import Any

from charter.core.sessions.model import Session, SessionStatus, status_at
from charter.kernel.errors import DomainError, InvalidInput, Kind

VERSION = 2
LIFETIME_SECONDS = 60
BEFORE_SECONDS = 10
"""How far `nbf` lies before `iat`, for clocks that are behind."""
PERMISSION_PREFIX = "org:"

RESERVED = frozenset(
    {"iss", "sub", "exp", "nbf", "iat", "jti", "sid", "azp", "v", "sts", "fva", "o", "fea", "pla"}
) | {"act", "sv", "org_id", "org_role", "org_slug", "org_permissions"}
"""Claims whose meaning is the server's. `aud` is the app's, but has to be text."""

COOKIE_BYTES = 4096
COOKIE_FRAME_BYTES = 256
"""Room for a cookie's name and attributes."""
SIGNATURE_CHARACTERS = 342
HEADER_CHARACTERS = 150


@dataclass(frozen=True, slots=True)
class TokenSubject:
    """All that a session token says of its session, user and active organization."""

    id: str
    user_id: str
    status: SessionStatus
    actor: dict[str, Any] | None
    first_factor_at: datetime | None
    second_factor_at: datetime | None
    expire_at: datetime
    abandon_at: datetime
    is_banned: bool
    organization_id: str | None
    organization_slug: str | None
    role_key: str | None
    permissions: tuple[str, ...] | None
    user_plan: str | None
    user_features: tuple[str, ...] | None
    organization_plan: str | None
    organization_features: tuple[str, ...] | None

    @classmethod
    def without_organization(cls, session: Session, *, is_banned: bool) -> "TokenSubject":
        """What is said of a session without an active organization, where there are no plans."""
        return cls(
            id=session.id,
            user_id=session.user_id,
            status=session.status,
            actor=session.actor,
            first_factor_at=session.first_factor_at,
            second_factor_at=session.second_factor_at,
            expire_at=session.expire_at,
            abandon_at=session.abandon_at,
            is_banned=is_banned,
            organization_id=None,
            organization_slug=None,
            role_key=None,
            permissions=None,
            user_plan=None,
            user_features=None,
            organization_plan=None,
            organization_features=None,
        )

    def status_at(self, now: datetime) -> SessionStatus:
        """How the session stands at a moment."""
        return status_at(self, now)

    def gives_tokens_at(self, now: datetime) -> bool:
        """Whether the session may have a token at a moment."""
        return not self.is_banned and self.status_at(now).is_alive


class ClaimReserved(DomainError):
    """A custom claim has a name whose meaning is the server's."""

    kind, code = Kind.UNPROCESSABLE, "claim_reserved"
    message = "The claim {parameter} is reserved and cannot be set."


class ClaimsTooLarge(DomainError):
    """With its custom claims the token would not fit into a cookie."""

    kind, code = Kind.UNPROCESSABLE, "claims_too_large"
    message = "The token would take {size_bytes} bytes of the {limit} that a cookie holds."


def session_claims(
    subject: TokenSubject,
    *,
    issuer: str,
    now: datetime,
    lifetime_seconds: int = LIFETIME_SECONDS,
    authorized_party: str | None = None,
) -> dict[str, Any]:
    """The default claims of a session token.

    authorized_party: the origin for which it is made, left out where it is not known.
    """
    seconds = int(now.timestamp())
    claims: dict[str, Any] = {
        "sub": subject.user_id,
        "sid": subject.id,
        "iss": issuer,
        "iat": seconds,
        "nbf": seconds - BEFORE_SECONDS,
        "exp": seconds + lifetime_seconds,
        "jti": urandom(16).hex(),
        "v": VERSION,
        "sts": subject.status.value,
        "fva": [_age(subject.first_factor_at, now), _age(subject.second_factor_at, now)],
    }
    if authorized_party is not None:
        claims["azp"] = authorized_party
    if subject.actor is not None:
        claims["act"] = subject.actor
    claims.update(_plan_claims(subject))
    return claims


def with_custom_claims(claims: Mapping[str, Any], custom: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of a session token with an app's own added.

    custom: JSON values by name; no name of RESERVED; `aud` is a text or a list of texts.
    Raises: ClaimReserved; InvalidInput; ClaimsTooLarge, when a cookie could not hold the token.
    """
    for name in custom:
        if name in RESERVED:
            raise ClaimReserved(name)
    audience = custom.get("aud", "")
    audiences = audience if isinstance(audience, list) else [audience]
    if not all(isinstance(each, str) for each in audiences):
        raise InvalidInput("aud", reason="it must be a text or a list of texts")
    merged = {**claims, **custom}
    try:
        payload = json.dumps(merged, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (ValueError, TypeError, RecursionError) as mistake:
        raise InvalidInput("claims", reason="they must be JSON") from mistake
    size_bytes = _cookie_size(payload)
    if size_bytes > COOKIE_BYTES:
        raise ClaimsTooLarge("claims", size_bytes=size_bytes, limit=COOKIE_BYTES)
    return merged


def _cookie_size(payload: str) -> int:
    """The bytes that a cookie with a token of this payload takes."""
    encoded = -(-len(payload.encode("utf-8", "surrogatepass")) * 4 // 3)
    return encoded + HEADER_CHARACTERS + SIGNATURE_CHARACTERS + COOKIE_FRAME_BYTES


def _plan_claims(subject: TokenSubject) -> dict[str, Any]:
    """`o`, `fea` and `pla`: the active organization, the role there, and what is paid for.

    Features come from the plans in force, and from the app's own permissions: a feature is what
    such a permission is about. One of the organization's and of the user's plan has both scopes.
    """
    claims: dict[str, Any] = {}
    permitted = _by_feature(subject)
    of_user = set(subject.user_features or ())
    of_organization = permitted.keys() | set(subject.organization_features or ())
    # Clients disagree on whether features of users count for the bits below, so those of
    # organizations come first.
    ordered = sorted(of_organization)
    if subject.organization_id is not None:
        claims["o"] = _organization_claim(subject, permitted, ordered)
    if names := [
        *(f"{'ou' if feature in of_user else 'o'}:{feature}" for feature in ordered),
        *(f"u:{feature}" for feature in sorted(of_user - of_organization)),
    ]:
        claims["fea"] = ",".join(names)
    plans = {"o": subject.organization_plan, "u": subject.user_plan}
    if named := [f"{scope}:{slug}" for scope, slug in plans.items() if slug]:
        claims["pla"] = ",".join(named)
    return claims


def _by_feature(subject: TokenSubject) -> dict[str, set[str]]:
    """The app's own permissions that the role holds, by what they are about."""
    features: dict[str, set[str]] = {}
    for key in subject.permissions or ():
        feature, _, name = key.removeprefix(PERMISSION_PREFIX).partition(":")
        features.setdefault(feature, set()).add(name)
    return features


def _organization_claim(
    subject: TokenSubject, permitted: Mapping[str, set[str]], features: list[str]
) -> dict[str, Any]:
    """`o`. Bit i of a feature's number in `fpm` says whether the i-th of `per` is granted in it."""
    role = (subject.role_key or "").removeprefix(PERMISSION_PREFIX)
    inner = {"id": subject.organization_id, "slg": subject.organization_slug, "rol": role}
    if not permitted:
        return inner
    names = sorted(set().union(*permitted.values()))
    maps = [sum(1 << i for i, n in enumerate(names) if n in permitted.get(f, ())) for f in features]
    return {**inner, "per": ",".join(names), "fpm": ",".join(map(str, maps))}


def _age(moment: datetime | None, now: datetime) -> int:
    """Minutes since a factor was checked; -1 if it was not."""
    return -1 if moment is None else max(0, int((now - moment).total_seconds() // 60))
