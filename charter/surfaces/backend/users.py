"""Users in the Backend API."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.users import operations as users
from charter.core.users import restrictions
from charter.core.users.model import IdentificationStatus
from charter.core.web3_wallets import operations as web3_wallets
from charter.surfaces.backend.shapes import DeletedAs, Several, read_time_or_none
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
TIMES = {"created_at": read_time_or_none, "legal_accepted_at": read_time_or_none}
NO_LEGAL_CHECKS = "no instance asks for legal consent yet, so there is no check to skip"


class CreateUser(In):
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


class UpdateUser(In):
    """What changes of a user."""

    external_id: Text = UNSET
    first_name: Text = UNSET
    last_name: Text = UNSET
    locale: Text = UNSET
    primary_email_address_id: Text = UNSET
    notify_primary_email_address_changed: Flag = UNSET
    primary_phone_number_id: Text = UNSET
    primary_web3_wallet_id: Text = UNSET
    username: Text = UNSET
    profile_image_id: Text = UNSET
    password: Text = UNSET
    password_digest: Text = UNSET
    password_hasher: Text = UNSET
    skip_password_checks: Flag = UNSET
    sign_out_of_other_sessions: Flag = UNSET
    totp_secret: Text = UNSET
    backup_codes: Texts = UNSET
    public_metadata: Metadata = UNSET
    private_metadata: Metadata = UNSET
    unsafe_metadata: Metadata = UNSET
    delete_self_enabled: Flag = UNSET
    create_organization_enabled: Flag = UNSET
    legal_accepted_at: Text = UNSET
    skip_legal_checks: Flag = UNSET
    create_organizations_limit: int | UnsetType | None = UNSET
    created_at: Text = UNSET
    bypass_client_trust: Flag = UNSET


class UserMetadata(In):
    """What changes of a user's metadata."""

    public_metadata: dict[str, Any] | UnsetType = UNSET
    private_metadata: dict[str, Any] | UnsetType = UNSET
    unsafe_metadata: dict[str, Any] | UnsetType = UNSET


class UserIds(In):
    """Several users."""

    user_ids: list[str]


CALLS = [
    Call(
        "POST",
        "/users",
        users.create,
        UserOut,
        body=CreateUser,
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
            **TIMES,
            "skip_user_requirement": lambda skips: not skips,
        },
        ignores={
            "skip_legal_checks": NO_LEGAL_CHECKS,
            "skip_password_requirement": "no instance requires a password yet",
        },
        tag="Users",
    ),
    Call("GET", "/users/{user_id}", users.get, UserOut, tag="Users"),
    Call(
        "PATCH",
        "/users/{user_id}",
        users.update,
        UserOut,
        body=UpdateUser,
        names={
            **NAMES,
            "notify_primary_email_address_changed": "notifies_previous_address",
            "sign_out_of_other_sessions": "ends_other_sessions",
        },
        reads=TIMES,
        ignores={
            "skip_legal_checks": NO_LEGAL_CHECKS,
            "profile_image_id": "pictures have no ids: one is set by its upload",
        },
        tag="Users",
    ),
    Call("DELETE", "/users/{user_id}", users.delete, DeletedAs("user"), tag="Users"),
    Call(
        "PATCH",
        "/users/{user_id}/metadata",
        users.merge_metadata,
        UserOut,
        body=UserMetadata,
        is_body_optional=True,
        tag="Users",
    ),
    Call(
        "PUT",
        "/users/{user_id}/metadata",
        users.replace_metadata,
        UserOut,
        body=UserMetadata,
        is_body_optional=True,
        tag="Users",
    ),
    Call(
        "POST",
        "/users/{user_id}/profile_image",
        users.set_profile_image,
        UserOut,
        upload="file",
        tag="Users",
    ),
    Call(
        "DELETE",
        "/users/{user_id}/profile_image",
        users.delete_profile_image,
        UserOut,
        tag="Users",
    ),
    Call(
        "DELETE",
        "/users/{user_id}/web3_wallets/{web3_wallet_identification_id}",
        web3_wallets.delete,
        DeletedAs("web3_wallet"),
        names={"web3_wallet_identification_id": "web3_wallet_id"},
        tag="Users",
    ),
    Call("POST", "/users/{user_id}/ban", restrictions.ban, UserOut, tag="Users"),
    Call("POST", "/users/{user_id}/unban", restrictions.unban, UserOut, tag="Users"),
    Call("POST", "/users/ban", restrictions.ban_many, Several(UserOut), body=UserIds, tag="Users"),
    Call(
        "POST",
        "/users/unban",
        restrictions.unban_many,
        Several(UserOut),
        body=UserIds,
        tag="Users",
    ),
    Call("POST", "/users/{user_id}/lock", restrictions.lock, UserOut, tag="Users"),
    Call("POST", "/users/{user_id}/unlock", restrictions.unlock, UserOut, tag="Users"),
]
