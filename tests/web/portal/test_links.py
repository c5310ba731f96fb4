"""Links in mail that sign in, sign up and prove an address, by forms alone."""

import pytest

from tests.web.portal.mailed_links import follow, newest_link

ANN = "ann@example.com"
PASSWORD = "correct horse battery"
LINKS = {"first_factors": ["email_link"], "verifications": ["email_link"]}
EITHER = ["email_code", "email_link"]
BOTH = {"first_factors": EITHER, "verifications": EITHER}


@pytest.fixture
async def links(world):
    """An instance that proves by links, and knows no passwords."""
    await world.configure(
        attributes={"email_address": LINKS, "password": {"is_enabled": False, "is_required": False}}
    )


async def ask(visitor, **query):
    """A sign-in that waits for the link it had sent."""
    await visitor.open("sign-in", **query)
    await visitor.send(identifier=ANN)
    await visitor.open("sign-in/ways", **query)
    return await visitor.send("sign-in/ways", {"strategy": "email_link"})


async def test_a_link_signs_in_and_leads_on_to_where_the_person_came_from(world, visitor, links):
    await world.user("ann")
    page = await ask(visitor, redirect_url="http://app.test/orders")
    assert page.path == "sign-in/link"
    assert f"We sent a link to {ANN}. Open it in this browser." in page.text
    page = await follow(visitor, await newest_link(world))
    assert page.path == "continue"
    assert 'href="http://app.test/orders"' in page.html
    assert ANN in (await visitor.open("profile")).text


async def test_the_page_that_waits_says_that_nothing_has_happened_and_goes_on_when_it_has(
    world, visitor, links
):
    await world.user("ann")
    await ask(visitor, next="profile")
    asked = next(link for link in visitor.now.read.links if "opened=true" in link)
    page = await visitor._go(asked)
    assert page.path == "sign-in/link"
    assert "has not been opened yet" in page.text
    await follow(visitor, await newest_link(world))
    assert (await visitor._go(asked)).path == "profile"


async def test_another_link_can_be_sent_and_ends_the_one_before(world, visitor, links):
    await world.user("ann")
    await ask(visitor)
    first = await newest_link(world)
    page = await visitor.send("sign-in/ways")
    assert page.path == "sign-in/link"
    assert "A link is on its way." in page.text
    page = await follow(visitor, first)
    assert page.status == 422
    assert "does not work any more" in page.text
    page = await visitor._go(next(link for link in page.read.links if "sign-in/link" in link))
    assert "We sent a link" in page.text
    assert (await follow(visitor, await newest_link(world))).path == "continue"


@pytest.mark.security("C10")
async def test_in_another_browser_a_link_lets_nobody_in_and_says_where_to_open_it(
    world, visitor, visitors, links
):
    await world.user("ann")
    await ask(visitor)
    other = visitors()
    page = await follow(other, await newest_link(world))
    assert page.status == 422
    assert "another browser" in page.text
    assert (await other.open("profile")).path == "sign-in"
    assert (await follow(visitor, await newest_link(world))).path == "continue"


async def test_a_link_that_is_too_old_is_told_and_a_new_one_can_be_sent(world, visitor, links):
    await world.user("ann")
    await ask(visitor)
    old = await newest_link(world)
    await world.sql(
        "UPDATE grants SET expires_at = expires_at - interval '16 minutes'"
        " WHERE instance_id = $1 AND purpose = 'check_link'",
        world.instance_id,
    )
    page = await follow(visitor, old)
    assert "too old" in page.text
    page = await visitor._go(next(link for link in page.read.links if "sign-in/link" in link))
    await visitor.send("sign-in/ways")
    assert (await follow(visitor, await newest_link(world))).path == "continue"


async def test_the_page_that_waits_offers_a_new_link_when_its_own_has_expired(
    world, visitor, links
):
    await world.user("ann")
    page = await ask(visitor)
    assert "data-wait=" in page.html
    await world.sql(
        "UPDATE sign_ins SET first_check ="
        " jsonb_set(first_check::jsonb, '{expires_at}', to_jsonb($2::text))"
        " WHERE instance_id = $1 RETURNING id",
        world.instance_id,
        "2020-01-01T00:00:00+00:00",
    )
    page = await visitor.open("sign-in/link")
    assert "No link of ours works any more" in page.text
    assert "data-wait=" not in page.html
    assert "on its way" in (await visitor.send("sign-in/ways")).text


async def test_where_a_second_factor_has_to_be_set_up_the_link_leads_to_that(world, visitor, links):
    await world.configure(sign_in={"requires_second_factor": True})
    await world.user("ann")
    await ask(visitor)
    page = await follow(visitor, await newest_link(world))
    assert page.path == "profile/security"


async def test_another_way_can_be_chosen_while_a_link_is_waited_for(world, visitor):
    await world.configure(attributes={"email_address": BOTH})
    await world.user("ann", password=PASSWORD)
    page = await ask(visitor)
    assert any(link.endswith("/sign-in/ways") for link in page.read.links)
    assert (await visitor.open("sign-in/code")).path == "sign-in/link"
    await visitor.open("sign-in/ways")
    assert (await visitor.send("sign-in/ways", {"strategy": "email_code"})).path == "sign-in/code"
    assert (await visitor.open("sign-in/link")).path == "sign-in/password"


async def test_a_newcomer_proves_their_address_by_a_link(world, visitor, links):
    await visitor.open("sign-up", next="profile")
    page = await visitor.send("sign-up", email_address=ANN)
    assert page.path == "sign-up/link"
    assert ANN in page.text
    page = await visitor.send("sign-up/send")
    assert page.path == "sign-up/link"
    assert "A link is on its way." in page.text
    page = await follow(visitor, await newest_link(world))
    assert page.path == "profile"
    assert ANN in page.text


async def test_a_newcomer_may_have_a_link_instead_of_a_code_and_back(world, visitor):
    await world.configure(attributes={"email_address": BOTH})
    await visitor.open("sign-up")
    page = await visitor.send("sign-up", email_address=ANN, password=PASSWORD)
    assert page.path == "sign-up/code"
    page = await visitor.send("sign-up/send", {"strategy": "email_link"})
    assert page.path == "sign-up/link"
    assert (await visitor.open("sign-up/code")).path == "sign-up/link"
    page = await visitor.send("sign-up/send", {"strategy": "email_code"})
    assert page.path == "sign-up/code"
    await visitor.send("sign-up/send", {"strategy": "email_link"})
    assert (await follow(visitor, await newest_link(world))).path == "continue"


async def test_a_ticket_is_not_kept_in_the_address_that_a_link_leads_back_to(world, visitor, links):
    await visitor.open("sign-up", __clerk_ticket="a.secret.ticket", redirect_url="http://app.test/")
    await visitor.open("sign-up", redirect_url="http://app.test/")
    await visitor.send("sign-up", email_address=ANN)
    page = await visitor.open(
        "sign-up/link", __clerk_ticket="a.secret.ticket", redirect_url="http://app.test/"
    )
    await visitor.send("sign-up/send")
    rows = await world.sql(
        "SELECT facts::text FROM grants WHERE instance_id = $1 AND purpose = 'check_link'",
        world.instance_id,
    )
    assert page.path == "sign-up/link"
    assert len(rows) == 2
    assert all("sign-up/link/opened" in row["facts"] for row in rows)
    assert not any("a.secret.ticket" in row["facts"] for row in rows)


async def test_somebody_s_own_address_is_proven_by_a_link(world, visitor):
    await world.configure(attributes={"email_address": {"verifications": ["email_link"]}})
    await world.user("ann", password=PASSWORD)
    await visitor.sign_in(ANN, PASSWORD)
    page = await visitor.open("profile/email/new")
    assert "We send a link there" in page.text
    page = await visitor.send(email_address="anna@example.com")
    assert page.path.endswith("/link")
    assert "anna@example.com" in page.text
    waiting = visitor.now.path
    await visitor.send(waiting)
    page = await follow(visitor, await newest_link(world, "anna@example.com"))
    assert page.path == "profile"
    assert "Confirmed." in page.text
    assert "Not confirmed" not in page.text
    assert (await visitor.open(waiting)).path == "profile"


async def test_somebody_s_own_address_may_be_proven_by_either(world, visitor):
    await world.configure(attributes={"email_address": {"verifications": EITHER}})
    await world.user("ann", password=PASSWORD)
    await visitor.sign_in(ANN, PASSWORD)
    await visitor.open("profile/email/new")
    page = await visitor.send(email_address="anna+clerk_test@example.com")
    assert page.path.endswith("/code")
    page = await visitor.send("/code", {"strategy": "email_link"})
    assert page.path.endswith("/link")
    page = await visitor.send("/link", {"strategy": "email_code"})
    assert page.path.endswith("/code")
    assert (await visitor.send(code="424242")).path == "profile"


@pytest.mark.parametrize("strategy", ["email_link", "phone_code", "nonsense"])
async def test_a_proof_that_is_not_open_is_refused(world, visitor, strategy):
    await world.user("ann", password=PASSWORD)
    await visitor.sign_in(ANN, PASSWORD)
    await visitor.open("profile/email/new")
    await visitor.send(email_address="anna@example.com")
    page = await visitor.send("/code", {"strategy": "email_code"}, strategy=strategy)
    assert page.status == 422
    assert "cannot be used now" in page.text


async def test_no_link_goes_to_a_number(world, visitor):
    await world.configure(attributes={"phone_number": {"is_enabled": True}})
    await world.user("ann", password=PASSWORD)
    await visitor.sign_in(ANN, PASSWORD)
    await visitor.open("profile/phone/new")
    await visitor.send(phone_number="+12015550100")
    assert (
        await visitor.send("/code", {"strategy": "phone_code"}, strategy="email_link")
    ).status == 422


async def test_in_another_browser_the_link_of_an_own_address_says_where_to_open_it(
    world, visitor, visitors
):
    await world.configure(attributes={"email_address": {"verifications": ["email_link"]}})
    await world.user("ann", password=PASSWORD)
    await visitor.sign_in(ANN, PASSWORD)
    await visitor.open("profile/email/new")
    await visitor.send(email_address="anna@example.com")
    page = await follow(visitors(), await newest_link(world, "anna@example.com"))
    assert "another browser" in page.text


@pytest.mark.parametrize(
    ("path", "beginning"),
    [
        ("sign-in/link", "sign-in"),
        ("sign-in/link/opened", "sign-in"),
        ("sign-up/link", "sign-up"),
        ("sign-up/link/opened", "sign-up"),
        ("profile/email/opened", "sign-in"),
    ],
)
async def test_pages_of_links_lead_to_the_beginning_when_none_is_waited_for(
    visitor, path, beginning
):
    assert (await visitor.open(path)).path == beginning
    assert (await visitor.open(path, __clerk_status="verified")).path == beginning
    assert (await visitor.open(path, __clerk_status="<nonsense>")).path == beginning


@pytest.mark.parametrize("path", ["sign-in/link", "sign-up/link", "profile/email"])
async def test_what_became_of_a_link_is_told_in_every_language_and_not_handed_on(visitor, path):
    page = await visitor.open(f"{path}/opened", __clerk_status="client_mismatch", locale="de")
    assert "anderen Browser" in page.text
    onward = page.read.links[1]
    assert "locale=de" in onward
    assert "__clerk_status" not in onward
