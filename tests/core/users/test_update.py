"""Changing users."""

import pytest

from charter.core.email_addresses.model import EmailAddressNotFound
from charter.core.passwords import operations as passwords
from charter.core.passwords.errors import PasswordContainsWord
from charter.core.phone_numbers.model import PhoneNumberNotFound
from charter.core.users import operations as users
from charter.core.users.model import (
    ExternalIdTaken,
    FutureDate,
    IdentificationStatus,
    UsernameTaken,
    UserNotFound,
    UserPatch,
)
from charter.core.users.usernames import UsernameLength
from charter.core.verification import IdentifierNotVerified, LastIdentifier
from charter.core.web3_wallets.model import Web3WalletNotFound
from charter.kernel.errors import TooLarge
from tests.world import all_at_once, later

NEW_PASSWORD = "quite another secret"


async def change(world, name, **fields):
    return await world.call(None, users.update, user_id=name, patch=UserPatch(**fields))


async def test_what_is_not_named_stays_and_null_clears(world):
    before = await world.user(
        "ann", first_name="Ann", last_name="Archer", public_metadata={"a": 1, "b": 2}
    )
    after = await change(world, "ann", first_name=None, public_metadata={"b": 3})
    assert after.first_name is None
    assert after.last_name == "Archer"
    assert after.public_metadata == {"b": 3}
    assert after.updated_at > before.updated_at
    (event,) = await world.events("user.updated")
    assert event["before"]["first_name"] == "Ann"


async def test_a_new_name_is_found_and_the_old_is_not(world):
    await world.user("ann", first_name="Ann", username="ann_1")
    await change(world, "ann", first_name="Zelda", username="zz_9")
    assert len((await world.get("/users?query=zelda")).json()) == 1
    assert len((await world.get("/users?query=zz_9")).json()) == 1
    assert (await world.get("/users?query=ann_1")).json() == []


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"username": "x"}, UsernameLength),
        ({"primary_email_address_id": "idn_x"}, EmailAddressNotFound),
        ({"primary_phone_number_id": "idn_x"}, PhoneNumberNotFound),
        ({"primary_web3_wallet_id": "idn_x"}, Web3WalletNotFound),
        ({"unsafe_metadata": {"x": "y" * 600_000}}, TooLarge),
        ({"password": "my name is Archer"}, PasswordContainsWord),
        ({"username": "taken_1"}, UsernameTaken),
        ({"external_id": "taken"}, ExternalIdTaken),
    ],
    ids=str,
)
async def test_a_refused_change_changes_nothing(world, fields, error):
    await world.user("ann", last_name="Archer", username="ann_1")
    await world.user("ben", username="taken_1", external_id="taken")
    before = await world.user("ann")
    with pytest.raises(error):
        await change(world, "ann", first_name="Other", **fields)
    assert await world.user("ann") == before


async def test_nobody_unknown_is_changed(world, other_world):
    ann = await other_world.user("ann")
    for user_id in ("user_x", ann.id):
        for fields in ({"first_name": "x"}, {"password": NEW_PASSWORD}):
            with pytest.raises(UserNotFound):
                await change(world, user_id, **fields)


async def test_a_custom_moment_is_past(world):
    await world.user("ann")
    with pytest.raises(FutureDate):
        await change(world, "ann", created_at=later(world.platform, days=1).clock())


async def test_of_two_taking_one_username_at_once_one_gets_it(world):
    await world.user("ann")
    await world.user("ben")
    results = await all_at_once(
        *(change(world, name, username="the_one") for name in ("ann", "ben"))
    )
    assert sum(isinstance(result, UsernameTaken) for result in results) == 1


async def test_the_last_identifier_is_not_removed(world):
    await world.user("ann", email=None, username="ann_1")
    with pytest.raises(LastIdentifier):
        await change(world, "ann", username="")
    await world.user("ben", username="ben_1")
    assert (await change(world, "ben", username="")).username is None


@pytest.mark.security("J4")
async def test_only_a_proven_identifier_becomes_primary(world):
    user = await world.user(
        "ann",
        email_addresses=["a@example.com", "b@example.com", "c@example.com"],
        email_address_statuses=[
            IdentificationStatus.VERIFIED,
            IdentificationStatus.VERIFIED,
            IdentificationStatus.RESERVED,
        ],
    )
    _, proven, reserved = user.email_addresses
    with pytest.raises(IdentifierNotVerified):
        await change(world, "ann", primary_email_address_id=reserved.id)
    after = await change(world, "ann", primary_email_address_id=proven.id)
    assert after.primary_email_address.id == proven.id
    assert sum(row.is_primary for row in after.email_addresses) == 1


async def test_numbers_and_wallets_become_primary(world):
    user = await world.user(
        "ann",
        phone_numbers=["+15555550100", "+15555550101"],
        web3_wallets=["0x" + "aa" * 20, "0x" + "bb" * 20],
    )
    after = await change(
        world,
        "ann",
        primary_phone_number_id=user.phone_numbers[1].id,
        primary_web3_wallet_id=user.web3_wallets[1].id,
    )
    assert after.primary_phone_number.number == "+15555550101"
    assert [wallet.is_primary for wallet in after.web3_wallets] == [False, True]


async def test_the_old_address_hears_of_the_new_one_when_asked(world):
    user = await world.user("ann", email_addresses=["old@example.com", "new@example.com"])
    new = user.email_addresses[1].id
    fields = {"primary_email_address_id": new, "notifies_previous_address": True}
    await change(world, "ann", **fields)
    (message,) = await world.sql(
        "SELECT kind, to_address FROM messages WHERE instance_id = $1", world.instance_id
    )
    assert tuple(message) == ("primary_email_address_changed", "old@example.com")


async def test_a_new_password_takes_the_place_of_the_old_and_is_told(world):
    await world.user("ann", password="correct horse battery")
    await change(world, "ann", password=NEW_PASSWORD)
    await world.call(None, passwords.verify, user_id="ann", password=NEW_PASSWORD)
    (message,) = await world.sql(
        "SELECT kind FROM messages WHERE instance_id = $1", world.instance_id
    )
    assert message["kind"] == "password_changed"


@pytest.mark.security("C4")
@pytest.mark.parametrize(("asked", "status"), [(True, "revoked"), (False, "active")])
async def test_a_new_password_ends_sessions_when_asked(world, asked, status):
    session = await world.session("ann")
    await change(world, "ann", password=NEW_PASSWORD, ends_other_sessions=asked)
    assert (await world.get(f"/sessions/{session.id}")).json()["status"] == status


async def test_second_factors_are_replaced(world):
    user = await world.user("ann", backup_codes=["abcdef12", "abcdef13"])
    after = await change(world, "ann", backup_codes=["ghijkl12"], totp_secret="JBSWY3DPEHPK3PXP")
    assert after.has_totp
    assert after.mfa_enabled_at is not None
    codes = await world.sql("SELECT 1 FROM backup_codes WHERE user_id = $1", user.id)
    assert len(codes) == 1
