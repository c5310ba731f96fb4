"""People as this API shows them: a user, their identity, and what signs them in."""

from charter.core.email_addresses.model import EmailAddress
from charter.core.images.addresses import file_url
from charter.core.users.model import User
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.shapes import Moment, moment, moment_or_none
from charter.wire.call import Out, View


class UserOut(Out):
    """A user. application_id: of the application whose user they are."""

    id: str
    application_id: str
    status: str
    preferred_membership_id: str | None
    created_at: Moment

    @classmethod
    def of(cls, row: User, view: View) -> "UserOut":
        """As this API writes it."""
        return cls(
            id=ids.uid(row.id),
            application_id=ids.application_id(view.actor.instance_id),
            status="suspended" if row.is_banned else "active",
            preferred_membership_id=None,
            created_at=moment(row.created_at),
        )


class IdentityOut(Out):
    """Who a user is."""

    id: str
    avatar_url: str | None
    external_id: str | None
    given_name: str | None
    family_name: str | None
    display_name: str | None
    preferred_language: str | None
    locale: str | None
    timezone: str | None

    @classmethod
    def of(cls, row: User, view: View) -> "IdentityOut":
        """As this API writes it."""
        names = [each for each in (row.first_name, row.last_name) if each]
        return cls(
            id=ids.uid(row.id),
            avatar_url=file_url(view.platform, row.image_key),
            external_id=row.external_id,
            given_name=row.first_name,
            family_name=row.last_name,
            display_name=" ".join(names) or None,
            preferred_language=row.locale,
            locale=row.locale,
            timezone=None,
        )


class CredentialOut(Out):
    """An address with which a user may sign in. email_verified_at: null until it is proven."""

    id: str
    email: str | None
    email_verified_at: Moment | None

    @classmethod
    def of(cls, row: EmailAddress, _view: View) -> "CredentialOut":
        """As this API writes it."""
        return cls(
            id=ids.credential_id(row.id),
            email=row.address,
            email_verified_at=moment_or_none(row.updated_at if row.is_verified else None),
        )


class UserProfileOut(UserOut):
    """A user with their identity and credentials."""

    identity: IdentityOut
    credentials: list[CredentialOut]

    @classmethod
    def of(cls, row: User, view: View) -> "UserProfileOut":
        """As this API writes it."""
        user = UserOut.of(row, view)
        return cls(
            id=user.id,
            application_id=user.application_id,
            status=user.status,
            preferred_membership_id=user.preferred_membership_id,
            created_at=user.created_at,
            identity=IdentityOut.of(row, view),
            credentials=[CredentialOut.of(each, view) for each in row.email_addresses],
        )
