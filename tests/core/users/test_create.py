"""Making users."""

from datetime import UTC, datetime, timedelta

import bcrypt
import pytest

from charter.core.email_addresses.model import EmailAddressInvalid, EmailAddressTaken
from charter.core.passwords.errors import (
    PasswordCommon,
    PasswordContainsWord,
    PasswordDigestInvalid,
    PasswordHasherUnknown,
    PasswordTooLong,
    PasswordTooShort,
)
from charter.core.phone_numbers.model import PhoneNumberInvalid, PhoneNumberTaken
from charter.core.second_factors.model import TotpSecretInvalid
from charter.core.users import operations as users
from charter.core.users.model import (
    ExternalIdTaken,
    FutureDate,
    IdentificationStatus,
    IdentifierMissing,
    LengthMismatch,
    NewUser,
    UsernameTaken,
)
from charter.core.users.usernames import UsernameCharacter, UsernameIsNumber, UsernameLength
from charter.core.web3_wallets.model import Web3WalletInvalid, Web3WalletTaken
from charter.kernel.errors import InvalidInput, MissingInput, TooLarge
from tests.world import all_at_once

WALLET = "0x" + "ab" * 20


async def make(world, **fields):
    return await world.call(None, users.create, new=NewUser(**fields))


async def test_the_first_of_each_kind_is_primary_and_all_keep_their_order(world):
    addresses = [f"{letter}@example.com" for letter in "dcab"]
    user = await make(world, email_addresses=addresses, phone_numbers=["+15555550100"])
    assert [row.address for row in user.email_addresses] == addresses
    assert user.primary_email_address.address == addresses[0]
    assert user.phone_numbers[0].is_primary
    assert all(row.is_verified for row in (*user.email_addresses, *user.phone_numbers))


async def test_a_reserved_address_is_held_unproven(world):
    user = await make(
        world,
        email_addresses=["ann@example.com"],
        email_address_statuses=[IdentificationStatus.RESERVED],
    )
    assert user.email_addresses[0].is_reserved
    assert not user.email_addresses[0].is_verified
    with pytest.raises(EmailAddressTaken):
        await make(world, email_addresses=["ann@example.com"])


async def test_what_is_announced_holds_no_secret(world):
    secret = "JBSWY3DPEHPK3PXP"
    await make(
        world,
        username="ann_1",
        password="correct horse battery",
        totp_secret=secret,
        backup_codes=["abcdef12"],
    )
    (event,) = await world.events("user.created")
    written = str(dict(event))
    assert "ann_1" in written
    for hidden in ("argon2", "correct horse", secret, "abcdef12"):
        assert hidden not in written


async def test_secrets_rest_as_slow_hashes_and_sealed(world):
    digest = bcrypt.hashpw(b"ghijkl34", bcrypt.gensalt(4)).decode()
    user = await make(
        world,
        username="ann_1",
        password="correct horse battery",
        totp_secret="jbswy3dpehpk3pxp",
        backup_codes=["abcdef12", digest],
    )
    (password,) = await world.sql("SELECT * FROM passwords WHERE user_id = $1", user.id)
    assert password["password_digest"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    codes = await world.sql("SELECT code_digest FROM backup_codes WHERE user_id = $1", user.id)
    assert digest in {row["code_digest"] for row in codes}
    assert sum(row["code_digest"].startswith("$argon2id$") for row in codes) == 1
    (totp,) = await world.sql("SELECT * FROM totp_secrets WHERE user_id = $1", user.id)
    opened = world.platform.vault.open(totp["sealed_secret"], f"totp_secret:{user.id}")
    assert opened == b"Hello!\xde\xad\xbe\xef"
    assert user.mfa_enabled_at is not None


async def test_a_lock_ends_when_the_settings_say(world):
    user = await make(world, username="ann_1", is_locked=True, is_banned=True)
    assert user.is_banned
    assert user.locked_until - user.updated_at == timedelta(hours=1)


@pytest.mark.parametrize(
    ("fields", "error", "parameter"),
    [
        ({"username": None}, IdentifierMissing, "email_address"),
        ({"email_addresses": ["no address"]}, EmailAddressInvalid, "email_address"),
        ({"phone_numbers": ["555-0100"]}, PhoneNumberInvalid, "phone_number"),
        ({"web3_wallets": ["0x12"]}, Web3WalletInvalid, "web3_wallet"),
        ({"username": "ann"}, UsernameLength, "username"),
        ({"username": "a" * 65}, UsernameLength, "username"),
        ({"username": "ann smith"}, UsernameCharacter, "username"),
        ({"username": "\u0430nna"}, UsernameCharacter, "username"),
        ({"username": "12345"}, UsernameIsNumber, "username"),
        ({"password": "short"}, PasswordTooShort, "password"),
        ({"password": "x" * 1025}, PasswordTooLong, "password"),
        ({"password": "password123"}, PasswordCommon, "password"),
        ({"password": "xx-good_name-xx"}, PasswordContainsWord, "password"),
        ({"password_digest": "x"}, MissingInput, "password_hasher"),
        ({"password_digest": "x", "password_hasher": "rot13"}, PasswordHasherUnknown, None),
        ({"password_digest": "x", "password_hasher": "bcrypt"}, PasswordDigestInvalid, None),
        ({"password": "xx", "password_digest": "y"}, InvalidInput, "password_digest"),
        ({"password": "", "skip_password_checks": True}, InvalidInput, "password"),
        ({"totp_secret": "!"}, TotpSecretInvalid, "totp_secret"),
        ({"backup_codes": ["abcdef12"] * 21}, InvalidInput, "backup_codes"),
        ({"backup_codes": ["a"]}, InvalidInput, "backup_codes"),
        ({"public_metadata": {"x": "y" * 600_000}}, TooLarge, "public_metadata"),
        ({"first_name": "x" * 257}, InvalidInput, "first_name"),
        ({"organizations_limit": -1}, InvalidInput, "organizations_limit"),
        ({"organizations_limit": 2**31}, InvalidInput, "organizations_limit"),
        (
            {"email_address_statuses": [IdentificationStatus.VERIFIED]},
            LengthMismatch,
            "email_address_identification_status",
        ),
        (
            {"email_addresses": [f"{n}@x.com" for n in range(101)]},
            InvalidInput,
            "email_address",
        ),
    ],
    ids=str,
)
async def test_what_cannot_be_is_refused_by_name(world, fields, error, parameter):
    with pytest.raises(error) as refused:
        await make(world, **{"username": "good_name", **fields})
    assert parameter in (None, refused.value.parameter)
    assert await world.sql("SELECT 1 FROM users WHERE instance_id = $1", world.instance_id) == []


@pytest.mark.parametrize("name", ["created_at", "legal_accepted_at"])
async def test_a_moment_of_the_past_cannot_be_yet_to_come(world, name):
    tomorrow = world.platform.clock() + timedelta(days=1)
    with pytest.raises(FutureDate):
        await make(world, username="ann_1", **{name: tomorrow})


@pytest.mark.parametrize("name", ["created_at", "legal_accepted_at"])
async def test_a_moment_that_stands_for_none_elsewhere_is_refused(world, name):
    with pytest.raises(InvalidInput):
        await make(world, username="ann_1", **{name: datetime(1, 1, 1, tzinfo=UTC)})


async def test_a_user_may_have_nothing_where_the_server_says_so(world):
    user = await make(world, needs_identifier=False)
    assert user.identifier is None


async def test_checks_of_strength_can_be_skipped(world):
    user = await make(world, username="ann_1", password="1", skip_password_checks=True)
    assert user.password_updated_at is not None


TAKEN = [
    ({"email_addresses": ["ann@example.com"]}, EmailAddressTaken),
    ({"phone_numbers": ["+15555550100"]}, PhoneNumberTaken),
    ({"web3_wallets": [WALLET]}, Web3WalletTaken),
    ({"username": "ann_1"}, UsernameTaken),
    ({"username": "unique", "external_id": "x"}, ExternalIdTaken),
]


@pytest.mark.parametrize(("fields", "error"), TAKEN[:4], ids=str)
async def test_of_two_made_at_once_with_one_identifier_one_stays(world, fields, error):
    results = await all_at_once(*(make(world, **fields) for _ in range(2)))
    assert sum(isinstance(result, error) for result in results) == 1
    rows = await world.sql("SELECT 1 FROM users WHERE instance_id = $1", world.instance_id)
    assert len(rows) == 1


async def test_an_external_id_is_of_one_user(world):
    await make(world, username="first", external_id="x")
    with pytest.raises(ExternalIdTaken):
        await make(world, username="second", external_id="x")


async def test_instances_share_no_identifier(world, other_world):
    for each in (world, other_world):
        await make(each, username="ann_1", email_addresses=["ann@example.com"])


LOOK_ALIKES = [
    "ANN@example.com",
    "ann@EXAMPLE.com",
    " ann@example.com ",
    "\uff41\uff4e\uff4e@example.com",
    "ann@\uff45xample.com",
]


@pytest.mark.security("J5")
@pytest.mark.parametrize("address", LOOK_ALIKES)
async def test_a_look_alike_of_an_address_is_the_same_address(world, address):
    await make(world, email_addresses=["ann@example.com"])
    with pytest.raises(EmailAddressTaken):
        await make(world, email_addresses=[address])


@pytest.mark.security("J5")
async def test_an_address_is_shown_as_it_was_given(world):
    user = await make(world, email_addresses=["Ann.Smith@Example.com"])
    assert user.email_addresses[0].address == "Ann.Smith@Example.com"


@pytest.mark.security("J5")
async def test_usernames_differ_by_more_than_case(world):
    await make(world, username="Ann_1")
    with pytest.raises(UsernameTaken):
        await make(world, username="aNN_1")
