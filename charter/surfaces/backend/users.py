"""Users in the Backend API."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.users import operations as users
from charter.core.users.model import IdentificationStatus
from charter.surfaces.backend.shapes import read_time_or_none
from charter.surfaces.backend.users_out import UserOut
from charter.wire.call import Call, In

Text = str | None | UnsetType
Flag = bool | None | UnsetType
Texts = list[str] | None | UnsetType
Metadata = dict[str, Any] | None | UnsetType

NAMES = {
    "delete_self_enabled": "can_delete_self",
    "create_organization_enabled": "can_create_organizations",
    "create_organizations_limit": "organizations_limit",
    "bypass_client_trust": "bypasses_client_trust",
}
NO_LEGAL_CHECKS = "no instance asks for legal consent yet, so there is no check to skip"


class CreateUserIn(In):
    """A new user."""

    external_id: Text = UNSET
    first_name: Text = UNSET
    last_name: Text = UNSET
    locale: Text = UNSET
    email_address: Texts = UNSET
    email_address_identification_status: list[IdentificationStatus] | UnsetType | None = UNSET
    phone_number: Texts = UNSET
    phone_number_identification_status: list[IdentificationStatus] | UnsetType | None = UNSET
    web3_wallet: Texts = UNSET
    username: Text = UNSET
    password: Text = UNSET
    password_digest: Text = UNSET
    password_hasher: Text = UNSET
    skip_password_checks: Flag = UNSET
    skip_password_requirement: Flag = UNSET
    totp_secret: Text = UNSET
    backup_codes: Texts = UNSET
    public_metadata: Metadata = UNSET
    private_metadata: Metadata = UNSET
    unsafe_metadata: Metadata = UNSET
    delete_self_enabled: Flag = UNSET
    legal_accepted_at: Text = UNSET
    skip_legal_checks: Flag = UNSET
    skip_user_requirement: Flag = UNSET
    create_organization_enabled: Flag = UNSET
    create_organizations_limit: int | UnsetType | None = UNSET
    created_at: Text = UNSET
    bypass_client_trust: Flag = UNSET
    banned: Flag = UNSET
    locked: Flag = UNSET


CALLS = [
    Call(
        "POST",
        "/users",
        users.create,
        UserOut,
        body=CreateUserIn,
        names={
            **NAMES,
            "email_address": "email_addresses",
            "email_address_identification_status": "email_address_statuses",
            "phone_number": "phone_numbers",
            "phone_number_identification_status": "phone_number_statuses",
            "web3_wallet": "web3_wallets",
            "banned": "is_banned",
            "locked": "is_locked",
            "skip_user_requirement": "needs_identifier",
        },
        reads={
            "created_at": read_time_or_none,
            "legal_accepted_at": read_time_or_none,
            "skip_user_requirement": lambda skips: not skips,
        },
        ignores={
            "skip_legal_checks": NO_LEGAL_CHECKS,
            "skip_password_requirement": "no instance requires a password yet",
        },
        tag="Users",
    ),
    Call("GET", "/users/{user_id}", users.get, UserOut, tag="Users"),
]
