"""How the Frontend API writes sign-ins."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.sign_ins.model import Offer, Progress, SignInView
from charter.surfaces.backend.images import image_url
from charter.surfaces.backend.shapes import millis
from charter.surfaces.backend.verifications import CheckOut
from charter.wire.call import Out, View

IDENTIFIERS = ("email_address", "phone_number", "username", "web3_wallet", "passkey")


class FactorOut(Out):
    """A way that is open to the person."""

    strategy: str
    safe_identifier: str | UnsetType
    email_address_id: str | UnsetType
    phone_number_id: str | UnsetType
    web3_wallet_id: str | UnsetType
    primary: bool | UnsetType
    default: bool | UnsetType

    @classmethod
    def of(cls, offer: Offer, _view: View) -> "FactorOut":
        """As this API writes it."""
        return cls(
            strategy=offer.strategy,
            safe_identifier=_or_unset(offer.safe_identifier),
            email_address_id=_or_unset(offer.email_address_id),
            phone_number_id=_or_unset(offer.phone_number_id),
            web3_wallet_id=_or_unset(offer.web3_wallet_id),
            primary=_or_unset(offer.is_primary),
            default=_or_unset(offer.is_default),
        )


def _or_unset(value: Any) -> Any:
    return UNSET if value is None else value


class UserDataOut(Out):
    """Who a sign-in is about, as far as a stranger who knows the identifier may see."""

    first_name: str | None
    last_name: str | None
    image_url: str
    has_image: bool


class SignInOut(Out):
    """A sign-in."""

    object: str
    id: str
    status: str
    supported_identifiers: list[str]
    supported_first_factors: list[FactorOut] | None
    supported_second_factors: list[FactorOut] | None
    first_factor_verification: CheckOut | None
    second_factor_verification: CheckOut | None
    identifier: str | None
    user_data: UserDataOut | None
    created_session_id: str | None
    abandon_at: int

    @classmethod
    def of(cls, result: Progress | SignInView, view: View) -> "SignInOut":
        """As this API writes it."""
        seen = result.view if isinstance(result, Progress) else result
        sign_in, user = seen.sign_in, seen.user
        attributes = view.instance.settings.attributes
        shown = None
        if user is not None:
            shown = UserDataOut(
                first_name=user.first_name,
                last_name=user.last_name,
                image_url=image_url(view, "users", user.id, user.image_key),
                has_image=user.image_key is not None,
            )
        return cls(
            object="sign_in_attempt",
            id=sign_in.id,
            status=sign_in.status_at(view.now).value,
            supported_identifiers=[
                name
                for name in IDENTIFIERS
                if getattr(attributes, name).is_enabled and getattr(attributes, name).is_identifier
            ],
            supported_first_factors=[FactorOut.of(each, view) for each in seen.first_factors]
            or None,
            supported_second_factors=[FactorOut.of(each, view) for each in seen.second_factors]
            or None,
            first_factor_verification=CheckOut.of(sign_in.first_check, view),
            second_factor_verification=CheckOut.of(sign_in.second_check, view),
            identifier=sign_in.identifier,
            user_data=shown,
            created_session_id=sign_in.created_session_id,
            abandon_at=millis(sign_in.abandon_at),
        )
