"""Users: people, by their numbers and their usernames."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.numbered import user_of_key, user_of_number
from charter.core.organizations import registering
from charter.core.users import known
from charter.core.users import operations as users
from charter.core.users.known import KnownUser
from charter.core.users.model import User, UserStatus
from charter.core.verification import Verification, VerificationStatus
from charter.surfaces.odata.shapes import Ack, Counted, Listed, Moment, moment
from charter.wire.call import Call, In, Lists, Out, View

PROPERTIES = {
    "id": "number",
    "username": "username",
    "email": "email_address",
    "firstName": "first_name",
    "lastName": "last_name",
    "status": "status",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
}
"""What may be asked for in `$filter` and `$orderby`, and the core's name for each."""


class UserOut(Out):
    """A user."""

    id: int
    username: str | None
    email: str | None
    firstName: str | None  # noqa: N815  # this API's spelling
    lastName: str | None  # noqa: N815  # this API's spelling
    status: str
    createdAt: Moment  # noqa: N815  # this API's spelling
    updatedAt: Moment  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, row: KnownUser, _view: View) -> "UserOut":
        """As this API writes it."""
        return cls(
            id=row.number,
            username=row.username,
            email=row.email_address,
            firstName=row.first_name,
            lastName=row.last_name,
            status=row.status.value,
            createdAt=moment(row.created_at),
            updatedAt=moment(row.updated_at),
        )


class NewUserOut(Out):
    """A user just made."""

    id: int
    email: str | None
    firstName: str | None  # noqa: N815  # this API's spelling
    lastName: str | None  # noqa: N815  # this API's spelling
    createdAt: Moment  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, row: User, _view: View) -> "NewUserOut":
        """As this API writes it."""
        return cls(
            id=row.number,
            email=row.email_addresses[0].address if row.email_addresses else None,
            firstName=row.first_name,
            lastName=row.last_name,
            createdAt=moment(row.created_at),
        )


class SignedUpUserOut(NewUserOut):
    """A user who signed up. The last two name the code that was mailed to them."""

    emailAddressId: str  # noqa: N815  # this API's spelling
    verificationId: str  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, made: Any, view: View) -> "SignedUpUserOut":
        """As this API writes it."""
        return cls(
            **msgspec.structs.asdict(NewUserOut.of(made.user, view)),
            emailAddressId=made.user.email_addresses[0].id,
            verificationId=made.verification.id,
        )


class Proven:
    """Answers whether a code was the right one."""

    type = Ack

    def of(self, verification: Verification, _view: View) -> Ack:
        """In words."""
        is_proven = verification.status is VerificationStatus.VERIFIED
        message = "The address is proven." if is_proven else "The code is wrong or has expired."
        return Ack(success=is_proven, message=message)


class ChangedUserOut(Out):
    """A user just changed."""

    id: int
    firstName: str | None  # noqa: N815  # this API's spelling
    lastName: str | None  # noqa: N815  # this API's spelling
    updatedAt: Moment  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, row: User, _view: View) -> "ChangedUserOut":
        """As this API writes it."""
        return cls(
            id=row.number,
            firstName=row.first_name,
            lastName=row.last_name,
            updatedAt=moment(row.updated_at),
        )


class CreateUser(In, kw_only=True):
    """Whom an app's server makes a user; the address counts as proven."""

    email: str
    password: str | None = None
    firstName: str | None = None  # noqa: N815  # this API's spelling
    lastName: str | None = None  # noqa: N815  # this API's spelling
    username: str | None = None


class SignUpUser(In, kw_only=True):
    """A new user."""

    email: str
    password: str
    firstName: str | None = None  # noqa: N815  # this API's spelling
    lastName: str | None = None  # noqa: N815  # this API's spelling


class Proof(In):
    """The code that was mailed to who signed up, with what their sign-up answered."""

    emailAddressId: str  # noqa: N815  # this API's spelling
    verificationId: str  # noqa: N815  # this API's spelling
    code: str


class UpdateUser(In):
    """What is to change; a field that is left out stays."""

    firstName: str | UnsetType | None = UNSET  # noqa: N815  # this API's spelling
    lastName: str | UnsetType | None = UNSET  # noqa: N815  # this API's spelling
    status: str | UnsetType = UNSET


def is_suspended(status: str) -> bool:
    """Whether a status keeps a user from signing in. Raises: ValueError."""
    if status not in tuple(UserStatus):
        raise ValueError(f"it must be one of {', '.join(UserStatus)}")
    return status == UserStatus.SUSPENDED


NAMES = {"firstName": "first_name", "lastName": "last_name"}

CALLS = [
    Call(
        "POST",
        "/users/signup",
        registering.register_alone,
        SignedUpUserOut,
        body=SignUpUser,
        names={**NAMES, "email": "email_address"},
        status=201,
        is_public=True,
    ),
    Call(
        "POST",
        "/users/verify",
        registering.prove_registered,
        Proven(),
        body=Proof,
        names={"emailAddressId": "email_address_id", "verificationId": "verification_id"},
        is_public=True,
    ),
    Call(
        "POST",
        "/users",
        users.create,
        NewUserOut,
        body=CreateUser,
        names={**NAMES, "email": "email_addresses"},
        reads={"email": lambda address: [address]},
        status=201,
    ),
    Call(
        "GET",
        "/users",
        known.search_known,
        Listed(UserOut, "users"),
        lists=Lists(orders=PROPERTIES, limit=50),
    ),
    Call("GET", "/users/$count", known.search_known, Counted(), lists=Lists(orders=PROPERTIES)),
    Call(
        "GET",
        "/users/{person}",
        known.get_known,
        UserOut,
        names={"person": "user_id"},
        finds={"user_id": user_of_key},
    ),
    Call(
        "PATCH",
        "/users/{person}",
        users.update,
        ChangedUserOut,
        body=UpdateUser,
        names={**NAMES, "person": "user_id", "status": "is_banned"},
        reads={"status": is_suspended},
        finds={"user_id": user_of_number},
    ),
]
