"""Makes the user of a sign-up, and their first session, when nothing is missing any more."""

from dataclasses import replace
from functools import partial

from charter.core.checks.model import Check
from charter.core.clients.browsers import Held, renewed
from charter.core.external_accounts.attaching import attach_carried
from charter.core.instances.model import Instance
from charter.core.listed_identifiers.listing import put
from charter.core.listed_identifiers.model import ListName
from charter.core.passwords import hashers
from charter.core.sessions import queries as session_queries
from charter.core.sessions.beginning import new_session
from charter.core.sessions.model import SessionCreated
from charter.core.sessions.replacing import replace_sessions
from charter.core.sign_ups import queries
from charter.core.sign_ups.admitting import IdentifierNotAllowed, check_lists, check_mode
from charter.core.sign_ups.inviting import begin_joining, come
from charter.core.sign_ups.model import (
    Progress,
    SignUp,
    SignUpByWaitlist,
    SignUpRestricted,
    SignUpStatus,
    SignUpView,
    identifiers_of,
)
from charter.core.sign_ups.requirements import requirements
from charter.core.users.making import make_user
from charter.core.users.model import IdentificationStatus, NewUser
from charter.core.verification import Strategy
from charter.kernel.operation import Context

COMPLETING_ERRORS = (IdentifierNotAllowed, SignUpByWaitlist, SignUpRestricted)
"""What the last step of a sign-up may raise, beside MAKING_ERRORS."""


async def advanced(ctx: Context, instance: Instance, held: Held, sign_up: SignUp) -> Progress:
    """Write a sign-up as it is now; with nothing missing, make its user and begin a session.

    Raises: COMPLETING_ERRORS, for whom the instance lets in no more; what making a user raises.
    Announces: UserCreated, SessionCreated; SessionEnded for one that it replaces; IdentifierListed,
        for who was invited; what the end of an invitation announces.
    """
    found = requirements(instance, sign_up)
    if found.missing or found.unverified:
        await queries.update_sign_up(ctx.db, sign_up)
        return Progress(SignUpView(sign_up, found), held.token)
    is_invited = sign_up.ticket is not None
    if not is_invited:
        check_mode(instance)
    await check_lists(ctx.db, instance, identifiers_of(sign_up), is_invited=is_invited)
    if is_invited and instance.settings.restrictions.has_allowlist and sign_up.email_address:
        # Who was let in once is let in again, when they come without their invitation.
        await put(ctx, ListName.ALLOW, sign_up.email_address)
    joining = await begin_joining(ctx, sign_up)
    user = await make_user(ctx, instance, _person(sign_up), also=partial(_also, ctx, sign_up))
    organization_id = await come(ctx, sign_up, user, joining)
    session = new_session(ctx, instance, user, held.client.id, organization_id=organization_id)
    await replace_sessions(ctx, instance, held, user.id)
    session_queries.insert_session(ctx.db, session)
    ctx.announce(SessionCreated(session))
    held = renewed(ctx, held, session.id, _strategy(sign_up))
    done = replace(
        sign_up,
        status=SignUpStatus.COMPLETE,
        password_digest=None,
        created_user_id=user.id,
        created_session_id=session.id,
        updated_at=ctx.now,
    )
    await queries.update_sign_up(ctx.db, done)
    return Progress(SignUpView(done, found), held.token)


async def _also(ctx: Context, sign_up: SignUp, user_id: str) -> None:
    """Keep what belongs to the new user and stands in tables of its own."""
    if sign_up.external_account is not None:
        await attach_carried(ctx, user_id, sign_up.external_account)


def _person(sign_up: SignUp) -> NewUser:
    return NewUser(
        email_addresses=(sign_up.email_address,) if sign_up.email_address else None,
        email_address_statuses=(_status(sign_up.email_check),) if sign_up.email_address else None,
        email_address_strategies=(_proof(sign_up.email_check),) if sign_up.email_address else None,
        phone_numbers=(sign_up.phone_number,) if sign_up.phone_number else None,
        phone_number_statuses=(_status(sign_up.phone_check),) if sign_up.phone_number else None,
        phone_number_strategies=(_proof(sign_up.phone_check),) if sign_up.phone_number else None,
        web3_wallets=(sign_up.web3_wallet,) if sign_up.web3_wallet else None,
        web3_wallet_proof=sign_up.web3_check,
        external_id=sign_up.external_id,
        username=sign_up.username,
        first_name=sign_up.first_name,
        last_name=sign_up.last_name,
        password_digest=sign_up.password_digest,
        password_hasher=hashers.NEW_HASHER if sign_up.password_digest else None,
        unsafe_metadata=sign_up.unsafe_metadata,
        public_metadata=sign_up.public_metadata,
        legal_accepted_at=sign_up.legal_accepted_at,
    )


def _status(check: Check | None) -> IdentificationStatus:
    """How an address or number is kept: where no proof is asked for, it is held and not proven."""
    is_proven = check is not None and check.is_verified
    return IdentificationStatus.VERIFIED if is_proven else IdentificationStatus.RESERVED


def _proof(check: Check | None) -> Strategy:
    """By what an address or number was proven; nothing is said of one that was not."""
    try:
        return Strategy(check.strategy) if check is not None else Strategy.ADMIN
    except ValueError:
        return Strategy.ADMIN


def _strategy(sign_up: SignUp) -> str | None:
    for check in (
        sign_up.external_check,
        sign_up.web3_check,
        sign_up.email_check,
        sign_up.phone_check,
    ):
        if check is not None and check.is_verified:
            return check.strategy
    return "password" if sign_up.password_digest else None
