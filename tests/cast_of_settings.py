"""What an app's server has set up in an instance of a cast."""

from typing import TYPE_CHECKING

from charter.core.instance_domains import operations as instance_domains
from charter.core.jwt_templates import operations as jwt_templates
from charter.core.jwt_templates.model import NewJwtTemplate
from charter.core.listed_identifiers import operations as listed_identifiers
from charter.core.message_templates import operations as message_templates
from charter.core.message_templates.model import MessageTemplatePatch
from charter.core.redirect_urls import operations as redirect_urls
from charter.core.transfers import operations as transfers

if TYPE_CHECKING:
    from tests.cast import Cast


async def fill(cast: "Cast") -> None:
    """Lists, addresses, domains, templates and an import."""
    world = cast.world
    made = await world.call(None, listed_identifiers.allow, identifier="*@acme.test")
    cast.ids["listed_identifier"] = made.id
    made = await world.call(None, listed_identifiers.block, identifier="*@evil.test")
    cast.ids["blocked_identifier"] = made.id
    back = await world.call(None, redirect_urls.create, url="acme://back")
    cast.ids["redirect_url"] = back.id
    satellite = await world.call(
        None, instance_domains.create, name="satellite.test", is_satellite=True
    )
    cast.ids["instance_domain"] = satellite.id
    template = NewJwtTemplate(name="hasura", claims={"role": "{{org.role}}"})
    cast.ids["jwt_template"] = (await world.call(None, jwt_templates.create, new=template)).id
    await world.call(
        None,
        message_templates.update,
        template_type="email",
        slug="verification_code",
        patch=MessageTemplatePatch(name="Ours"),
    )
    cast.ids["import"] = (await world.call(None, transfers.begin, source="a" * 64)).id
