"""The companies that let people into an instance of a cast."""

from typing import TYPE_CHECKING

from charter.core.admin_portal import operations as admin_portal
from charter.core.directories import operations as directories
from charter.core.directories.model import NewDirectory, NewGroupMapping
from tests.companies import connect

if TYPE_CHECKING:
    from tests.cast import Cast


async def fill(cast: "Cast") -> None:
    """Connect each organization with a company that speaks SAML, and give it a directory."""
    for ids, name in ((cast.ids, "people.acme.test"), (cast.twin, "people.globex.test")):
        made = await connect(cast.world, name, organization_id=ids["organization"])
        mapping = NewGroupMapping(group_id="engineers", role_id=cast["role"])
        new = NewDirectory(connection_id=made.id, provider="okta", group_mappings=[mapping])
        shown = await cast.world.call(None, directories.create, new=new)
        ids |= {
            "enterprise_connection": made.id,
            "saml_connection": made.saml_id,
            "directory": shown.directory.id,
        }
        here = {"organization_id": ids["organization"]}
        link = await cast.world.call(None, admin_portal.create_link_token, **here)
        ids["link_token"] = link.link_token.id
        cast.facts["link_secret"] = link.secret
    spare = await connect(cast.world, "spare.test")
    cast.ids["spare_connection"] = spare.id
