"""How the ways to prove oneself are shown and chosen, the same for every flow."""

from collections.abc import Sequence
from dataclasses import dataclass

from charter.core.checks.model import Check, CheckNotPrepared, StrategyNotAllowed
from charter.core.instances.model import Instance
from charter.core.instances.settings import Attribute
from charter.core.links.model import EMAIL_LINK
from charter.core.sign_ins.model import Offer, Preparation
from charter.kernel.errors import MissingInput
from charter.web.portal.pages import Fields

ICONS = {
    "password": "key",
    "passkey": "passkey",
    "email_code": "mail",
    "email_link": "mail",
    "reset_password_email_code": "mail",
    "phone_code": "phone",
    "reset_password_phone_code": "phone",
    "totp": "phone",
    "backup_code": "key",
}
"""The strategies that these pages know, each with its picture."""
PROVEN_BY = {"email_address": ("email_code", EMAIL_LINK), "phone_number": ("phone_code",)}
"""How an address or a number is proven on these pages. A code, which works on any device, first."""
PATHS = {"password": "sign-in/password"}
"""Strategies that have a page of their own and nothing to be sent."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way as a page lists it: a link to `path`, or a button that has something sent."""

    strategy: str
    icon: str
    to: str
    target: str
    path: str | None


def shown(offer: Offer, paths: dict[str, str] = PATHS) -> Way:
    """An offer as a page lists it."""
    target = offer.email_address_id or offer.phone_number_id or ""
    return Way(
        offer.strategy,
        ICONS[offer.strategy],
        offer.safe_identifier or "",
        target,
        paths.get(offer.strategy),
    )


def preparation(fields: Fields, offers: Sequence[Offer], link_to: str | None = None) -> Preparation:
    """What a chosen way is prepared with. link_to: where a link by mail leads back to.

    Raises: StrategyNotAllowed.
    """
    strategy, target = fields["strategy"], fields["target"]
    for offer in offers:
        ids = (offer.email_address_id, offer.phone_number_id)
        if offer.strategy == strategy and (target in ids or not target):
            return Preparation(
                strategy=strategy,
                email_address_id=offer.email_address_id,
                phone_number_id=offer.phone_number_id,
                redirect_url=link_to if offer.strategy == EMAIL_LINK else None,
            )
    raise StrategyNotAllowed


def proofs(instance: Instance, name: str) -> tuple[str, ...]:
    """The strategies by which a field is proven here, that which is begun with first."""
    attribute: Attribute = getattr(instance.settings.attributes, name)
    known = PROVEN_BY[name]
    return tuple(each for each in known if each in attribute.verifications) or known[:1]


def offer_of(check: Check, offers: Sequence[Offer]) -> Offer | None:
    """The offer that a check was prepared from."""
    for offer in offers:
        ids = (offer.email_address_id, offer.phone_number_id)
        if offer.strategy == check.strategy and check.target_id in ids:
            return offer
    return None


def prepared(check: Check | None) -> str:
    """The strategy of a check. Raises: CheckNotPrepared."""
    if check is None:
        raise CheckNotPrepared
    return check.strategy


def code_in(fields: Fields) -> str:
    """The code of a form, without the spaces that people put in. Raises: MissingInput."""
    code = "".join(fields["code"].split())
    if not code:
        raise nothing("code")
    return code


def nothing(field: str) -> MissingInput:
    """The refusal of an empty field."""
    return MissingInput(field, reason="it is required")
