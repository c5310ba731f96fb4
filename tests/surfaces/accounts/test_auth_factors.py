"""Second factors, locks and limits at the Accounts door."""

import pytest

from charter.core.instances.model import Environment
from charter.core.users import restrictions
from tests.browsing import PASSWORD
from tests.factors import backup_codes, code_at, with_totp
from tests.signing_in import page_of
from tests.surfaces.accounts.asking import refused
from tests.world import all_at_once, header, new_world


@pytest.fixture
async def page(world):
    return await page_of(world)


async def test_a_password_alone_does_not_do_for_who_has_a_second_factor(world, page):
    await with_totp(world, "ann")
    assert refused(await page.sign_in("ann")) == (401, "second_factor_required")
    assert refused(await page.sign_in("ann", code="000000")) == (401, "second_factor_wrong")
    # Of the password, which was right, none of these was a failed try.
    assert (await world.user("ann")).failed_attempts == 0
    assert (await world.get("/sessions", params={"user_id": world.people["ann"]})).json() == []
    wrong = await page.sign_in("ann", "not it", code=code_at(world.platform))
    assert refused(wrong) == (401, "credentials_wrong")
    right = await page.sign_in("ann", code=code_at(world.platform))
    assert right.status_code == 200, right.text


@pytest.mark.security("B3")
async def test_a_code_of_an_app_works_once(world, page):
    await with_totp(world, "ann")
    code = code_at(world.platform)
    answers = await all_at_once(*(page.sign_in("ann", code=code) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [200, 401, 401, 401]


async def test_a_backup_code_takes_its_place_once(world, page):
    await with_totp(world, "ann")
    code = (await backup_codes(world, "ann"))[0]
    assert (await page.sign_in("ann", code=code)).status_code == 200
    assert refused(await page.sign_in("ann", code=code)) == (401, "second_factor_wrong")


@pytest.mark.security("A7")
async def test_codes_are_not_guessed_without_an_end(world, page):
    await with_totp(world, "ann")
    answers = [await page.sign_in("ann", code="000000") for _ in range(20)]
    assert refused(answers[-1]) == (403, "user_locked")
    late = await page.sign_in("ann", code=code_at(world.platform))
    assert refused(late) == (403, "user_locked")


async def test_a_locked_person_is_told_what_a_stranger_is(world, page):
    await world.user("ann", password=PASSWORD)
    await world.configure(lockout_attempts=3)
    for _ in range(4):
        assert refused(await page.sign_in("ann", "not it")) == (401, "credentials_wrong")
    assert refused(await page.sign_in("ann")) == (401, "credentials_wrong")
    await world.call(None, restrictions.unlock, user_id="ann")
    assert (await page.sign_in("ann")).status_code == 200


async def test_who_has_to_set_up_a_second_factor_gets_no_tokens(world, page):
    await world.user("ann", password=PASSWORD)
    await world.configure(sign_in={"requires_second_factor": True})
    assert refused(await page.sign_in("ann")) == (403, "sign_in_unfinished")
    assert (await world.get("/sessions", params={"user_id": world.people["ann"]})).json() == []


async def test_a_new_device_needs_more_than_a_password_where_that_is_asked(world, page):
    await world.user("ann", password=PASSWORD)
    await world.configure(sign_in={"trusts_known_devices_only": True})
    assert refused(await page.sign_in("ann")) == (401, "device_unknown")


async def test_a_person_whom_the_lists_keep_out_does_not_get_in(world, page):
    await world.user("ann", password=PASSWORD)
    await world.post("/blocklist_identifiers", {"identifier": "ann@example.com"})
    await world.configure(restrictions={"has_blocklist": True})
    assert refused(await page.sign_in("ann")) == (403, "identifier_not_allowed")


async def test_tries_are_limited_by_address_and_by_email(platform, app):
    world = await new_world(platform, app, Environment.PRODUCTION)
    page = await page_of(world)
    await world.user("ann", password=PASSWORD)
    tries = [await page.sign_in("ann", "not it") for _ in range(6)]
    assert [each.status_code for each in tries] == [401] * 5 + [429]
    assert refused(tries[-1]) == (429, "rate_limited")
    assert int(header(tries[-1], "retry-after") or 0) in range(1, 62)
    unknown = [await page.sign_in("nobody", "not it") for _ in range(5)]
    # The tenth from here was the fourth about nobody.
    assert [each.status_code for each in unknown] == [401] * 4 + [429]
    await world.close()
