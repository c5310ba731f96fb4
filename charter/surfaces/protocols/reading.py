"""Reads what OAuth clients send: forms and queries in which nothing comes twice."""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_plus

import msgspec
from falcon.asgi import Request

from charter.core.oauth_authorizations.model import OauthClientInvalid, OauthRequestInvalid
from charter.kernel.errors import DomainError
from charter.wire import reading
from charter.wire.forms import FORM, MAX_FIELDS

MAX_BODY_BYTES = 64 * 1024
LONGEST_CREDENTIAL = 4096


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form; empty ones count as left out. Raises: OauthRequestInvalid; TooLarge.

    Source: RFC 6749, section 3.2.
    """
    if media_type(request) != FORM:
        raise OauthRequestInvalid("body", reason=f"the body must be {FORM}")
    data = await reading.read_body(request, MAX_BODY_BYTES)
    try:
        pairs = parse_qsl(
            data.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"
        )
    except ValueError as mistake:
        raise OauthRequestInvalid("body", reason="the body is not a form in UTF-8") from mistake
    return _once(pairs)


def read_query(request: Request) -> dict[str, str]:
    """The parameters of an address; empty ones count as left out. Raises: OauthRequestInvalid.

    Source: RFC 6749, section 3.1.
    """
    pairs = []
    for name, value in request.params.items():
        pairs += [(name, each) for each in (value if isinstance(value, list) else [value])]
    return _once(pairs)


async def read_json(request: Request) -> dict[str, object]:
    """The members of a JSON object. Raises: OauthRequestInvalid; TooLarge."""
    data = await reading.read_body(request, MAX_BODY_BYTES)
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as mistake:
        raise OauthRequestInvalid("body", reason="the body is not valid JSON") from mistake
    if not isinstance(found, dict):
        raise OauthRequestInvalid("body", reason="the body is not an object")
    return found


def media_type(request: Request) -> str:
    """The media type of a body, without its parameters."""
    return (request.content_type or "").partition(";")[0].strip().lower()


def client_of(request: Request, form: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The name and the secret that a client shows: in the header, or in the form.

    Raises: OauthRequestInvalid, for both at once; OauthClientInvalid, for a header that is none.
    Source: RFC 6749, section 2.3.1.
    """
    header = request.get_header("authorization")
    if header is None:
        return form.get("client_id"), form.get("client_secret")
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > LONGEST_CREDENTIAL:
        raise OauthClientInvalid("authorization")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as mistake:
        raise OauthClientInvalid("authorization") from mistake
    name, colon, secret = decoded.partition(":")
    client_id = unquote_plus(name)
    if not colon or not client_id:
        raise OauthClientInvalid("authorization")
    if "client_secret" in form or form.get("client_id", client_id) != client_id:
        raise OauthRequestInvalid("client_id", reason="a client shows who it is in one way alone")
    return client_id, unquote_plus(secret) or None


def bearer_of(request: Request, form: Mapping[str, str]) -> str | None:
    """The access token of a request: in the header, or in the form. Source: RFC 6750."""
    header = request.get_header("authorization")
    if header is None:
        return form.get("access_token")
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        if "\x00" in name or "\x00" in value:
            raise OauthRequestInvalid("request", reason="a text cannot hold the character NUL")
        if name in found:
            raise OauthRequestInvalid(name[:64], reason="a parameter comes more than once")
        found[name] = value
    return {name: value for name, value in found.items() if value}


def as_text(refusal: DomainError) -> str:
    """A refusal in the characters that an error description may have (RFC 6749, section 5.2)."""
    sentence = refusal.sentence().replace('"', "'").replace("\\", "/")
    return "".join(each if " " <= each <= "~" else "?" for each in sentence)
