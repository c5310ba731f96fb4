"""Sign-ups that were begun before an instance was closed to those who were not invited."""

import pytest

from charter.core.external_accounts import callback
from charter.core.links import operations as links
from charter.core.links.model import LinkStatus
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.model import (
    GivenFields,
    SignUpByWaitlist,
    SignUpRestricted,
    SignUpStatus,
)
from tests.core.sign_ups.test_tickets import coming, invited
from tests.elsewhere import add, begin_sign_up
from tests.flows import Tab
from tests.sent import sent

ADDRESS = "new@example.com"
PASSWORD = "correct horse battery staple"  # of a guest in a test


def closed(world, mode="restricted"):
    return world.configure(sign_up={"mode": mode})


async def begun(tab, strategy, **asked):
    """A sign-up that waits for its address to be proven; its id, and what was mailed."""
    given = GivenFields(email_address=ADDRESS, password=PASSWORD)
    sign_up_id = (await tab.call(sign_ups.create, given=given)).view.sign_up.id
    await tab.call(sign_ups.prepare_verification, sign_up_id=sign_up_id, strategy=strategy, **asked)
    return sign_up_id, (await sent(tab.world, ADDRESS))[-1]


async def users_of(world):
    return await world.sql("SELECT 1 FROM users WHERE instance_id = $1", world.instance_id)


@pytest.mark.parametrize(
    ("mode", "refusal"), [("restricted", SignUpRestricted), ("waitlist", SignUpByWaitlist)]
)
async def test_the_last_step_is_refused(world, mode, refusal):
    tab = Tab(world)
    sign_up_id, mail = await begun(tab, "email_code")
    await closed(world, mode)
    with pytest.raises(refusal):
        await tab.call(
            sign_ups.attempt_verification,
            sign_up_id=sign_up_id,
            strategy="email_code",
            code=mail.code,
        )
    assert not await users_of(world)


async def test_a_link_fails(world):
    await world.configure(attributes={"email_address": {"verifications": ["email_link"]}})
    tab = Tab(world)
    _, mail = await begun(tab, "email_link", redirect_url="http://app.test/verify")
    await closed(world)
    followed = await tab.call(links.follow, token=mail.links[0].partition("token=")[2])
    assert followed.status is LinkStatus.FAILED
    assert not await users_of(world)


async def test_who_comes_back_from_a_provider_is_told_by_the_flow(world, provider):
    await add(world, provider)
    tab = Tab(world)
    asked = await begin_sign_up(tab)
    await closed(world)
    await tab.call(callback.answer, **await provider.visit(asked.external_check.redirect_url))
    found = (await tab.call(sign_ups.get, sign_up_id=asked.id)).sign_up
    assert found.external_check.error["code"] == SignUpRestricted.code
    assert not await users_of(world)


async def test_who_was_invited_goes_on(world):
    _, ticket = await invited(world)
    tab = Tab(world)
    waiting = (await coming(tab, ticket, password=None)).view.sign_up
    await closed(world)
    given = GivenFields(password=PASSWORD)
    done = await tab.call(sign_ups.update, sign_up_id=waiting.id, given=given)
    assert done.view.sign_up.status is SignUpStatus.COMPLETE
