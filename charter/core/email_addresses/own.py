"""What people do with their own email addresses."""

from charter.core.checks import links
from charter.core.checks.model import CheckDone, StrategyNotAllowed
from charter.core.clients.browsers import find_own
from charter.core.email_addresses.codes import proof_of
from charter.core.email_addresses.mailboxes import hold_mailbox
from charter.core.email_addresses.model import (
    EmailAddress,
    EmailAddressInvalid,
    EmailAddressNotFound,
    EmailAddressTaken,
)
from charter.core.email_addresses.normal_form import address_key
from charter.core.email_addresses.queries import ROWS
from charter.core.email_addresses.undoing import undo_url
from charter.core.grants.links import ReturnUrlNotAllowed
from charter.core.identifiers import own
from charter.core.identifiers.rows import awaiting, fresh, placed
from charter.core.instances.enabled import FieldNotEnabled, attribute_of, check_enabled
from charter.core.keys.lookup import instance_of
from charter.core.links.model import Flow
from charter.core.messages.queueing import queue
from charter.core.sessions.recent import ReverificationRequired, require_recent_factor
from charter.core.users import queries as user_queries
from charter.core.users.notices import tell
from charter.core.verification import (
    LastIdentifier,
    Strategy,
    TooManyUnproven,
    Verification,
    VerificationStatus,
)
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

FIELD = "email_address"


@operation("email_addresses.search_own", permission=Permission.SELF, writes=False)
async def search(ctx: Context) -> tuple[EmailAddress, ...]:
    """List one's own email addresses, the oldest first.

    Source: Clerk FAPI 2026-05-12, getEmailAddresses.
    """
    await ctx.allow()
    return (await user_queries.get_user(ctx.db, ctx.user_id)).email_addresses


@operation(
    "email_addresses.get_own",
    permission=Permission.SELF,
    raises=(EmailAddressNotFound,),
    writes=False,
)
async def get(ctx: Context, email_address_id: str) -> EmailAddress:
    """Read one of one's own email addresses.

    Raises: EmailAddressNotFound, for another's too.
    Source: Clerk FAPI 2026-05-12, getEmailAddress.
    """
    await ctx.allow()
    return ROWS.of(await user_queries.get_user(ctx.db, ctx.user_id), email_address_id)


@operation(
    "email_addresses.create_own",
    permission=Permission.SELF,
    raises=(
        EmailAddressInvalid,
        EmailAddressTaken,
        FieldNotEnabled,
        ReverificationRequired,
        TooManyUnproven,
    ),
)
async def create(ctx: Context, address: str) -> EmailAddress:
    """Give oneself another email address. It signs nobody in before it is proven.

    address: RFC 5322; kept as given, compared in its one normal form.
    Raises: FieldNotEnabled; EmailAddressInvalid; EmailAddressTaken, when another user has it
        proven or reserved, or one has it oneself; TooManyUnproven; ReverificationRequired.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, createEmailAddresses.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    instance = await instance_of(ctx)
    check_enabled(instance, FIELD)
    key = address_key(address)
    await hold_mailbox(ctx, instance, key, ctx.user_id)
    return await own.add(
        ctx,
        ROWS,
        key,
        lambda user: EmailAddress(address=address.strip(), address_key=key, **fresh(ctx, user.id)),
    )


@operation(
    "email_addresses.delete_own",
    permission=Permission.SELF,
    raises=(EmailAddressNotFound, LastIdentifier, ReverificationRequired),
)
async def delete(ctx: Context, email_address_id: str) -> EmailAddress:
    """Take an email address from oneself; every address there was is told of it.

    The oldest verified one left becomes primary; an address that was it is given a link that
    takes the removal back.
    Returns: the address as it was.
    Raises: EmailAddressNotFound; LastIdentifier, when one could not sign in any more, or the
        instance asks for an address; ReverificationRequired.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, DeleteEmailAddress.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    attribute = attribute_of(await instance_of(ctx), FIELD)
    before, after, row = await own.remove(ctx, ROWS, email_address_id, attribute)
    if row.is_verified:
        subject = "An email address was removed"
        removed = f"The email address {row.address} was removed from your account."
        again = "If this was not you, change your password and add it again."
        url = await undo_url(ctx, before, row) if row.is_primary else None
        if url is None:
            await tell(ctx, before, subject, removed, again)
        else:
            await queue(
                ctx,
                "notice",
                row.address,
                locale=before.locale,
                subject=subject,
                paragraphs=[removed, "If this was not you, take it back now."],
                action_url=url,
                action_label="Undo the removal",
            )
            await tell(ctx, after, subject, removed, again)
    return row


@operation(
    "email_addresses.prepare_own_verification",
    permission=Permission.SELF,
    raises=(
        EmailAddressNotFound,
        ReturnUrlNotAllowed,
        StrategyNotAllowed,
        *own.PROVING_ERRORS,
    ),
)
async def prepare_verification(
    ctx: Context, email_address_id: str, strategy: str, redirect_url: str | None = None
) -> EmailAddress:
    """Have a code or a link sent to an email address of one's own; it ends the one before.

    strategy: `email_code`: six digits, for ten minutes and five tries; `email_link`: a link that
        leads to `redirect_url` in the end, for fifteen minutes. Either works once.
    Raises: EmailAddressNotFound; StrategyNotAllowed; CheckDone, for a proven one; TooManyCodes;
        ReturnUrlNotAllowed.
    Source: Clerk FAPI 2026-05-12, sendVerificationEmail.
    """
    await ctx.allow()
    attribute = attribute_of(await instance_of(ctx), FIELD)
    if strategy not in attribute.verifications:
        raise StrategyNotAllowed
    if strategy == Strategy.EMAIL_LINK:
        return await _send_link(ctx, email_address_id, redirect_url)
    if strategy != Strategy.EMAIL_CODE:
        raise StrategyNotAllowed
    return await own.send_code(ctx, ROWS, proof_of, email_address_id, "verification_code")


@operation(
    "email_addresses.attempt_own_verification",
    permission=Permission.SELF,
    raises=(EmailAddressNotFound, EmailAddressTaken, *own.PROVING_ERRORS),
)
async def attempt_verification(ctx: Context, email_address_id: str, code: str) -> EmailAddress:
    """Prove an email address of one's own by the code that was sent there.

    The addresses that were proven before are told; the primary one stays.
    Raises: EmailAddressNotFound; EmailAddressTaken, when another user has proven it meanwhile;
        CodeIncorrect, CheckExpired, CheckFailed, CheckDone, CheckNotPrepared.
    Announces: UserUpdated, and what enrolls the person in organizations of its domain.
    Source: Clerk FAPI 2026-05-12, verifyEmailAddress.
    """
    await ctx.allow()
    before, _after, row = await own.try_code(ctx, ROWS, proof_of, email_address_id, code)
    await tell(
        ctx,
        before,
        "An email address was added",
        f"The email address {row.address} was added to your account.",
        "If this was not you, change your password and remove it.",
    )
    return row


async def _send_link(ctx: Context, email_address_id: str, redirect_url: str | None) -> EmailAddress:
    instance, client = await instance_of(ctx), await find_own(ctx)
    user, row = await own.lock(ctx, ROWS, email_address_id)
    if row.is_verified:
        raise CheckDone("strategy")
    check = await links.send(
        ctx,
        instance,
        flow=Flow.EMAIL_ADDRESS,
        flow_id=row.id,
        client_id=client.id if client is not None else "",
        to=row.address,
        redirect_url=redirect_url,
        locale=user.locale,
    )
    assert check.expires_at is not None  # noqa: S101  # every link has an end
    status, strategy = VerificationStatus.UNVERIFIED, Strategy.EMAIL_LINK
    sent = Verification(check.grant_id or "", status, strategy, 0, check.expires_at, None)
    waiting = awaiting(row, sent, ctx.now)
    await ROWS.write(ctx, user, placed(ROWS.rows_of(user), waiting))
    return waiting
