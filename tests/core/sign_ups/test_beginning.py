"""What the beginning of a sign-up has to bring, as the instance says."""

import dataclasses

import pytest

from charter.core.instances import changing
from charter.core.instances.patches import InstancePatch, ProtectionPatch
from charter.core.limits.limiting import TooManyAttempts
from charter.core.passwords.errors import PasswordCommon
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.admitting import CaptchaMissing
from charter.core.sign_ups.model import GivenFields
from charter.kernel.errors import MissingInput
from tests.flows import Tab
from tests.world import all_at_once

ADDRESS, PASSWORD = "new+clerk_test@example.com", "a long pass phrase of mine"


def begin(world, platform=None, **fields):
    return Tab(world).call(sign_ups.create, given=GivenFields(**fields), platform=platform)


async def test_all_that_is_required_is_given_at_once_where_nothing_comes_later(world):
    await world.patch("/beta_features/instance_settings", {"progressive_sign_up": False})
    await world.configure(sign_up={"requires_legal_consent": True, "requires_custom_action": True})
    for fields, missing in (
        ({}, "email_address"),
        ({"email_address": ADDRESS}, "password"),
        ({"email_address": ADDRESS, "password": PASSWORD}, "legal_accepted"),
    ):
        with pytest.raises(MissingInput) as refused:
            await begin(world, **fields)
        assert refused.value.parameter == missing
    whole = {"email_address": ADDRESS, "password": PASSWORD, "legal_accepted": True}
    assert (await begin(world, **whole)).view.requirements.missing == ("custom_action",)


async def test_step_by_step_a_beginning_may_bring_nothing(world):
    assert (await begin(world)).view.requirements.missing == ("email_address", "password")


class Breached:
    """A service that knows every password."""

    async def is_known(self, _password):
        return True


async def test_breached_passwords_are_refused_where_the_instance_looks_them_up(world):
    platform = dataclasses.replace(world.platform, breaches=Breached())
    fields = {"email_address": ADDRESS, "password": PASSWORD}
    with pytest.raises(PasswordCommon):
        await begin(world, platform, **fields)
    await world.call(None, changing.update, patch=InstancePatch(checks_breaches=False))
    assert await begin(world, platform, **fields)


class OnlyGood:
    """A service that lets nobody through."""

    script_url = "https://captcha.test/script.js"

    async def is_person(self, _token, _address):
        return False


async def test_the_check_of_browsers_can_be_turned_off_and_on(world):
    platform = dataclasses.replace(world.platform, captcha=OnlyGood())
    await world.configure(sign_up={"captcha_site_key": "site"})
    with pytest.raises(CaptchaMissing):
        await begin(world, platform, email_address=ADDRESS)
    patch = ProtectionPatch(checks_browsers=False)
    await world.call(None, changing.update_protection, patch=patch)
    assert await begin(world, platform, email_address=ADDRESS)
    patch = ProtectionPatch(checks_browsers=True)
    await world.call(None, changing.update_protection, patch=patch)
    with pytest.raises(CaptchaMissing):
        await begin(world, platform, email_address=ADDRESS)


@pytest.mark.security("M1")
async def test_rules_against_machines_count_what_one_address_begins(world):
    for _ in range(35):
        await begin(world)
    await world.patch("/instance/protect", {"rules_enabled": True})
    begun = await all_at_once(*(begin(world) for _ in range(35)))
    assert sum(isinstance(each, TooManyAttempts) for each in begun) == 5
    await world.patch("/instance/protect", {"rules_enabled": False})
    assert await begin(world)


@pytest.mark.parametrize(
    ("switch", "refused"),
    [
        ("block_email_subaddresses", "new+shop@example.com"),
        ("block_disposable_email_domains", "new@mailinator.com"),
    ],
)
async def test_addresses_are_refused_as_the_restrictions_say(world, switch, refused):
    browser = world.browser()
    for is_on, status in ((True, 403), (False, 200)):
        await world.patch("/instance/restrictions", {switch: is_on})
        answer = await browser.post("/client/sign_ups", {"email_address": refused})
        assert answer.status_code == status, answer.text
    await browser.close()


async def test_only_who_is_listed_signs_up_where_it_is_restricted_to_the_list(world):
    browser = world.browser()
    path = "/beta_features/instance_settings"
    for is_on, status in ((True, 403), (False, 200)):
        await world.patch(path, {"restricted_to_allowlist": is_on})
        answer = await browser.post("/client/sign_ups", {"email_address": "new@example.com"})
        assert answer.status_code == status, answer.text
    await browser.close()


async def test_test_addresses_take_a_code_only_in_test_mode(world):
    browser = world.browser()
    for is_on, status in ((True, 200), (False, 422)):
        await world.patch("/instance", {"test_mode": is_on})
        begun = await browser.post("/client/sign_ups", {"email_address": ADDRESS})
        path = f"/client/sign_ups/{begun.json()['response']['id']}"
        await browser.post(path + "/prepare_verification", {"strategy": "email_code"})
        form = {"strategy": "email_code", "code": "424242"}
        answer = await browser.post(path + "/attempt_verification", form)
        assert answer.status_code == status, answer.text
    await browser.close()
