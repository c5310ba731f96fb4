"""Changes of what is one's own that a session left open must not make."""

import pytest

from charter.core.email_addresses import own as email_addresses
from charter.core.passwords import own as passwords
from charter.core.phone_numbers import factors
from charter.core.phone_numbers import own as phone_numbers
from charter.core.sessions.recent import ReverificationRequired
from charter.core.users import own as users
from charter.core.users.own import OwnPatch
from charter.core.web3_wallets import own as web3_wallets
from tests.flows import Tab
from tests.world import later

SENSITIVE = [
    (email_addresses.create, {"address": "new@example.com"}),
    (email_addresses.delete, {"email_address_id": "idn_x"}),
    (factors.update, {"phone_number_id": "idn_x", "patch": factors.FactorPatch()}),
    (passwords.change, {"new_password": "a long pass phrase of mine"}),
    (passwords.remove, {"current_password": "a long pass phrase of mine"}),
    (phone_numbers.create, {"number": "+12025550123"}),
    (phone_numbers.delete, {"phone_number_id": "idn_x"}),
    (users.delete, {}),
    (users.update, {"patch": OwnPatch(username="annie")}),
    (users.update, {"patch": OwnPatch(primary_email_address_id="idn_x")}),
    (web3_wallets.create, {"address": "0x" + "1" * 40}),
    (web3_wallets.delete, {"web3_wallet_id": "idn_x"}),
]


@pytest.mark.security("B7")
@pytest.mark.parametrize(
    ("operation", "arguments"), SENSITIVE, ids=[operation.name for operation, _ in SENSITIVE]
)
async def test_an_old_session_is_asked_again_before_each_change(world, operation, arguments):
    await world.configure(sign_in={"asks_again_for_changes": True})
    tab = Tab(world)
    actor = tab.signed_in("ann", await tab.sign_in("ann"))
    with pytest.raises(ReverificationRequired):
        await world.call(actor, operation, platform=later(world.platform, minutes=11), **arguments)


async def test_a_name_is_changed_without_being_asked(world):
    await world.configure(sign_in={"asks_again_for_changes": True})
    tab = Tab(world)
    actor = tab.signed_in("ann", await tab.sign_in("ann"))
    day_later = later(world.platform, days=1)
    patch = OwnPatch(first_name="Anna")
    assert (await world.call(actor, users.update, platform=day_later, patch=patch)).first_name
