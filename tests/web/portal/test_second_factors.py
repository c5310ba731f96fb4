"""Setting up a second factor on the pages, and signing in with it."""

import re
from datetime import timedelta

import pyotp
import pytest

ANN = "ann+clerk_test@example.com"
PASSWORD = "correct horse battery"


@pytest.fixture
async def enrolled(world, visitor):
    """Ann's authenticator app, and her backup codes."""
    await world.user("ann", email=ANN, password=PASSWORD)
    await visitor.sign_in(ANN, PASSWORD)
    await visitor.open("profile/security")
    page = await visitor.send("profile/app")
    secret = re.search(r'id="secret">([A-Z2-7]+)<', page.html)[1]
    assert "<svg" in page.html
    app = pyotp.TOTP(secret)
    page = await visitor.send("profile/app/code", code="000000")
    assert "not right" in page.error_at("code")
    assert secret not in page.html
    page = await visitor.send("profile/app/code", code=app.at(world.platform.clock()))
    codes = re.findall(r"<li>([^<\s]+)</li>", page.html.partition('class="codes"')[2])
    assert len(codes) >= 8
    return app, codes


async def test_the_app_is_asked_for_after_the_password(world, visitors, enrolled):
    app, _ = enrolled
    other = visitors()
    page = await other.sign_in(ANN, PASSWORD)
    assert page.path == "sign-in/second"
    assert "not right" in (await other.send(code="000000")).error_at("code")
    # The code of this step is spent already, so the next one is taken.
    page = await other.send(code=app.at(world.platform.clock() + timedelta(seconds=30)))
    assert page.path == "continue"


async def test_a_backup_code_stands_in_for_the_app(visitors, enrolled):
    _, codes = enrolled
    other = visitors()
    await other.sign_in(ANN, PASSWORD)
    page = await other.open("sign-in/second/ways")
    assert "backup code" in page.text
    await other.open("sign-in/second/backup")
    assert (await other.send(code=codes[0])).path == "continue"


@pytest.mark.security("B1")
async def test_before_the_second_factor_no_page_of_the_account_opens(visitors, enrolled):
    other = visitors()
    await other.sign_in(ANN, PASSWORD)
    for path in ("profile", "profile/security", "organizations", "accounts"):
        assert (await other.open(path)).path in ("sign-in", "sign-in/second")


async def test_the_app_is_removed_again(visitor, visitors, enrolled):
    await visitor.open("profile/security")
    page = await visitor.send("profile/app/remove")
    assert "Removed." in page.text
    assert (await visitors().sign_in(ANN, PASSWORD)).path == "continue"


@pytest.mark.security("B2")
async def test_who_has_to_set_up_a_second_factor_is_led_there(world, visitor):
    await world.configure(sign_in={"requires_second_factor": True})
    await world.user("ann", email=ANN, password=PASSWORD)
    assert (await visitor.sign_in(ANN, PASSWORD)).path == "profile/security"
    secret = re.search(r'id="secret">([A-Z2-7]+)<', (await visitor.send("profile/app")).html)[1]
    await visitor.send("profile/app/code", code=pyotp.TOTP(secret).at(world.platform.clock()))
    assert (await visitor.open("continue")).path == "continue"
