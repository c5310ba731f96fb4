"""How often a client of the Accounts API may ask for tokens."""

from tests.logging_in import app_client, posted, shown_as
from tests.surfaces.protocols.test_account_oauth import code_of, refused, trading


async def test_a_client_that_asks_for_itself_again_and_again_has_to_wait(world):
    web = await app_client(world)
    await world.configure(limits_addresses=True)
    form = {"grant_type": "client_credentials", "scope": "files:read", **shown_as(web)}
    answers = [await posted(world, "/token", **form) for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {200}
    assert refused(answers[60]) == (429, "temporarily_unavailable")
    assert 1 <= int(answers[60].headers["retry-after"]) <= 61
    # Tokens of people are given all the same.
    code = await code_of(world, web)
    assert (await posted(world, "/token", **trading(web, code))).status_code == 200
