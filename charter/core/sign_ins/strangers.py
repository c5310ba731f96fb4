"""Treats every identifier alike, where an instance hides who is known.

The ways that are shown and the codes and links that are asked for are the same. To an identifier
that nobody has no message goes out, and no answer is ever right.
"""

from datetime import timedelta

from charter.core.checks import codes, links
from charter.core.checks.codes import comparable
from charter.core.checks.model import Check
from charter.core.instances.model import Instance
from charter.core.links.model import EMAIL_LINK
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
    """A check whose code nobody was sent. Raises: TooManyCodes."""
    return await codes.withheld(
        ctx,
        instance,
        client_id=sign_in.client_id,
        strategy=strategy,
        to=sign_in.identifier or sign_in.id,
        target_id=_made_up_id(instance, sign_in),
    )


async def prepared_link(
    ctx: Context, instance: Instance, sign_in: SignIn, redirect_url: str | None
) -> Check:
    """A check whose link nobody was sent.

    Raises: MissingInput; ReturnUrlNotAllowed; TooManyCodes.
    """
    return await links.withheld(
        ctx,
        instance,
        to=sign_in.identifier or sign_in.id,
        redirect_url=redirect_url,
        target_id=_made_up_id(instance, sign_in),
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
