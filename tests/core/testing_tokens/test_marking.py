"""Testing tokens: only those that this server wrote for the instance, and only for an hour."""

import pytest

from charter.core.testing_tokens import operations as testing_tokens
from charter.core.testing_tokens.marking import is_written
from tests.world import later, new_world


@pytest.fixture
async def token(world):
    return (await world.call(None, testing_tokens.create)).token


async def test_a_token_is_known_for_an_hour(world, token):
    assert is_written(world.platform, world.instance_id, token)
    assert is_written(later(world.platform, minutes=59), world.instance_id, token)
    assert not is_written(later(world.platform, minutes=60), world.instance_id, token)


@pytest.mark.security("M2")
async def test_a_token_is_worth_nothing_in_another_instance(world, token, platform, app):
    other = await new_world(platform, app)
    assert not is_written(platform, other.instance_id, token)


@pytest.mark.security("M2")
async def test_a_token_cannot_be_made_to_last_longer(world, token):
    made, rest = token.split("-", 1)
    assert not is_written(world.platform, world.instance_id, f"{int(made) + 3600}-{rest}")


@pytest.mark.security("M2")
@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + ("a" if token[-1] != "a" else "b"),
        lambda token: token.rpartition(".")[0],
        lambda token: token.rpartition(".")[0] + "." + "A" * 43,
        lambda token: token + "\n",
        lambda token: token.upper(),
        lambda token: token * 1000,
        lambda _: "",
        lambda _: "\u0661" * 10 + "-c_x.y",
        lambda token: [token],
        lambda _: None,
    ],
)
async def test_what_this_server_did_not_write_is_no_token(world, token, change):
    assert not is_written(world.platform, world.instance_id, change(token))


async def test_no_two_tokens_are_alike_and_the_record_holds_none(world, token):
    second = (await world.call(None, testing_tokens.create)).token
    assert second != token
    events = await world.events("testingToken.created")
    assert len(events) == 2
    assert token not in str([dict(each) for each in events])
