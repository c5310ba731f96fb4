"""What people do with their own phone numbers."""

from charter.core.checks.model import StrategyNotAllowed
from charter.core.identifiers import own
from charter.core.identifiers.rows import fresh
from charter.core.instances.enabled import FieldNotEnabled, attribute_of, check_enabled
from charter.core.keys.lookup import instance_of
from charter.core.phone_numbers.codes import proof_of
from charter.core.phone_numbers.factors import keep_codes_of_factors
from charter.core.phone_numbers.model import (
    PhoneNumber,
    PhoneNumberInvalid,
    PhoneNumberNotFound,
    PhoneNumberTaken,
)
from charter.core.phone_numbers.normal_form import e164
from charter.core.phone_numbers.queries import ROWS
from charter.core.second_factors.model import LastSecondFactor
from charter.core.sessions.recent import ReverificationRequired, require_recent_factor
from charter.core.users import queries as user_queries
from charter.core.users.notices import tell
from charter.core.verification import LastIdentifier, Strategy, TooManyUnproven
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

FIELD = "phone_number"


@operation("phone_numbers.search_own", permission=Permission.SELF, writes=False)
async def search(ctx: Context) -> tuple[PhoneNumber, ...]:
    """List one's own phone numbers, the oldest first.

    Source: Clerk FAPI 2026-05-12, getPhoneNumbers.
    """
    await ctx.allow()
    return (await user_queries.get_user(ctx.db, ctx.user_id)).phone_numbers


@operation(
    "phone_numbers.get_own",
    permission=Permission.SELF,
    raises=(PhoneNumberNotFound,),
    writes=False,
)
async def get(ctx: Context, phone_number_id: str) -> PhoneNumber:
    """Read one of one's own phone numbers.

    Raises: PhoneNumberNotFound, for another's too.
    Source: Clerk FAPI 2026-05-12, ReadPhoneNumber.
    """
    await ctx.allow()
    return ROWS.of(await user_queries.get_user(ctx.db, ctx.user_id), phone_number_id)


@operation(
    "phone_numbers.create_own",
    permission=Permission.SELF,
    raises=(
        FieldNotEnabled,
        PhoneNumberInvalid,
        PhoneNumberTaken,
        ReverificationRequired,
        TooManyUnproven,
    ),
)
async def create(ctx: Context, number: str) -> PhoneNumber:
    """Give oneself another phone number. It is good for nothing before it is proven.

    number: in international form; kept in E.164.
    Raises: FieldNotEnabled; PhoneNumberInvalid; PhoneNumberTaken, when another user has it proven
        or reserved, or one has it oneself; TooManyUnproven; ReverificationRequired.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, postPhoneNumbers.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    check_enabled(await instance_of(ctx), FIELD)
    normal = e164(number)
    return await own.add(
        ctx,
        ROWS,
        normal,
        lambda user: PhoneNumber(
            number=normal,
            is_second_factor=False,
            is_default_second_factor=False,
            **fresh(ctx, user.id),
        ),
    )


@operation(
    "phone_numbers.delete_own",
    permission=Permission.SELF,
    raises=(PhoneNumberNotFound, LastIdentifier, LastSecondFactor, ReverificationRequired),
)
async def delete(ctx: Context, phone_number_id: str) -> PhoneNumber:
    """Take a phone number from oneself; one's addresses are told of it.

    The oldest verified one left becomes primary. Recovery codes go with the last second factor.
    Returns: the number as it was.
    Raises: PhoneNumberNotFound; LastIdentifier, when one could not sign in any more, or the
        instance asks for a number; LastSecondFactor, when it asks for a second factor;
        ReverificationRequired.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, DeletePhoneNumber.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    attribute = attribute_of(await instance_of(ctx), FIELD)
    before, after, row = await own.remove(ctx, ROWS, phone_number_id, attribute)
    await keep_codes_of_factors(ctx, before, after)
    if row.is_verified:
        await tell(
            ctx,
            before,
            "A phone number was removed",
            f"The phone number {row.number} was removed from your account.",
            "If this was not you, change your password and add it again.",
        )
    return row


@operation(
    "phone_numbers.prepare_own_verification",
    permission=Permission.SELF,
    raises=(PhoneNumberNotFound, StrategyNotAllowed, *own.PROVING_ERRORS),
)
async def prepare_verification(ctx: Context, phone_number_id: str, strategy: str) -> PhoneNumber:
    """Have a code of six digits sent to a phone number of one's own; it ends the one before.

    strategy: `phone_code`. The code holds for ten minutes, for five tries, once.
    Raises: PhoneNumberNotFound; StrategyNotAllowed; CheckDone, for a proven one; TooManyCodes;
        CountryBlocked.
    Source: Clerk FAPI 2026-05-12, sendVerificationSMS.
    """
    await ctx.allow()
    attribute = attribute_of(await instance_of(ctx), FIELD)
    if strategy != Strategy.PHONE_CODE or strategy not in attribute.verifications:
        raise StrategyNotAllowed
    return await own.send_code(ctx, ROWS, proof_of, phone_number_id, "sms_verification_code")


@operation(
    "phone_numbers.attempt_own_verification",
    permission=Permission.SELF,
    raises=(PhoneNumberNotFound, PhoneNumberTaken, *own.PROVING_ERRORS),
)
async def attempt_verification(ctx: Context, phone_number_id: str, code: str) -> PhoneNumber:
    """Prove a phone number of one's own by the code that was sent there; addresses are told.

    Raises: PhoneNumberNotFound; PhoneNumberTaken, when another user has proven it meanwhile;
        CodeIncorrect, CheckExpired, CheckFailed, CheckDone, CheckNotPrepared.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, verifyPhoneNumber.
    """
    await ctx.allow()
    before, _after, row = await own.try_code(ctx, ROWS, proof_of, phone_number_id, code)
    await tell(
        ctx,
        before,
        "A phone number was added",
        f"The phone number {row.number} was added to your account.",
        "If this was not you, change your password and remove it.",
    )
    return row
