"""Treats an identifier that nobody has like any other, where an instance hides who is known.

The ways that are shown and the codes and links that are asked for look the same; no message goes
out, and no answer is ever right.
"""

from charter.core.checks import links
from charter.core.checks.model import Check, CheckStatus, StrategyNotAllowed
from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.instances.model import Instance
from charter.core.links.model import EMAIL_LINK, LIFETIME
from charter.core.proving import CODE_ATTEMPTS, CODE_LIFETIME
from charter.core.sign_ins.model import Offer, SignIn
from charter.kernel.operation import Context
from charter.kernel.secrets import digest

ID_CHARACTERS = 27
BY_EMAIL = ("email_code", EMAIL_LINK)


def offers(instance: Instance, sign_in: SignIn) -> tuple[Offer, ...]:
    """The ways that somebody with this identifier would have most likely."""
    attributes, identifier = instance.settings.attributes, sign_in.identifier or ""
    found = []
    if attributes.password.is_enabled:
        found.append(Offer("password"))
    if "@" in identifier:
        target = _made_up_id(instance, identifier)
        found += [
            Offer(strategy, identifier, email_address_id=target, is_primary=True)
            for strategy in BY_EMAIL
            if strategy in attributes.email_address.first_factors
        ]
    elif identifier.startswith("+") and "phone_code" in attributes.phone_number.first_factors:
        target = _made_up_id(instance, identifier)
        found.append(Offer("phone_code", identifier, phone_number_id=target, is_primary=True))
    elif identifier.startswith("0x") and attributes.web3_wallet.is_enabled:
        target = _made_up_id(instance, identifier)
        found += [
            Offer(strategy, identifier.lower(), web3_wallet_id=target, is_primary=True)
            for strategy in attributes.web3_wallet.first_factors
        ]
    return tuple(found)


async def prepared(ctx: Context, sign_in: SignIn, strategy: str) -> Check:
    """A check whose code nobody was sent; tries of it count as of any other."""
    expires_at = ctx.now + CODE_LIFETIME
    issued = await granting.issue(
        ctx,
        Purpose.CHECK_CODE,
        sign_in.id,
        expires_at=expires_at,
        attempts=CODE_ATTEMPTS,
        client_id=sign_in.client_id,
        # Longer than what can be typed, so that no guess is ever right.
        secret=digest(ctx.new_id("gra_")).hex(),
    )
    return Check(strategy, CheckStatus.UNVERIFIED, 0, expires_at, grant_id=issued.id)


async def prepared_link(
    ctx: Context, instance: Instance, sign_in: SignIn, redirect_url: str | None
) -> Check:
    """A check whose link nobody was sent.

    Raises: StrategyNotAllowed; MissingInput; ReturnUrlNotAllowed.
    """
    if all(offer.strategy != EMAIL_LINK for offer in offers(instance, sign_in)):
        raise StrategyNotAllowed
    back = links.checked_back(ctx, instance, redirect_url)
    expires_at = ctx.now + LIFETIME
    issued = await granting.issue(ctx, Purpose.CHECK_LINK, sign_in.id, expires_at=expires_at)
    return Check(
        EMAIL_LINK,
        CheckStatus.UNVERIFIED,
        expires_at=expires_at,
        grant_id=issued.id,
        target_id=_made_up_id(instance, sign_in.identifier or ""),
        return_url=back,
    )


def _made_up_id(instance: Instance, identifier: str) -> str:
    """An id that stays the same for an identifier, as a real one would."""
    return "idn_" + digest(f"{instance.id}:{identifier.lower()}").hex()[:ID_CHARACTERS]
