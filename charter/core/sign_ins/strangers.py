"""Treats every identifier alike, where an instance hides who is known.

The ways that are shown and the codes and links that are asked for are the same. To an identifier
that nobody has no message goes out, and no answer is ever right.
"""

from datetime import timedelta

from charter.core.checks import codes, links
from charter.core.checks.codes import comparable
from charter.core.checks.model import Check, CheckStatus
from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.instances.model import Instance
from charter.core.links.model import EMAIL_LINK, LIFETIME
from charter.core.proving import CODE_ATTEMPTS, CODE_LIFETIME
from charter.core.sign_ins.model import RESET_BY_EMAIL, RESET_BY_PHONE, Offer, SignIn
from charter.core.users.model import User
from charter.kernel.ids import id_of
from charter.kernel.operation import Context
from charter.kernel.secrets import digest

BY_EMAIL = ("email_code", EMAIL_LINK)


def are_hidden(instance: Instance, sign_in: SignIn) -> bool:
    """Whether nobody is to see if somebody has the identifier that a sign-in began with."""
    return instance.settings.sign_in.hides_unknown_identifiers and bool(sign_in.identifier)


def offers(instance: Instance, sign_in: SignIn, user: User | None = None) -> tuple[Offer, ...]:
    """The ways that somebody with this identifier has most likely, whoever it is.

    user: who has it; what they have beside it is not told either.
    """
    attributes, identifier = instance.settings.attributes, (sign_in.identifier or "").strip()
    email, phone, wallet = attributes.email_address, attributes.phone_number, attributes.web3_wallet
    has_password = attributes.password.is_enabled
    found = [Offer("password")] if has_password else []
    target = _target(instance, sign_in, user)
    if "@" in identifier and email.is_enabled:
        resets = [RESET_BY_EMAIL] if has_password else []
        found += [
            Offer(strategy, identifier, email_address_id=target, is_primary=True)
            for strategy in (*(each for each in BY_EMAIL if each in email.first_factors), *resets)
        ]
    elif identifier.startswith("+") and phone.is_enabled:
        first = ["phone_code"] if "phone_code" in phone.first_factors else []
        resets = [RESET_BY_PHONE] if has_password else []
        found += [
            Offer(strategy, identifier, phone_number_id=target, is_primary=True)
            for strategy in (*first, *resets)
        ]
    elif identifier.startswith("0x") and wallet.is_enabled:
        found += [
            Offer(strategy, identifier.lower(), web3_wallet_id=target, is_primary=True)
            for strategy in wallet.first_factors
        ]
    return tuple(found)


async def prepared(ctx: Context, instance: Instance, sign_in: SignIn, strategy: str) -> Check:
    """A check whose code nobody was sent; it and its tries count as of any other.

    Raises: TooManyCodes.
    """
    expires_at = ctx.now + CODE_LIFETIME
    issued = await granting.issue(
        ctx,
        Purpose.CHECK_CODE,
        await codes.counted(ctx, instance, sign_in.identifier or sign_in.id),
        expires_at=expires_at,
        attempts=CODE_ATTEMPTS,
        client_id=sign_in.client_id,
        # Longer than what can be typed, so that no guess is ever right.
        secret=digest(ctx.new_id("gra_")).hex(),
    )
    return Check(
        strategy,
        CheckStatus.UNVERIFIED,
        0,
        expires_at,
        grant_id=issued.id,
        target_id=_made_up_id(instance, sign_in),
    )


async def prepared_link(
    ctx: Context, instance: Instance, sign_in: SignIn, redirect_url: str | None
) -> Check:
    """A check whose link nobody was sent.

    Raises: MissingInput; ReturnUrlNotAllowed; TooManyCodes.
    """
    back = links.checked_back(ctx, instance, redirect_url)
    expires_at = ctx.now + LIFETIME
    issued = await links.issued(ctx, sign_in.identifier or sign_in.id, expires_at, {})
    return Check(
        EMAIL_LINK,
        CheckStatus.UNVERIFIED,
        expires_at=expires_at,
        grant_id=issued.id,
        target_id=_made_up_id(instance, sign_in),
        return_url=back,
    )


def _normal(sign_in: SignIn) -> str:
    """What a sign-in began with, in the form in which somebody is found by it."""
    return comparable((sign_in.identifier or "").strip())


def _target(instance: Instance, sign_in: SignIn, user: User | None) -> str:
    """The id of what a sign-in began with: a user's own, if they have it."""
    identifier = _normal(sign_in)
    for row in () if user is None else user.email_addresses:
        if row.address_key == identifier:
            return row.id
    for number in () if user is None else user.phone_numbers:
        if number.number == identifier:
            return number.id
    for wallet in () if user is None else user.web3_wallets:
        if wallet.address.lower() == identifier:
            return wallet.id
    return _made_up_id(instance, sign_in)


def _made_up_id(instance: Instance, sign_in: SignIn) -> str:
    """An id that stays the same for an identifier, and looks as old as a real one may be."""
    seed = int.from_bytes(digest(f"{instance.id}:{_normal(sign_in)}"))
    age = max(1, int((sign_in.created_at - instance.created_at).total_seconds()))
    # Within the half of its age that is whole in binary, so that it stays for long.
    moment = instance.created_at + timedelta(seconds=seed % (1 << (age.bit_length() - 1)))
    return id_of("idn_", moment, seed >> 128)
