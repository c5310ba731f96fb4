"""Arguments for what is done with applications, and with people as directories know them."""

from collections.abc import Awaitable, Callable
from typing import Any

from charter.core.applications import operations as applications
from charter.core.applications.model import ApplicationPatch
from charter.core.people.model import IdentityPatch, PersonAddress, PersonPatch
from charter.kernel.lists import Search
from tests.cast import Cast


def application(**more: Any) -> Callable[[Cast], Awaitable[dict[str, Any]]]:
    """An application of the first organization, made at the first asking."""

    async def of(cast: Cast) -> dict[str, Any]:
        if "application" not in cast.ids:
            made = await cast.world.call(
                None, applications.create, organization_id=cast["organization"], name="Shop"
            )
            cast.ids["application"] = made.application.id
        return {"application_id": cast["application"], **more}

    return of


async def without_applications(cast: Cast) -> dict[str, Any]:
    """The first organization, which owns none: one that does is not deleted."""
    if cast.ids.pop("application", None) is not None:
        query = "DELETE FROM applications WHERE owner_instance_id = $1"
        await cast.world.sql(query, cast.world.instance_id)
    return {"organization_id": cast["organization"]}


def person(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"user_id": cast["user"], **more}


MAKERS: dict[str, Callable[[Cast], Any]] = {
    "applications.create": lambda cast: {"organization_id": cast["organization"], "name": "Other"},
    "applications.delete": application(),
    "applications.get": application(),
    "applications.search": lambda cast: {
        "organization_id": cast["organization"],
        "search": Search(),
    },
    "applications.update": application(patch=ApplicationPatch(name="Renamed")),
    "organizations.delete": without_applications,
    "people.create": lambda _: {
        "patch": PersonPatch(email_addresses=[PersonAddress("fresh@example.com")])
    },
    "people.erase": person(),
    "people.get": person(),
    "people.get_living": person(),
    "people.search": lambda _: {"search": Search()},
    "people.update": person(patch=PersonPatch(identity=IdentityPatch(display_name="Renamed"))),
}
"""Every operation, with what makes its arguments."""
