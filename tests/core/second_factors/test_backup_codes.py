"""Recovery codes: kept as slow hashes, each used once."""

import pytest

from charter.core.checks.model import CodeIncorrect
from charter.core.second_factors import operations as second_factors
from charter.core.second_factors.model import BackupCodesUnavailable
from charter.core.sign_ins.model import SignInStatus
from charter.core.users import operations as users
from tests.factors import after_password, backup_codes, second, with_totp
from tests.flows import Tab
from tests.sent import sent
from tests.world import all_at_once


async def kept(world):
    return await world.sql(
        "SELECT code_digest FROM backup_codes WHERE instance_id = $1", world.instance_id
    )


@pytest.mark.security("B5")
async def test_codes_are_kept_as_slow_hashes_alone(world):
    await with_totp(world, "ann")
    codes = await backup_codes(world, "ann")
    rows = await world.sql("SELECT t::text AS line FROM backup_codes AS t")
    assert len(codes) == len(await kept(world)) == 10
    assert all(row["code_digest"].startswith("$argon2id$") for row in await kept(world))
    assert not [row for row in rows for code in codes if code in row["line"]]


@pytest.mark.security("B5")
async def test_a_code_works_once(world):
    await with_totp(world, "ann")
    code, *_ = await backup_codes(world, "ann")
    for is_first in (True, False):
        tab = Tab(world)
        sign_in = await after_password(tab, "ann")
        [result] = await all_at_once(second(tab, sign_in, "backup_code", code))
        assert isinstance(result, CodeIncorrect) is not is_first


@pytest.mark.security("B5", "O3")
async def test_of_fifty_uses_at_once_one_gets_in(world):
    await with_totp(world, "ann")
    code, *_ = await backup_codes(world, "ann")
    tabs = [Tab(world) for _ in range(5)]
    waiting = [(tab, await after_password(tab, "ann")) for tab in tabs]
    results = await all_at_once(
        *(second(tab, each, "backup_code", code) for tab, each in waiting * 10)
    )
    assert sum(not isinstance(each, Exception) for each in results) == 1
    assert len(await world.events("session.created")) == 1
    assert len(await kept(world)) == 9


async def test_new_codes_end_those_before_and_are_told(world):
    await with_totp(world, "ann")
    old, *_ = await backup_codes(world, "ann")
    new, *_ = await backup_codes(world, "ann")
    tab = Tab(world)
    sign_in = await after_password(tab, "ann")
    with pytest.raises(CodeIncorrect):
        await second(tab, sign_in, "backup_code", old)
    assert await second(tab, sign_in, "backup_code", new)
    assert "New backup codes were made" in {each.subject for each in await sent(world)}


async def test_imported_codes_work_as_they_were(world):
    await with_totp(world, "ann", backup_codes=["Left-Over 1", "Left-Over 2"])
    tab = Tab(world)
    sign_in = await after_password(tab, "ann")
    with pytest.raises(CodeIncorrect):
        await second(tab, sign_in, "backup_code", "left-over 2")
    done = await second(tab, sign_in, "backup_code", "Left-Over 2")
    assert done.view.sign_in.status is SignInStatus.COMPLETE


@pytest.mark.parametrize("code", ["", "x" * 100_000])
async def test_what_is_no_code_is_refused_without_a_hash(world, code):
    await with_totp(world, "ann", backup_codes=["Left-Over 1"])
    tab = Tab(world)
    sign_in = await after_password(tab, "ann")
    [result] = await all_at_once(second(tab, sign_in, "backup_code", code))
    assert result.code in {"code_incorrect", "missing_input"}


async def test_codes_of_another_user_are_worthless(world):
    await with_totp(world, "ann")
    await with_totp(world, "ben")
    await backup_codes(world, "ann")
    code, *_ = await backup_codes(world, "ben")
    tab = Tab(world)
    with pytest.raises(CodeIncorrect):
        await second(tab, await after_password(tab, "ann"), "backup_code", code)


async def test_who_has_no_second_factor_has_no_use_of_codes(world):
    await world.user("ann")
    with pytest.raises(BackupCodesUnavailable):
        await world.call("ann", second_factors.create_backup_codes)


async def test_no_codes_are_made_where_none_are_used(world):
    await with_totp(world, "ann")
    await world.configure(attributes={"backup_code": {"is_enabled": False}})
    with pytest.raises(BackupCodesUnavailable):
        await world.call("ann", second_factors.create_backup_codes)


async def test_codes_alone_are_no_second_factor(world):
    await world.user("ann", password="a long pass phrase of mine", backup_codes=["Left-Over 1"])
    assert (await after_password(Tab(world), "ann")).status is SignInStatus.COMPLETE
    user = await world.call(None, users.get, user_id="ann")
    assert (user.has_backup_codes, user.has_second_factor) == (True, False)
