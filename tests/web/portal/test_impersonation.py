"""Acting as a user on the pages under /account."""

import pytest


async def act_as_ann(world, visitor, name):
    """Open the link of an actor token; the token."""
    ann = await world.user("ann", first_name="Ann", last_name="Lindqvist")
    body = {"user_id": ann.id, "actor": {"sub": name}}
    made = (await world.post("/actor_tokens", body)).json()
    await visitor.open("invitation", __clerk_ticket=made["token"])
    await visitor.send("invitation", {"do": "sign_in"})
    return made["token"]


async def test_who_acts_as_a_user_is_told_so_in_their_account(world, visitor):
    await act_as_ann(world, visitor, "<b>zoë</b>")
    for path in ("profile", "profile/security"):
        page = await visitor.open(path)
        assert "You act as Ann Lindqvist. In the records you are <b>zoë</b>." in page.text
        assert "<b>zoë" not in page.html


async def test_who_acts_for_themselves_is_told_nothing_of_it(world, visitor):
    await world.user("ann", password="correct horse battery")
    await visitor.sign_in("ann@example.com", "correct horse battery")
    assert "You act as" not in (await visitor.open("profile")).text


@pytest.mark.security("C9")
async def test_what_they_do_is_written_down_with_their_name(world, visitor):
    await act_as_ann(world, visitor, "zoë")
    await visitor.open("profile")
    await visitor.send("profile/names", first_name="Anna")
    assert (await world.events("user.updated"))[-1]["actor"]["impersonator"] == "zoë"


@pytest.mark.security("C9")
async def test_they_set_up_no_second_factor(world, visitor):
    await act_as_ann(world, visitor, "zoë")
    await visitor.open("profile/security")
    assert (await visitor.send("profile/app")).status == 403


async def test_a_link_that_was_used_says_so(world, visitor, visitors):
    token = await act_as_ann(world, visitor, "zoë")
    other = visitors()
    await other.open("invitation", __clerk_ticket=token)
    page = await other.send("invitation", {"do": "sign_in"})
    assert "This link was used already." in page.text
