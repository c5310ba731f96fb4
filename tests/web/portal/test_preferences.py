"""What our pages ask for first, and where they lead, as the owner of the instance says."""

import pytest

ANN, PASSWORD = "ann+clerk_test@example.com", "correct horse battery"
PREFERENCE = "preferred_sign_in_strategy_when_password_required"


@pytest.fixture
async def ann(world):
    return await world.user("ann", email=ANN, password=PASSWORD)


async def begin(visitor, identifier=ANN):
    await visitor.open("sign-in")
    return await visitor.send(identifier=identifier)


async def test_a_code_is_offered_before_the_password_where_it_is_preferred(world, visitor, ann):
    assert (await begin(visitor)).path == "sign-in/password"
    await world.patch("/instance", {PREFERENCE: "otp"})
    page = await begin(visitor)
    assert page.path == "sign-in/ways"
    assert (await visitor.open("sign-in/password")).path == "sign-in/password"
    assert (await visitor.send(password=PASSWORD)).path == "continue"
    await world.patch("/instance", {PREFERENCE: ""})
    assert ann


async def test_who_has_no_other_way_is_asked_for_the_password(world, visitor):
    await world.user("cleo", email=None, username="cleopatra", password=PASSWORD)
    await world.configure(attributes={"username": {"is_enabled": True}})
    await world.patch("/instance", {PREFERENCE: "otp"})
    assert (await begin(visitor, "cleopatra")).path == "sign-in/password"


async def test_the_pages_lead_on_to_where_the_app_runs_in_development(world, visitor, ann):
    await world.patch("/instance", {"development_origin": "http://localhost:4321"})
    await begin(visitor)
    page = await visitor.send(password=PASSWORD)
    assert page.path == "continue"
    assert "http://localhost:4321" in page.html
    assert ann
