"""Accounts: organizations, by their numbers and their names."""

from msgspec import UNSET, UnsetType

from charter.core.numbered import is_number, organization_of_number
from charter.core.organizations import finding, registering
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import Organization, OrganizationStatus
from charter.core.organizations.registration import Registration
from charter.kernel.actor import Actor
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.surfaces.odata.shapes import Acknowledged, Counted, Listed, Moment, moment
from charter.wire.call import ACTING_USER, Call, In, Lists, Out, View

PROPERTIES = {
    "id": "number",
    "name": "name",
    "description": "description",
    "status": "status",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
}
"""What may be asked for in `$filter` and `$orderby`, and the core's name for each.

Who is written to about an account is personal data and not among them.
"""


class AccountOut(Out):
    """An account."""

    id: int
    name: str
    description: str | None
    status: str
    primaryContact: str | None  # noqa: N815  # this API's spelling
    country: str | None
    createdAt: Moment  # noqa: N815  # this API's spelling
    updatedAt: Moment  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, row: Organization, _view: View) -> "AccountOut":
        """As this API writes it."""
        return cls(
            id=row.number,
            name=row.name,
            description=row.description,
            status=row.status.value,
            primaryContact=row.contact_address,
            country=row.country,
            createdAt=moment(row.created_at),
            updatedAt=moment(row.updated_at),
        )


class NewAccountOut(Out):
    """An account just made."""

    id: int
    name: str
    createdAt: Moment  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, row: Organization, _view: View) -> "NewAccountOut":
        """As this API writes it."""
        return cls(id=row.number, name=row.name, createdAt=moment(row.created_at))


class ChangedAccountOut(Out):
    """An account just changed."""

    id: int
    name: str
    updatedAt: Moment  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, row: Organization, _view: View) -> "ChangedAccountOut":
        """As this API writes it."""
        return cls(id=row.number, name=row.name, updatedAt=moment(row.updated_at))


class SignedUpOut(Out):
    """A user with an account of theirs, both just made. `id` is the user's.

    The last two name the code that was mailed to them.
    """

    id: int
    email: str
    accountId: int  # noqa: N815  # this API's spelling
    accountName: str  # noqa: N815  # this API's spelling
    createdAt: Moment  # noqa: N815  # this API's spelling
    emailAddressId: str  # noqa: N815  # this API's spelling
    verificationId: str | None  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, made: Registration, _view: View) -> "SignedUpOut":
        """As this API writes it."""
        return cls(
            id=made.user.number,
            email=made.user.email_addresses[0].address,
            accountId=made.organization.number,
            accountName=made.organization.name,
            createdAt=moment(made.user.created_at),
            emailAddressId=made.user.email_addresses[0].id,
            verificationId=None if made.verification is None else made.verification.id,
        )


class SignUp(In, kw_only=True):
    """A new user, and the account that is to be theirs."""

    email: str
    password: str
    firstName: str | None = None  # noqa: N815  # this API's spelling
    lastName: str | None = None  # noqa: N815  # this API's spelling
    accountName: str  # noqa: N815  # this API's spelling
    country: str | None = None


class CreateAccount(In, kw_only=True):
    """What an account is made of."""

    name: str
    description: str | None = None
    primaryContact: str | None = None  # noqa: N815  # this API's spelling


class UpdateAccount(In):
    """What is to change; a field that is left out stays. A null clears the description alone."""

    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    status: str | UnsetType = UNSET


def status_of(name: str) -> OrganizationStatus:
    """A status by its name. Raises: ValueError."""
    try:
        return OrganizationStatus(name)
    except ValueError:
        allowed = ", ".join(OrganizationStatus)
        raise ValueError(f"it must be one of {allowed}") from None


async def account_of_key(platform: Platform, actor: Actor, key: str) -> str:
    """The organization that the last part of an address names: by its number, else by its name.

    What is written as a number is never taken for a name, so that nobody can answer for a number
    that is not given yet by naming an account so.
    """
    if is_number(key):
        return await organization_of_number(platform, actor, key)
    found = await run(platform, actor, finding.find_by_name, arguments={"name": key})
    return found.id


ONE = {"organization_id": organization_of_number}
BY_ID = {"account": "organization_id"}
CONTACT = {"primaryContact": "contact_address"}

CALLS = [
    Call(
        "POST",
        "/accounts/signup",
        registering.register,
        SignedUpOut,
        body=SignUp,
        names={
            "email": "email_address",
            "firstName": "first_name",
            "lastName": "last_name",
            "accountName": "organization_name",
        },
        given={"claims_name": True},
        status=201,
        is_public=True,
    ),
    Call(
        "POST",
        "/accounts",
        organizations.create,
        NewAccountOut,
        body=CreateAccount,
        names=CONTACT,
        given={"created_by": ACTING_USER, "claims_name": True},
        status=201,
    ),
    Call(
        "GET",
        "/accounts",
        finding.search_own,
        Listed(AccountOut, "accounts"),
        lists=Lists(orders=PROPERTIES, limit=50),
    ),
    Call("GET", "/accounts/$count", finding.search_own, Counted(), lists=Lists(orders=PROPERTIES)),
    Call(
        "GET",
        "/accounts/{account}",
        organizations.get,
        AccountOut,
        names={"account": "organization_id"},
        finds={"organization_id": account_of_key},
    ),
    Call(
        "PUT",
        "/accounts/{account}",
        organizations.update,
        ChangedAccountOut,
        body=UpdateAccount,
        names={**BY_ID, "name": "name_to_claim"},
        reads={"status": status_of},
        finds=ONE,
    ),
    Call(
        "DELETE",
        "/accounts/{account}",
        organizations.delete,
        Acknowledged("The account has been deleted."),
        names=BY_ID,
        finds=ONE,
    ),
]
