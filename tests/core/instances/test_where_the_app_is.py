"""Where people are led on to when nobody says where: the app's site, or where it is developed."""

from dataclasses import replace

import pytest

from charter.core.instances.model import Environment
from charter.core.instances.origins import app_url, origins
from charter.core.keys.lookup import lookup
from charter.core.listed_identifiers import operations as lists
from charter.core.sessions.handshaking import handshake, send_on
from charter.core.tickets import operations as tickets
from charter.kernel.platform import Addresses
from tests.flows import Tab
from tests.sent import sent

OWN = "http://localhost:4321"
SERVER = Addresses(
    api_url="https://api.example.com",
    frontend_url="https://clerk.example.com",
    app_url="https://www.example.com",
)


async def test_links_and_ways_back_lead_to_where_the_app_is_developed(world):
    assert (await Tab(world).call(send_on)).location == "http://app.test/"
    await world.patch("/instance", {"development_origin": OWN})
    assert (await Tab(world).call(send_on)).location == OWN + "/"
    made = await world.post("/invitations", {"email_address": "new@example.com"})
    url = made.json()["url"]
    assert url.startswith(OWN + "/?")
    ticket = url.partition("__clerk_ticket=")[2].partition("&")[0]
    led = await Tab(world).call(tickets.accept, ticket=ticket)
    assert led.location.startswith(OWN + "/?")
    await world.call(None, lists.allow, identifier="+12025557123", notify=True)
    (message,) = await sent(world, "+12025557123")
    assert OWN in message.text


async def test_pages_from_there_belong_to_the_instance(world):
    await world.patch("/instance", {"development_origin": "https://dev.acme.test"})
    back = await Tab(world).call(handshake, redirect_url="https://dev.acme.test/page")
    assert back.location.startswith("https://dev.acme.test/page?")


@pytest.mark.parametrize(
    ("frontend_host", "home_origin", "place"),
    [
        ("clerk.example.com", None, "https://www.example.com"),
        ("clerk.shop.test", None, "https://shop.test"),
        ("clerk.shop.example.com", None, "https://shop.example.com"),
        ("clerk.shop.test", "https://www.shop.test", "https://www.shop.test"),
        ("frontend", None, "https://www.example.com"),
    ],
)
async def test_each_instance_that_is_for_real_has_an_app_of_its_own(
    world, frontend_host, home_origin, place
):
    instance = replace(
        await lookup(world.platform).instance(world.instance_id),
        environment=Environment.PRODUCTION,
        frontend_host=frontend_host,
        home_origin=home_origin,
    )
    assert app_url(instance, SERVER) == place
    assert place in origins(instance, SERVER)


async def test_messages_name_the_site_of_the_app_that_they_are_from(world):
    await world.patch("/instance", {"development_origin": OWN})
    text = "/templates/sms/verification_code"
    body = {"body": "{{otp_code}} for {{app.url}}"}
    shown = await world.post(text + "/preview", body)
    assert shown.json()["body"] == f"123456 for {OWN}"
    await world.put(text, body)
    await world.configure(attributes={"phone_number": {"is_enabled": True}})
    await world.user("ann", phone_numbers=["+12025557123"])
    tab = world.browser()
    begun = await tab.post("/client/sign_ins", {"identifier": "+12025557123"})
    path = f"/client/sign_ins/{begun.json()['response']['id']}/prepare_first_factor"
    await tab.post(path, {"strategy": "phone_code"})
    await tab.close()
    (message,) = await sent(world, "+12025557123")
    assert message.text.strip().endswith(OWN)
