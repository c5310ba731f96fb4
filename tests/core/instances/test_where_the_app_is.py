"""Where people are led on to when nobody says where: the app's site, or where it is developed."""

from charter.core.listed_identifiers import operations as lists
from charter.core.sessions.handshaking import handshake, send_on
from charter.core.tickets import operations as tickets
from tests.flows import Tab
from tests.sent import sent

OWN = "http://localhost:4321"


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
