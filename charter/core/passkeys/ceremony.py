"""The two ceremonies of WebAuthn: a device makes a key, and proves later that it holds it.

A challenge is a one-time grant, bound to what it is for, to its domain and to the browser that
asked. It is spent, and that is committed, before the answer is looked at.
Source: W3C Web Authentication Level 3, section 7.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn, TypeVar

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from charter.core.checks.model import CheckExpired
from charter.core.checks.refusals import write_down
from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.model import Grant, GrantExpired, Purpose
from charter.core.instances.model import Instance
from charter.core.passkeys import queries
from charter.core.passkeys.model import (
    CHALLENGE_LIFETIME,
    STRATEGY,
    CredentialInvalid,
    PasskeyNotRegistered,
    PasskeyRefused,
    PasskeyRow,
    PasskeysDisabled,
)
from charter.core.passkeys.names import name_of
from charter.core.passkeys.parties import check_origin, relying_party
from charter.core.users.model import User
from charter.kernel.operation import Context
from charter.kernel.secrets import digest, new_secret

LONGEST_CREDENTIAL = 64 * 1024
Credential = TypeVar("Credential")
TIMEOUT_MILLISECONDS = int(CHALLENGE_LIFETIME.total_seconds() * 1000)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a device is asked for: the options as JSON text, and the grant of their challenge."""

    options: str
    grant_id: str
    expires_at: datetime


def check_enabled(instance: Instance) -> None:
    """Refuse where no passkeys are used. Raises: PasskeysDisabled."""
    if not instance.settings.attributes.passkey.is_enabled:
        raise PasskeysDisabled


async def ask_to_register(
    ctx: Context, instance: Instance, user: User, passkey_id: str, client_id: str | None
) -> Asked:
    """Ask for a new key, on a device that sees its owner and finds the key without being told.

    Raises: PasskeyOriginRefused.
    """
    rp_id = relying_party(ctx, instance)
    challenge, grant_id, expires_at = await _challenge(
        ctx, Purpose.PASSKEY_REGISTRATION, passkey_id, client_id, rp_id=rp_id, user_id=user.id
    )
    name = user.identifier or user.id
    known = await queries.find_credentials(ctx.db, user.id)
    options = generate_registration_options(
        rp_id=rp_id,
        rp_name=instance.application_name,
        user_id=user.id.encode(),
        user_name=name,
        user_display_name=" ".join(filter(None, (user.first_name, user.last_name))) or name,
        challenge=challenge.encode(),
        timeout=TIMEOUT_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id)) for row in known
        ],
    )
    return Asked(options_to_json(options), grant_id, expires_at)


async def ask_to_prove(ctx: Context, instance: Instance, client_id: str | None) -> Asked:
    """Ask for a proof by any key of this domain: which ones a person has is told to nobody.

    Raises: PasskeyOriginRefused; PasskeysDisabled.
    """
    check_enabled(instance)
    rp_id = relying_party(ctx, instance)
    challenge, grant_id, expires_at = await _challenge(
        ctx, Purpose.PASSKEY_PROOF, rp_id, client_id, rp_id=rp_id
    )
    options = generate_authentication_options(
        rp_id=rp_id,
        challenge=challenge.encode(),
        timeout=TIMEOUT_MILLISECONDS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Asked(options_to_json(options), grant_id, expires_at)


async def registered(
    ctx: Context,
    instance: Instance,
    text: str,
    *,
    passkey_id: str,
    client_id: str | None,
    user_id: str,
) -> PasskeyRow:
    """The passkey that a device made; call it before the operation's first statement.

    text: the credential as JSON text.
    Raises: CredentialInvalid; PasskeyRefused; PasskeyOriginRefused; CheckExpired.
    """
    credential = _parsed(parse_registration_credential_json, text)
    client_data = credential.response.client_data_json
    purpose = Purpose.PASSKEY_REGISTRATION
    grant, challenge, origin = await _answered(ctx, instance, purpose, client_data, client_id)
    if (grant.subject_id, grant.facts["user_id"]) != (passkey_id, user_id):
        await _refuse(ctx, user_id, "challenge_of_another")
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=grant.facts["rp_id"],
            expected_origin=origin,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001  # whatever a mutilated answer makes the parser raise
        await _refuse(ctx, user_id, "registration_invalid")
    return PasskeyRow(
        id=passkey_id,
        user_id=user_id,
        name=name_of(verified.aaguid),
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        rp_id=grant.facts["rp_id"],
        aaguid=verified.aaguid,
        transports=[each.value for each in credential.response.transports or ()],
        is_backed_up=verified.credential_backed_up,
        last_used_at=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


async def proven(
    ctx: Context,
    instance: Instance,
    text: str,
    *,
    grant_id: str | None,
    client_id: str | None,
    user_id: str | None,
) -> PasskeyRow:
    """The passkey that a device proved to hold; call it before the operation's first statement.

    text: the credential as JSON text. grant_id: of the challenge that is waited for. user_id: who
    has to have it; None: it names its user.
    Raises: CredentialInvalid; PasskeyRefused; PasskeyNotRegistered; PasskeyOriginRefused;
        PasskeysDisabled; CheckExpired.
    """
    check_enabled(instance)
    credential = _parsed(parse_authentication_credential_json, text)
    client_data = credential.response.client_data_json
    grant, challenge, origin = await _answered(
        ctx, instance, Purpose.PASSKEY_PROOF, client_data, client_id
    )
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    row = await queries.find_by_credential(reading, bytes_to_base64url(credential.raw_id))
    if row is None and user_id is None:
        raise PasskeyNotRegistered("public_key_credential")
    if row is None or grant.id != grant_id or not _is_of(credential, row, user_id):
        await _refuse(ctx, row.user_id if row else user_id, "credential_of_another")
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=grant.facts["rp_id"],
            expected_origin=origin,
            credential_public_key=row.public_key,
            # The count is compared below, by the statement that keeps it.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001  # whatever a mutilated answer makes the parser raise
        await _refuse(ctx, row.user_id, "proof_invalid")
    if not await _used(ctx, row, verified):
        await _refuse(ctx, row.user_id, "sign_count_not_grown")
    return row


async def _used(ctx: Context, row: PasskeyRow, verified: VerifiedAuthentication) -> bool:
    """Note the use, on a connection of its own: a copy of a device shows whatever comes of it."""
    db = ctx.platform.database.reading(ctx.actor.instance_id)
    count, is_backed_up = verified.new_sign_count, verified.credential_backed_up
    return await queries.use_passkey(db, row, count, ctx.now, is_backed_up=is_backed_up)


def _is_of(credential: AuthenticationCredential, row: PasskeyRow, user_id: str | None) -> bool:
    """Whether a credential is of who has to have it, and says so where it says whose it is."""
    handle = credential.response.user_handle
    if user_id is None and handle is None:
        return False
    is_expected = user_id is None or row.user_id == user_id
    return is_expected and (handle is None or handle == row.user_id.encode())


async def _challenge(
    ctx: Context, purpose: Purpose, subject_id: str, client_id: str | None, **facts: str
) -> tuple[str, str, datetime]:
    secret, expires_at = new_secret(""), ctx.now + CHALLENGE_LIFETIME
    issued = await granting.issue(
        ctx,
        purpose,
        subject_id,
        expires_at=expires_at,
        client_id=client_id,
        facts=facts,
        secret=secret,
    )
    return secret, issued.id, expires_at


async def _answered(
    ctx: Context, instance: Instance, purpose: Purpose, client_data: bytes, client_id: str | None
) -> tuple[Grant, bytes, str]:
    """The challenge that was answered, spent; its bytes; and the page it was answered on."""
    try:
        said = parse_client_data_json(client_data)
        secret, origin = said.challenge.decode("ascii"), str(said.origin)
    except Exception:  # noqa: BLE001  # as above
        raise CredentialInvalid("public_key_credential") from None
    db = ctx.platform.database.reading(ctx.actor.instance_id)
    value = digest(secret)
    grant = await grant_queries.spend_by_secret(db, purpose, value, client_id, ctx.now)
    if grant is None:
        found = await grant_queries.find_by_secret(db, purpose, value, client_id)
        if isinstance(granting.refusal(found, ctx.now), GrantExpired):
            raise CheckExpired("public_key_credential")
        await _refuse(ctx, None, "challenge_unknown")
    check_origin(ctx, instance, origin)
    if said.cross_origin:
        # A page that frames ours would have the person prove something unseen.
        await _refuse(ctx, None, "cross_origin")
    return grant, said.challenge, origin


async def _refuse(ctx: Context, user_id: str | None, reason: str) -> NoReturn:
    if user_id is not None:
        await write_down(ctx, user_id, STRATEGY, reason)
    raise PasskeyRefused("public_key_credential")


def _parsed(parse: Callable[[str], Credential], text: str) -> Credential:
    """What a device answered. Raises: CredentialInvalid."""
    if len(text) > LONGEST_CREDENTIAL:
        raise CredentialInvalid("public_key_credential")
    try:
        return parse(text)
    except Exception:  # noqa: BLE001  # as above
        raise CredentialInvalid("public_key_credential") from None
