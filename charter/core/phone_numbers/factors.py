"""Makes one's own phone numbers second factors, and takes that back."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

from charter.core.identifiers import own
from charter.core.identifiers.rows import placed
from charter.core.instances.enabled import FieldNotEnabled, attribute_of
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.passkeys.model import LastWayIn
from charter.core.phone_numbers.model import (
    PhoneNumber,
    PhoneNumberNotFound,
    SecondFactorNotVerified,
)
from charter.core.phone_numbers.queries import ROWS
from charter.core.second_factors import queries as factor_queries
from charter.core.second_factors import seeds
from charter.core.second_factors.model import BackupCode, LastSecondFactor
from charter.core.second_factors.opening import check_not_last
from charter.core.sessions.recent import ReverificationRequired, require_recent_factor
from charter.core.sessions.tasks import second_factor_shown
from charter.core.sign_ins.ways import table
from charter.core.users.model import User
from charter.core.users.notices import tell
from charter.core.verification import Strategy
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.patch import UNSET, Unset


@dataclass(frozen=True, slots=True)
class FactorPatch:
    """What people may change of a number of theirs; null changes nothing.

    is_default: whether it is the one that a sign-in offers first, of several.
    """

    is_second_factor: bool | Unset | None = UNSET
    is_default: bool | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class ChangedNumber:
    """A number as it is now, with recovery codes, shown this once, where it brought some."""

    row: PhoneNumber
    backup_codes: tuple[str, ...] | None = field(default=None, repr=False)


@operation(
    "phone_numbers.update_own",
    permission=Permission.SELF,
    raises=(
        FieldNotEnabled,
        LastSecondFactor,
        LastWayIn,
        PhoneNumberNotFound,
        ReverificationRequired,
        SecondFactorNotVerified,
    ),
)
async def update(ctx: Context, phone_number_id: str, patch: FactorPatch) -> ChangedNumber:
    """Make a phone number of one's own a second factor, or the default one, or neither any more.

    The first second factor brings recovery codes; they go with the last one. One's addresses are
    told.
    Returns: the number, with the codes that were made.
    Raises: PhoneNumberNotFound; SecondFactorNotVerified, for one that is not proven or no second
        factor; FieldNotEnabled, where numbers are none; LastSecondFactor, where the instance asks
        for one; LastWayIn, where nothing else signs one in; ReverificationRequired.
    Announces: UserUpdated; SessionRevoked for other sessions that waited for a second factor.
    Source: Clerk FAPI 2026-05-12, UpdatePhoneNumber.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    instance = await instance_of(ctx)
    seen, found = await own.read(ctx, ROWS, phone_number_id)
    becomes = patch.is_second_factor is True and not found.is_second_factor
    codes: tuple[str, ...] | None = None
    kept: list[BackupCode] = []
    if becomes:
        _check_open(instance, found)
        if _brings_codes(instance, seen):
            codes, kept = await seeds.new_backup_codes(ctx, seen.id)
    before, row = await own.lock(ctx, ROWS, phone_number_id)
    ctx.expect(row.updated_at)
    if codes is not None and not _brings_codes(instance, before):
        # Another factor brought some meanwhile, and those were shown.
        codes, kept = None, []
    rows = _changed(ctx, before, row, patch)
    if kept:
        await factor_queries.replace_backup_codes(ctx.db, before.id, kept)
    after = await ROWS.save(ctx, before, rows)
    await keep_codes_of_factors(ctx, before, after)
    if becomes:
        if not table.leads_in(instance, after):
            # It was the only first factor, and a second one is none.
            raise LastWayIn("is_second_factor")
        # A code came to the number when it was verified: its owner has it at hand.
        await second_factor_shown(ctx, after.id, ctx.actor.session_id)
    row_now = ROWS.of(after, row.id)
    await _tell(ctx, after, row, row_now)
    return ChangedNumber(row_now, codes)


async def keep_codes_of_factors(ctx: Context, before: User, after: User) -> None:
    """Forget the recovery codes of a user whose last second factor is gone.

    Raises: LastSecondFactor, where the instance asks for one.
    """
    if before.has_second_factor and not after.has_second_factor:
        check_not_last(await instance_of(ctx), after)
        await factor_queries.replace_backup_codes(ctx.db, before.id, ())


def _check_open(instance: Instance, row: PhoneNumber) -> None:
    if Strategy.PHONE_CODE not in attribute_of(instance, "phone_number").second_factors:
        raise FieldNotEnabled("is_second_factor")
    if not row.is_verified:
        raise SecondFactorNotVerified("is_second_factor")


def _brings_codes(instance: Instance, user: User) -> bool:
    return attribute_of(instance, "backup_code").is_enabled and not user.has_backup_codes


def _changed(
    ctx: Context, user: User, row: PhoneNumber, patch: FactorPatch
) -> Sequence[PhoneNumber]:
    """The user's numbers with the patch in them. Raises: SecondFactorNotVerified."""
    rows: Sequence[PhoneNumber] = user.phone_numbers
    if patch.is_second_factor in (True, False):
        row = dataclasses.replace(
            row,
            is_second_factor=patch.is_second_factor is True,
            is_default_second_factor=row.is_default_second_factor
            and patch.is_second_factor is True,
            updated_at=ctx.now,
        )
    if row.is_second_factor and not row.is_verified:
        raise SecondFactorNotVerified("is_second_factor")
    if patch.is_default and not row.is_second_factor:
        raise SecondFactorNotVerified("is_default")
    if patch.is_default:
        row = dataclasses.replace(row, is_default_second_factor=True, updated_at=ctx.now)
        rows = [
            dataclasses.replace(each, is_default_second_factor=False)
            if each.is_default_second_factor
            else each
            for each in rows
        ]
    return placed(rows, row)


async def _tell(ctx: Context, user: User, before: PhoneNumber, after: PhoneNumber) -> None:
    if before.is_second_factor == after.is_second_factor:
        return
    if after.is_second_factor:
        title = "Two-step verification by text message was turned on"
        text = f"Sign-ins to your account are asked for a code sent to {after.number} from now on."
    else:
        title = "Two-step verification by text message was turned off"
        text = f"Sign-ins to your account are no longer asked for a code sent to {after.number}."
    await tell(ctx, user, title, text, "If this was not you, change your password at once.")
