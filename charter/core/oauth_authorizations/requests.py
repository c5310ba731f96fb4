"""Checks what an OAuth application asks for, before anybody is asked anything.

Where the answer goes is checked first, and by itself: an error is never sent to an address that
the application has not registered.
Source: RFC 6749, section 4.1; RFC 7636; RFC 9700; OpenID Connect Core 1.0, section 3.1.2.
"""

import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from charter.core.oauth_applications import redirect_uris, scopes
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations.model import (
    Asked,
    OauthRedirectInvalid,
    OauthRequestInvalid,
    ResponseMode,
)

LONGEST = 2048
LEAST_STATE = 8
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
SECONDS = re.compile(r"[0-9]{1,10}")
NONE, LOGIN, CONSENT = "none", "login", "consent"
PROMPTS = frozenset({NONE, LOGIN, CONSENT})


class AskedWrongly(Exception):
    """What is asked for cannot be; `error` is what the application is told."""

    def __init__(self, error: str, description: str) -> None:
        self.error = error
        self.description = description
        super().__init__(error)


@dataclass(frozen=True, slots=True)
class Target:
    """Where an answer goes, checked. state: the application's own, to be given back.

    issuer: who answers an account client; None: the instance itself.
    """

    redirect_uri: str
    mode: ResponseMode
    state: str | None
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, checked. proven_since: when the person has to have signed in."""

    application: OauthApplication
    target: Target
    scopes: tuple[str, ...]
    nonce: str | None
    prompts: frozenset[str]
    code_challenge: str | None
    proven_since: datetime | None


def checked_target(application: OauthApplication, asked: Asked) -> Target:
    """Where the answer goes: to a registered address, or to the only one there is.

    Raises: OauthRedirectInvalid; OauthRequestInvalid, for what no answer could carry.
    """
    for each in fields(asked):
        value = getattr(asked, each.name)
        if value is not None and (len(value) > LONGEST or CONTROL.search(value)):
            raise OauthRequestInvalid(each.name, reason=f"{each.name} is too long, or no text")
    uri = asked.redirect_uri
    if not uri:
        if len(application.redirect_uris) != 1:
            raise OauthRedirectInvalid
        uri = application.redirect_uris[0]
    elif not redirect_uris.is_registered(uri, application.redirect_uris):
        raise OauthRedirectInvalid
    is_form = asked.response_mode == ResponseMode.FORM_POST and uri.startswith("http")
    mode = ResponseMode.FORM_POST if is_form else ResponseMode.QUERY
    return Target(uri, mode, asked.state)


def checked_request(
    application: OauthApplication, target: Target, asked: Asked, now: datetime
) -> Request:
    """What is asked for. Raises: AskedWrongly."""
    if not asked.response_type:
        raise AskedWrongly("invalid_request", "response_type is required")
    if asked.response_type != "code":
        raise AskedWrongly("unsupported_response_type", "response_type must be code")
    if asked.response_mode and asked.response_mode != target.mode:
        raise AskedWrongly("invalid_request", "response_mode must be query or form_post")
    challenge = _challenge(application, asked)
    if challenge is None and len(asked.state or "") < LEAST_STATE:
        raise AskedWrongly("invalid_request", "state must have 8 characters or more")
    prompts = frozenset((asked.prompt or "").split())
    if not prompts <= PROMPTS or (NONE in prompts and len(prompts) > 1):
        raise AskedWrongly("invalid_request", "prompt must be none, or login, consent, or both")
    return Request(
        application=application,
        target=target,
        scopes=_scopes(application, asked.scope),
        nonce=asked.nonce or None,
        prompts=prompts,
        code_challenge=challenge,
        proven_since=_proven_since(asked, now),
    )


def _challenge(application: OauthApplication, asked: Asked) -> str | None:
    """The challenge, which an application may have to send. Raises: AskedWrongly."""
    challenge, method = asked.code_challenge, asked.code_challenge_method
    if challenge is None:
        if application.needs_pkce:
            raise AskedWrongly("invalid_request", "code_challenge is required")
        if method is not None:
            raise AskedWrongly("invalid_request", "code_challenge_method needs a code_challenge")
        return None
    if method != "S256":
        # Left out it would mean `plain`, by which the challenge is the verifier itself.
        raise AskedWrongly("invalid_request", "code_challenge_method must be S256")
    if CHALLENGE.fullmatch(challenge) is None:
        raise AskedWrongly("invalid_request", "code_challenge must be a SHA-256 in base64url")
    return challenge


def _scopes(application: OauthApplication, text: str | None) -> tuple[str, ...]:
    """What the application wants, within what it may want. Raises: AskedWrongly."""
    if text is None or not text.strip():
        usual = application.default_scopes or scopes.DEFAULT
        wanted = tuple(each for each in usual if each in application.scopes)
    else:
        wanted = scopes.split(text)
    if not wanted or not frozenset(application.scopes).issuperset(wanted):
        raise AskedWrongly("invalid_scope", "the application may not ask for these scopes")
    return scopes.ordered(wanted)


def _proven_since(asked: Asked, now: datetime) -> datetime | None:
    """When the person has to have shown who they are. Raises: AskedWrongly."""
    found = []
    if asked.max_age is not None:
        if SECONDS.fullmatch(asked.max_age) is None:
            raise AskedWrongly("invalid_request", "max_age must be a number of seconds")
        found.append(now - timedelta(seconds=int(asked.max_age)))
    if asked.authenticated_after is not None:
        text = asked.authenticated_after
        if SECONDS.fullmatch(text) is None or int(text) > now.timestamp() + 1:
            raise AskedWrongly("invalid_request", "authenticated_after lies ahead")
        found.append(datetime.fromtimestamp(int(text), UTC))
    return max(found, default=None)
