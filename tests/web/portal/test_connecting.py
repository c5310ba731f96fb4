"""Letting a device in, by forms alone."""

import pytest

from charter.core.account_clients.model import DEVICE_CODE, AuthMethod
from tests.logging_in import app_client, posted, shown_as

ANN = "ann+clerk_test@example.com"
PASSWORD = "correct horse battery"
PAGE = "connect-device"


@pytest.fixture
async def tv(world):
    return await app_client(
        world,
        name="Telly",
        auth_method=AuthMethod.NONE,
        grant_types=[DEVICE_CODE],
        default_scope="openid files:read",
    )


async def started(world, tv):
    return (await posted(world, "/device_authorization", **shown_as(tv))).json()


async def asked(world, tv, begun):
    form = {"grant_type": DEVICE_CODE, "device_code": begun["device_code"], **shown_as(tv)}
    return (await posted(world, "/token", **form)).json()


@pytest.mark.security("E9")
@pytest.mark.parametrize("decision", ["allow", "deny"])
async def test_who_types_the_code_sees_which_device_it_is_and_decides(world, visitor, tv, decision):
    await world.user("ann", email=ANN, password=PASSWORD)
    begun = await started(world, tv)
    page = await visitor.open(PAGE, user_code=begun["user_code"])
    assert page.path == "sign-in"
    await visitor.sign_in(ANN, PASSWORD)
    page = await visitor.open(PAGE, user_code=begun["user_code"])
    # The address alone decides nothing: the person sends the code.
    assert "Telly" not in page.text
    page = await visitor.send(PAGE, do="look")
    for text in ("Telly", "files:read", begun["user_code"]):
        assert text in page.text, text
    page = await visitor.send(PAGE, do=decision)
    assert page.response.status_code == 200
    answer = await asked(world, tv, begun)
    if decision == "allow":
        assert answer["access_token"]
    else:
        assert answer["error"] == "access_denied"


async def test_a_code_that_is_none_is_told_so(world, visitor, tv):
    await world.user("ann", email=ANN, password=PASSWORD)
    await visitor.sign_in(ANN, PASSWORD)
    await visitor.open(PAGE)
    page = await visitor.send(PAGE, user_code="nothing", do="look")
    assert "No device shows this code" in page.text
