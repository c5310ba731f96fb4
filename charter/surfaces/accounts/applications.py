"""Applications: instances, by who may enter them, and by the accounts that own them."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.applications import operations as applications
from charter.core.applications.entering import enter
from charter.core.applications.model import ApplicationMade, OwnedApplication
from charter.core.applications.settings import shown
from charter.kernel.actor import Actor
from charter.kernel.platform import Platform
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.shapes import Listed, Moment, moment
from charter.wire.call import Call, In, Lists, Out, View


async def entered(platform: Platform, actor: Actor, application_id: str) -> Actor:
    """The caller as they stand in an application. Raises: NotFound, to strangers."""
    return await enter(platform, actor, ids.instance_id(application_id))


APPLICATION = {"application_id": entered}
"""For calls whose path names the application in which they are run."""


class ApplicationOut(Out):
    """An application. account_id: of the account that owns it; null: the operator made it.

    settings: those that its owner sets, as they are now.
    """

    id: str
    account_id: str | None
    name: str
    environment: str
    frontend_host: str
    settings: dict[str, Any]
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, row: OwnedApplication, _view: View) -> "ApplicationOut":
        """As this API writes it."""
        owner = row.organization_id
        return cls(
            id=ids.application_id(row.id),
            account_id=None if owner is None else ids.account_id(owner),
            name=row.name,
            environment=row.environment.value,
            frontend_host=row.frontend_host,
            settings=shown(row.settings),
            created_at=moment(row.created_at),
            updated_at=moment(row.updated_at),
        )


class MadeApplicationOut(ApplicationOut):
    """An application just made, with its keys: the secret one is shown this once."""

    publishable_key: str
    secret_key: str


class MadeApplication:
    """Answers with an application just made."""

    type = MadeApplicationOut

    def of(self, row: ApplicationMade, view: View) -> MadeApplicationOut:
        """As this API writes it."""
        out = ApplicationOut.of(row.application, view)
        fields = {name: getattr(out, name) for name in out.__struct_fields__}
        return MadeApplicationOut(
            **fields, publishable_key=row.publishable_key, secret_key=row.secret_key
        )

    def location(self, made: MadeApplicationOut) -> str:
        """Where it is."""
        return f"applications/{made.id}"


class CreateApplication(In, kw_only=True):
    """What an application is made of."""

    name: str


class PatchApplication(In):
    """What is to change; a field that is left out stays. A null brings a setting's default back."""

    name: str | UnsetType = UNSET
    settings: dict[str, Any] | UnsetType = UNSET


_OF_ACCOUNT = {"account_id": ids.organization_id}
_ONE = {"application_id": ids.instance_id}
_PATH = "/api/applications/{application_id}"

CALLS = [
    Call(
        "GET",
        "/api/accounts/{account_id}/applications",
        applications.search,
        Listed(ApplicationOut),
        lists=Lists(),
        names={"account_id": "organization_id"},
        reads=_OF_ACCOUNT,
    ),
    Call(
        "POST",
        "/api/accounts/{account_id}/applications",
        applications.create,
        MadeApplication(),
        body=CreateApplication,
        names={"account_id": "organization_id"},
        reads=_OF_ACCOUNT,
        status=201,
    ),
    Call("GET", _PATH, applications.get, ApplicationOut, reads=_ONE),
    Call("PATCH", _PATH, applications.update, ApplicationOut, body=PatchApplication, reads=_ONE),
    Call("DELETE", _PATH, applications.delete, reads=_ONE, status=204),
]
