"""The claims that an app adds to session tokens: a template, filled in for each token."""

from collections.abc import Collection, Mapping
from typing import Any

from charter.core.jwt_templates.shortcodes import names, render
from charter.core.sessions.claims import with_custom_claims
from charter.kernel.errors import InvalidInput
from charter.kernel.patch import metadata

PARAMETER = "session_token_template"
LIMIT_BYTES = 2048
"""Of a template as JSON."""
USUAL_CLAIMS = {"iss": "x" * 700}
"""As long as the default claims of somebody in an organization are, with some permissions."""


def check_template(template: Mapping[str, Any]) -> None:
    """Refuse a template by which no token could be made, whoever it is for.

    Raises: ClaimReserved; ShortcodeInvalid; ClaimsTooLarge, when its own words fill a cookie;
        TooLarge; InvalidInput.
    """
    if not template:
        return
    metadata(template, parameter=PARAMETER, limit_bytes=LIMIT_BYTES)
    audience = template.get("aud", "")
    audiences = audience if isinstance(audience, list) else [audience]
    if not all(isinstance(each, str) for each in audiences):
        raise InvalidInput(PARAMETER, reason="aud must be a text or a list of texts")
    # Read here, so that no token fails on a shortcode later.
    names_in(template)
    with_custom_claims(USUAL_CLAIMS, _audible(render(dict(template), {})))


def names_in(template: Mapping[str, Any]) -> Collection[str]:
    """The first two parts of every name in a template. Raises: ShortcodeInvalid."""
    return frozenset(names(dict(template)))


def customized(
    claims: Mapping[str, Any], template: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any]:
    """The default claims of a token with those of a template added, which never replace one.

    values: what the names of the template stand for.
    Raises: ClaimsTooLarge, when a cookie could not hold the token.
    """
    return with_custom_claims(claims, _audible(render(dict(template), values)))


def _audible(claims: dict[str, Any]) -> dict[str, Any]:
    """The claims without an audience that turned out not to be text: nobody is meant by it."""
    audience = claims.get("aud", "")
    audiences = audience if isinstance(audience, list) else [audience]
    if all(isinstance(each, str) for each in audiences):
        return claims
    return {name: value for name, value in claims.items() if name != "aud"}
