"""Users by their ids: read, changed and erased, by themselves or who manages the application."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.applications.entering import enter_for_user
from charter.core.images.addresses import file_url
from charter.core.people import operations as people
from charter.core.people.model import IdentityPatch, PersonStatus
from charter.kernel.actor import Actor
from charter.kernel.platform import Platform
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.profiles import CredentialOut, IdentityOut, UserProfileOut
from charter.surfaces.accounts.shapes import moment
from charter.wire.call import Call, In, View

STATUSES = (PersonStatus.ACTIVE, PersonStatus.SUSPENDED, PersonStatus.DISABLED)


class PersonOut(UserProfileOut):
    """A user with their identity and credentials; of who is gone, the id alone."""

    @classmethod
    def of(cls, row: Any, view: View) -> "PersonOut":
        """As this API writes it. row: a Person."""
        preferred = row.preferred_membership_id
        names = [each for each in (row.first_name, row.last_name) if each]
        return cls(
            id=ids.uid(row.id),
            application_id=ids.application_id(view.actor.instance_id),
            status=row.status.value,
            preferred_membership_id=None if preferred is None else ids.member_id(preferred),
            created_at=moment(row.created_at),
            identity=IdentityOut(
                id=ids.uid(row.id),
                avatar_url=row.avatar_url or file_url(view.platform, row.image_key),
                external_id=row.external_id,
                given_name=row.first_name,
                family_name=row.last_name,
                display_name=row.display_name or " ".join(names) or None,
                preferred_language=row.preferred_language or row.locale,
                locale=row.locale,
                timezone=row.timezone,
            ),
            credentials=[CredentialOut.of(each, view) for each in row.email_addresses],
        )


class IdentityIn(In):
    """What is to change of who a user is; null takes away."""

    avatar_url: str | UnsetType | None = UNSET
    external_id: str | UnsetType | None = UNSET
    given_name: str | UnsetType | None = UNSET
    family_name: str | UnsetType | None = UNSET
    display_name: str | UnsetType | None = UNSET
    preferred_language: str | UnsetType | None = UNSET
    locale: str | UnsetType | None = UNSET
    timezone: str | UnsetType | None = UNSET


class PatchUser(In):
    """What is to change; a field that is left out stays, and null takes away what may be empty."""

    status: str | UnsetType = UNSET
    preferred_membership_id: str | UnsetType | None = UNSET
    identity: IdentityIn | UnsetType = UNSET


NAMES = {"given_name": "first_name", "family_name": "last_name"}


def identity_of(given: IdentityIn) -> IdentityPatch:
    """What is said of an identity."""
    fields = {name: getattr(given, name) for name in given.__struct_fields__}
    said = {NAMES.get(name, name): each for name, each in fields.items() if each is not UNSET}
    return IdentityPatch(**said)


def status_of(name: str) -> PersonStatus:
    """A status by its name. Raises: ValueError."""
    try:
        return next(each for each in STATUSES if each.value == name)
    except StopIteration:
        raise ValueError(f"it must be one of {', '.join(STATUSES)}") from None


def membership_of(given: str | None) -> str | None:
    """The membership's id in the core, if one is named."""
    return None if given is None else ids.membership_id(given)


async def where(platform: Platform, actor: Actor, user_id: str) -> Actor:
    """The caller as they stand where a user is."""
    return await enter_for_user(platform, actor, ids.user_id(user_id))


_PATH = "/api/users/{user_id}"
_ENTERS = {"user_id": where}
_READS = {"user_id": ids.user_id}

CALLS = [
    Call("GET", _PATH, people.get, PersonOut, reads=_READS, enters=_ENTERS),
    Call(
        "PATCH",
        _PATH,
        people.update,
        PersonOut,
        body=PatchUser,
        reads={
            **_READS,
            "status": status_of,
            "preferred_membership_id": membership_of,
            "identity": identity_of,
        },
        enters=_ENTERS,
    ),
    Call("DELETE", _PATH, people.erase, reads=_READS, enters=_ENTERS, status=204),
]
