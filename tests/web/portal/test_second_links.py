"""Links in mail as the second step of a sign-in, by forms alone."""

import pytest

from tests.web.portal.mailed_links import follow, newest_link

ANN = "ann@example.com"
PASSWORD = "correct horse battery"
EITHER = ["email_code", "email_link"]


async def second_step(world, visitor, **asked):
    """A sign-in whose password was right, in an instance where that is not enough."""
    await world.configure(**asked)
    await world.user("ann", password=PASSWORD)
    await visitor.open("sign-in", redirect_url="http://app.test/orders")
    await visitor.send(identifier=ANN)
    return await visitor.send(password=PASSWORD)


SECOND_STEPS = [
    {"attributes": {"email_address": {"second_factors": ["email_link"]}}},
    {
        "attributes": {"email_address": {"first_factors": EITHER}},
        "sign_in": {"trusts_known_devices_only": True},
    },
]


@pytest.mark.parametrize("asked", SECOND_STEPS, ids=["second factor", "new device"])
async def test_a_link_is_the_second_step_too(world, visitor, visitors, asked):
    await second_step(world, visitor, **asked)
    await visitor.open("sign-in/second/ways", redirect_url="http://app.test/orders")
    page = await visitor.send("sign-in/second/ways", {"strategy": "email_link"})
    assert page.path == "sign-in/second/link"
    assert f"We sent a link to {ANN}. Open it in this browser." in page.text
    asked = next(link for link in page.read.links if "opened=true" in link)
    assert "has not been opened yet" in (await visitor._go(asked)).text
    stranger = await follow(visitors(), await newest_link(world))
    assert stranger.status == 422
    page = await follow(visitor, await newest_link(world))
    assert page.path == "continue"
    assert 'href="http://app.test/orders"' in page.html
    assert ANN in (await visitor.open("profile")).text
