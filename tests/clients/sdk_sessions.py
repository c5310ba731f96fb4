"""The part of the story about sessions, their tokens, and tokens that start sessions."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from clerk_backend_api.security import AuthenticateRequestOptions, authenticate_request
from clerk_backend_api.security.types import TokenVerificationError, VerifyTokenOptions
from clerk_backend_api.security.verifytoken import verify_token
from sdk_cast import Cast
from sdk_recorder import Recorder, contains, equal, lacks


@dataclass(frozen=True)
class Incoming:
    """A request to an app, as the SDK wants to see it."""

    headers: dict[str, str]


@dataclass(frozen=True)
class Keys:
    """With what an app checks tokens: the server's root address and its keys."""

    root: str
    secret_key: str
    jwt_key: str


def sign_in(recorder: Recorder, cast: Cast, keys: Keys) -> None:
    """A session begins on a client, gives tokens, and ends."""
    ben = cast.ben.id
    session = recorder.call("sessions.create", request={"user_id": ben})
    equal((session.user_id, session.status), (ben, "active"))
    equal(recorder.call("sessions.get", session_id=session.id).client_id, session.client_id)
    mine = recorder.call("sessions.list", user_id=ben, status="active")
    contains((each.id for each in mine), session.id)
    here = recorder.call("sessions.list", client_id=session.client_id)
    equal([each.id for each in here], [session.id])
    client = recorder.call("clients.get", client_id=session.client_id)
    contains(client.session_ids, session.id)
    contains((each.id for each in client.sessions), session.id)
    contains((each.id for each in recorder.call("clients.list", limit=500)), client.id)
    recorder.refused("clients.verify", 400, 401, 404, request={"token": "no.such.token"})

    token = recorder.call("sessions.create_token", session_id=session.id).jwt
    recorder.note("verify_token", lambda: tokens_are_verified(token, ben, session.id, keys))
    recorder.note("authenticate_request", lambda: requests_are_known(token, ben, keys))
    fill_in_a_template(recorder, cast, session.id)
    recorder.refused(
        "sessions.refresh",
        *(400, 401),
        session_id=session.id,
        expired_token=token,
        refresh_token="no-such-token",
        request_origin="https://app.example.com",
    )
    equal(recorder.call("sessions.revoke", session_id=session.id).status, "revoked")
    still = recorder.call("sessions.list", user_id=ben, status="active")
    lacks((each.id for each in still), session.id)
    recorder.refused("sessions.create_token", 401, 404, session_id=session.id)


def fill_in_a_template(recorder: Recorder, cast: Cast, session_id: str) -> None:
    """A template is made, gives a token, changes and goes. The SDK itself sends no claims."""
    name = f"story-{cast.stamp}"
    made = recorder.call(
        "jwt_templates.create",
        request={"name": name, "claims": {}, "lifetime": 90, "allowed_clock_skew": 0},
    )
    equal((made.name, made.lifetime, made.allowed_clock_skew), (name, 90, 0))
    equal((made.custom_signing_key, made.signing_algorithm), (False, "RS256"))
    asked = {"session_id": session_id, "template_name": name}
    token = recorder.call("sessions.create_token_from_template", **asked).jwt
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    equal((claims["sub"], claims["exp"] - claims["iat"]), (cast.ben.id, 90))
    changed = recorder.call(
        "jwt_templates.update",
        template_id=made.id,
        name=name,
        claims={},
        custom_signing_key=True,
        signing_algorithm="HS512",
        signing_key="a shared secret of sixty-four characters, which the hash wants. .",
    )
    equal((changed.signing_algorithm, changed.lifetime), ("HS512", 90))
    equal(recorder.call("jwt_templates.get", template_id=made.id).custom_signing_key, True)
    contains((each.id for each in recorder.call("jwt_templates.list", limit=500)), made.id)
    gone = recorder.call("jwt_templates.delete", template_id=made.id)
    equal((gone.id, gone.deleted), (made.id, True))
    recorder.refused("jwt_templates.get", 404, template_id=made.id)
    recorder.refused("sessions.create_token_from_template", 404, **asked)


def tokens_are_verified(token: str, user_id: str, session_id: str, keys: Keys) -> None:
    """A token is checked with the PEM alone and with the published keys, and tampering shows."""
    options = VerifyTokenOptions(jwt_key=keys.jwt_key)
    claims = verify_token(token, options)
    equal((claims["sub"], claims["sid"], claims["v"]), (user_id, session_id, 2))
    equal(claims["sts"], "active")
    equal(claims["exp"] - claims["iat"], 60)
    equal("o" in claims, wanted=False)
    remote = VerifyTokenOptions(secret_key=keys.secret_key, api_url=keys.root)
    equal(verify_token(token, remote), claims)
    try:
        verify_token(tampered(token), options)
    except TokenVerificationError as error:
        equal(error.reason.name, "TOKEN_INVALID_SIGNATURE")
    else:
        raise AssertionError("a tampered token was accepted")


def tampered(token: str) -> str:
    """The token with another subject under the old signature."""
    head, claims, signature = token.split(".")
    padded = claims + "=" * (-len(claims) % 4)
    changed = json.loads(base64.urlsafe_b64decode(padded)) | {"sub": "user_" + "0" * 27}
    encoded = base64.urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b"=").decode()
    return f"{head}.{encoded}.{signature}"


def requests_are_known(token: str, user_id: str, keys: Keys) -> None:
    """A request is authenticated without the network by its header and by its cookie."""
    options = AuthenticateRequestOptions(jwt_key=keys.jwt_key)
    for headers in ({"Authorization": f"Bearer {token}"}, {"cookie": f"__session={token}"}):
        state = authenticate_request(Incoming(headers), options)
        equal(state.is_signed_in, wanted=True, about=state.reason)
        equal((state.payload or {}).get("sub"), user_id)
    equal(authenticate_request(Incoming({}), options).is_signed_in, wanted=False)


def work_in_an_organization(recorder: Recorder, cast: Cast, keys: Keys, organization: Any) -> None:
    """A session that is active in an organization says so in its tokens."""
    session = recorder.call(
        "sessions.create",
        request={"user_id": cast.ann.id, "active_organization_id": organization.id},
    )
    equal(session.last_active_organization_id, organization.id)
    token = recorder.call("sessions.create_token", session_id=session.id).jwt
    claims = verify_token(token, VerifyTokenOptions(jwt_key=keys.jwt_key))
    equal(claims["o"]["id"], organization.id)
    equal(claims["o"]["slg"], organization.slug)
    equal(claims["o"]["rol"], "admin")
    options = AuthenticateRequestOptions(jwt_key=keys.jwt_key)
    state = authenticate_request(Incoming({"Authorization": f"Bearer {token}"}), options)
    equal((state.payload or {}).get("org_id"), organization.id)


def are_let_in(recorder: Recorder, cast: Cast) -> None:
    """Tokens to sign in with and invitations are made and revoked; the keys are published."""
    ticket = recorder.call(
        "sign_in_tokens.create", request={"user_id": cast.ben.id, "expires_in_seconds": 600}
    )
    equal((ticket.user_id, ticket.status), (cast.ben.id, "pending"))
    equal(bool(ticket.token), wanted=True)
    revoked = recorder.call("sign_in_tokens.revoke", sign_in_token_id=ticket.id)
    equal(revoked.status, "revoked")
    recorder.refused("sign_in_tokens.revoke", 400, sign_in_token_id=ticket.id)

    actor = {"sub": cast.ann.id}
    acting = recorder.call("actor_tokens.create", request={"user_id": cast.ben.id, "actor": actor})
    equal((acting.user_id, acting.status), (cast.ben.id, "pending"))
    equal(bool(acting.token and acting.url), wanted=True)
    revoked = recorder.call("actor_tokens.revoke", actor_token_id=acting.id)
    equal(revoked.status, "revoked")
    recorder.refused("actor_tokens.revoke", 400, actor_token_id=acting.id)

    guest = {"email_address": cast.email("guest"), "public_metadata": {"from": "story"}}
    invited = recorder.call("invitations.create", request=guest | {"notify": False})
    equal((invited.status, invited.public_metadata), ("pending", {"from": "story"}))
    bulk = recorder.call(
        "invitations.bulk_create",
        request=[{"email_address": cast.email(name), "notify": False} for name in ("one", "two")],
    )
    equal(len({each.id for each in bulk}), 2)
    waiting = recorder.call("invitations.list", status="pending", query=cast.stamp)
    equal({each.id for each in waiting}, {invited.id, *(each.id for each in bulk)})
    for each in (invited, *bulk):
        back = recorder.call("invitations.revoke", invitation_id=each.id)
        equal((back.id, back.status.value), (each.id, "revoked"))
    equal(recorder.call("invitations.list", status="pending", query=cast.stamp), [])

    published = recorder.call("jwks.get_jwks").keys
    equal({key.kty for key in published}, {"RSA"})
    equal({key.alg for key in published}, {"RS256"})
