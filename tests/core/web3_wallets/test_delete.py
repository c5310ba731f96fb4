"""Taking a wallet from a user, by an administrator."""

import pytest

from charter.core.users import operations as users
from charter.core.users.model import UserNotFound
from charter.core.verification import LastIdentifier
from charter.core.web3_wallets import operations as web3_wallets
from charter.core.web3_wallets.model import Web3WalletNotFound
from tests.world import all_at_once

ADDRESSES = ["0x" + digit * 40 for digit in "12"]


def delete(world, row, user_id="ann"):
    return world.call(None, web3_wallets.delete, user_id=user_id, web3_wallet_id=row.id)


async def test_a_wallet_goes_and_the_oldest_one_left_becomes_primary(world):
    user = await world.user("ann", web3_wallets=ADDRESSES)
    first, second = user.web3_wallets
    assert (await delete(world, first)).address == first.address
    user = await world.call(None, users.get, user_id="ann")
    assert [(each.id, each.is_primary) for each in user.web3_wallets] == [(second.id, True)]
    assert len(await world.events("user.updated")) == 1


async def test_another_user_s_wallet_and_an_unknown_user_s_are_not_found(world):
    (row,) = (await world.user("ann", web3_wallets=ADDRESSES[:1])).web3_wallets
    await world.user("ben")
    with pytest.raises(Web3WalletNotFound):
        await delete(world, row, "ben")
    with pytest.raises(UserNotFound):
        await delete(world, row, "user_unknown")


async def test_of_two_last_wallets_removed_at_once_one_stays(world):
    user = await world.user("ann", email=None, web3_wallets=ADDRESSES)
    results = await all_at_once(*(delete(world, row) for row in user.web3_wallets))
    assert sum(isinstance(each, LastIdentifier) for each in results) == 1


async def test_the_backend_api_removes_wallets(world):
    user = await world.user("ann", web3_wallets=ADDRESSES[:1])
    path = f"/users/{user.id}/web3_wallets/"
    answer = await world.delete(path + user.web3_wallets[0].id)
    assert answer.json()["deleted"] is True
    answer = await world.delete(path + user.web3_wallets[0].id)
    assert answer.status_code == 404
