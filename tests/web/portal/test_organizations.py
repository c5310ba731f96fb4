"""Keeping an organization by forms alone."""

import pytest

from charter.core.organization_invitations import operations as invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation

ANN, BEN = "ann+clerk_test@example.com", "ben+clerk_test@example.com"
PASSWORD = "correct horse battery"


@pytest.fixture
async def acme(world, visitor):
    """Acme with Ann, who works in it, as its admin and Ben as a member."""
    await world.user("ann", email=ANN, password=PASSWORD)
    await world.user("ben", email=BEN, password=PASSWORD)
    made = await world.organization(owner="ann")
    await world.member(made, "ben")
    await visitor.sign_in(ANN, PASSWORD)
    await visitor.open("organizations")
    page = await visitor.send(holding={"organization_id": made.id})
    assert page.path == "organization"
    return made


async def members(world, organization):
    rows = await world.sql(
        "SELECT user_id FROM memberships WHERE organization_id = $1", organization.id
    )
    return {row["user_id"] for row in rows}


async def test_an_organization_is_made_and_worked_in(world, visitor):
    await world.user("ann", email=ANN, password=PASSWORD)
    await visitor.sign_in(ANN, PASSWORD)
    await visitor.open("organizations/new")
    assert (await visitor.send(name=" ")).error_at("name") == "Please fill this in."
    page = await visitor.send(name="Blue Harbour")
    assert page.path == "organization"
    assert "Blue Harbour" in page.text


async def test_who_has_to_choose_an_organization_is_led_to_it(world, visitor, change_settings):
    await world.user("ann", email=ANN, password=PASSWORD)
    made = await world.organization(owner="ann")
    await change_settings(organizations={"are_required": True})
    page = await visitor.sign_in(ANN, PASSWORD)
    assert page.path == "organizations"
    page = await visitor.send(holding={"organization_id": made.id})
    assert page.path == "continue"


async def test_a_name_is_changed(visitor, acme):
    page = await visitor.send("organization/name", name="Acme & Sons")
    assert "Saved." in page.text
    assert "<h1>Acme &amp; Sons</h1>" in page.html
    page = await visitor.send("organization/name", name="")
    assert page.error_at("name") == "Please fill this in."


async def test_a_member_gets_another_role_and_is_removed(world, visitor, acme):
    await visitor.open("organization/members")
    ben = world.people["ben"]
    page = await visitor.send("organization/members", {"user_id": ben}, role="org:viewer")
    assert "Saved." in page.text
    assert page.form("organization/members", user_id=ben).values["role"] == "org:viewer"
    page = await visitor.send("organization/members", {"user_id": ben, "do": "remove"})
    assert ben not in await members(world, acme)


async def test_an_invitation_is_sent_and_taken_back(visitor, acme):
    await visitor.open("organization/invitations")
    page = await visitor.send("organization/invitations", email_address="no address")
    assert page.error_at("email_address") is not None
    page = await visitor.send("organization/invitations", email_address="cho@example.com")
    assert "on its way" in page.text
    page = await visitor.send("organization/invitations", email_address="cho@example.com")
    assert "already" in page.error_at("email_address")
    page = await visitor.send("organization/invitations/revoke")
    assert "taken back" in page.text


async def test_the_last_admin_cannot_leave(visitor, acme):
    page = await visitor.send("organization/leave")
    assert page.status == 409
    assert "at least one admin" in page.text


async def test_an_organization_is_deleted_by_who_types_its_name(world, visitor, acme):
    page = await visitor.send("organization/delete", confirm_name="Acne")
    assert "not the name" in page.error_at("confirm_name")
    page = await visitor.send("organization/delete", confirm_name="Acme")
    assert page.path == "organizations"
    assert await members(world, acme) == set()


async def test_what_is_wrong_with_a_row_is_told_above_the_list(world, visitor, visitors, acme):
    cho = await world.user("cho", email="cho+clerk_test@example.com", password=PASSWORD)
    await world.member(acme, "cho", "org:manager")
    other = visitors()
    await other.sign_in("cho+clerk_test@example.com", PASSWORD)
    await other.open("organizations")
    await other.send(holding={"organization_id": acme.id})
    await other.open("organization/members")
    page = await other.send(
        "organization/members", {"user_id": world.people["ann"], "do": "remove"}
    )
    assert page.status == 403
    assert "above yours" in page.text
    assert cho.id in await members(world, acme)


@pytest.mark.security("G2")
async def test_a_member_is_not_offered_and_not_allowed_what_an_admin_is(world, visitors, acme):
    ben = visitors()
    await ben.sign_in(BEN, PASSWORD)
    await ben.open("organizations")
    page = await ben.send(holding={"organization_id": acme.id})
    paths = {form.action.partition("?")[0].removeprefix(ben.base + "/") for form in page.read.forms}
    assert paths == {"sign-out", "organization/leave"}
    token = page.form("organization/leave").values["form_token"]
    for path, fields in (
        ("organization/name", {"name": "Ben's"}),
        ("organization/members", {"user_id": world.people["ann"], "do": "remove"}),
        ("organization/invitations", {"email_address": "cho@example.com", "role": "org:admin"}),
        ("organization/delete", {"confirm_name": "Acme"}),
    ):
        response = await ben.client.post(
            f"{ben.base}/{path}",
            data={"form_token": token, **fields},
            headers={"origin": "http://api.test", "sec-fetch-site": "same-origin"},
        )
        assert response.status_code == 403, path
    assert world.people["ann"] in await members(world, acme)


@pytest.mark.security("G1")
async def test_another_organization_is_as_if_it_were_not(world, visitor, acme):
    await world.user("cho")
    other = await world.organization("Other", owner="cho")
    await visitor.open("organizations")
    form = visitor.now.form(organization_id=acme.id)
    response = await visitor.client.post(
        form.action,
        data={**form.values, "organization_id": other.id},
        headers={"origin": "http://api.test", "sec-fetch-site": "same-origin"},
    )
    assert response.status_code == 404
    assert "Other" not in response.text


async def test_who_is_invited_joins_from_the_list(world, visitors, acme):
    await world.user("cho", email="cho+clerk_test@example.com", password=PASSWORD)
    await invite(world, acme, "cho+clerk_test@example.com")
    cho = visitors()
    await cho.sign_in("cho+clerk_test@example.com", PASSWORD)
    await cho.open("organizations")
    page = await cho.send("organizations/join")
    assert page.path == "organization"
    assert world.people["cho"] in await members(world, acme)


async def test_an_invitation_of_a_stranger_leads_to_an_account_and_the_organization(
    world, visitors, acme
):
    ticket = await invite(world, acme, "dee+clerk_test@example.com")
    dee = visitors()
    page = await dee.open("invitation", __clerk_ticket=ticket, __clerk_status="sign_up")
    assert "Create an account" in page.text
    await dee._go(next(link for link in page.read.links if "/sign-up" in link))
    page = await dee.send("sign-up", password=PASSWORD)
    assert page.path == "continue"
    assert len(await members(world, acme)) == 3


@pytest.mark.security("J2")
async def test_opening_an_invitation_spends_nothing(world, visitors, acme):
    await world.user("cho", email="cho+clerk_test@example.com", password=PASSWORD)
    ticket = await invite(world, acme, "cho+clerk_test@example.com")
    cho = visitors()
    for _ in range(3):
        page = await cho.open("invitation", __clerk_ticket=ticket, __clerk_status="sign_in")
        assert page.status == 200
    assert world.people["cho"] not in await members(world, acme)
    page = await cho.send("invitation", {"do": "sign_in"})
    assert page.path in ("continue", "organization")
    assert world.people["cho"] in await members(world, acme)


async def invite(world, organization, address):
    """The ticket of an invitation."""
    made = await world.call(
        None,
        invitations.create,
        organization_id=organization.id,
        invitation=NewOrganizationInvitation(email_address=address, role="org:member"),
    )
    return made.url.partition("ticket=")[2].partition("&")[0]
