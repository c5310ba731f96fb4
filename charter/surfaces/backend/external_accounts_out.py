"""How the Backend API writes external accounts."""

from typing import Any

import msgspec

from charter.core.external_accounts.model import ExternalAccount, ExternalAccountView
from charter.surfaces.backend.errors import MESSAGES, RENAMED
from charter.surfaces.backend.shapes import millis
from charter.wire.call import Out, View


class ExternalVerificationOut(Out):
    """How far the proof of an account has come."""

    object: str
    status: str
    strategy: str
    external_verification_redirect_url: str | msgspec.UnsetType
    error: Any
    expire_at: int
    attempts: int | None


class ExternalAccountOut(Out):
    """An account at a provider."""

    object: str
    id: str
    provider: str
    identification_id: str
    provider_user_id: str
    approved_scopes: str
    email_address: str
    email_address_verified: bool
    first_name: str
    last_name: str
    avatar_url: str
    image_url: str
    username: str | None
    phone_number: str | None
    public_metadata: dict[str, Any]
    label: str | None
    created_at: int
    updated_at: int
    verification: ExternalVerificationOut

    @classmethod
    def of(cls, row: ExternalAccount | ExternalAccountView, view: View) -> "ExternalAccountOut":
        """As this API writes it; a view adds where its user has to be sent."""
        account = row.account if isinstance(row, ExternalAccountView) else row
        elsewhere = row.redirect_url if isinstance(row, ExternalAccountView) else None
        return cls(
            object="external_account",
            id=account.id,
            provider=account.provider,
            identification_id=account.identification_id,
            provider_user_id=account.provider_user_id or "",
            approved_scopes=account.approved_scopes,
            email_address=account.email_address or "",
            email_address_verified=account.is_email_verified,
            first_name=account.first_name or "",
            last_name=account.last_name or "",
            avatar_url=account.image_url or "",
            image_url=account.image_url or "",
            username=account.username,
            phone_number=None,
            public_metadata={},
            label=None,
            created_at=millis(account.created_at),
            updated_at=millis(account.updated_at),
            verification=ExternalVerificationOut(
                object="verification_oauth",
                status=account.status_at(view.now).value,
                strategy=account.provider,
                external_verification_redirect_url=elsewhere or msgspec.UNSET,
                error=error_out(account.error),
                expire_at=millis(account.expires_at or account.updated_at),
                attempts=None,
            ),
        )


def error_out(error: dict[str, Any] | None) -> dict[str, Any] | None:
    """Why a proof failed, in the words of this API."""
    if error is None:
        return None
    _, code = RENAMED.get(error["code"], (0, error["code"]))
    sentence = str(error["message"])
    return {
        "code": code,
        "message": MESSAGES.get(code, sentence.rstrip(".")),
        "long_message": sentence,
        "meta": error.get("meta") or {},
    }
