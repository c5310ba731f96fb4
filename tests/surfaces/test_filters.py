"""Lists are asked for what they declare, and for no more than the bounds allow."""

import pytest

from charter.surfaces.backend import CALLS
from tests.cast import Cast, make_cast
from tests.world import new_world

LISTS = [call for call in CALLS if call.lists is not None]
SECRETS = ("password_digest", "digest", "search_text", "instance_id", "sealed_secret", "users.id")


@pytest.fixture(scope="module")
async def cast(platform, app) -> Cast:
    return await make_cast(await new_world(platform, app))


def path_of(call, cast) -> str:
    return call.path.format(
        user_id=cast["user"],
        organization_id=cast["organization"],
        provider="oauth_google",
        scim_directory_id=cast["directory"],
        statementID=cast["statement"],
        template_type="email",
    )


def said(answer):
    """What an answer says, without the name of the request."""
    found = answer.json()
    if isinstance(found, dict):
        found.pop("clerk_trace_id", None)
    return found


@pytest.mark.security("G10")
@pytest.mark.parametrize("call", LISTS, ids=lambda call: call.path)
async def test_a_list_is_ordered_by_declared_keys_alone(cast, call):
    for key in SECRETS:
        for sign in ("", "-", "+"):
            answer = await cast.world.get(path_of(call, cast), params={"order_by": sign + key})
            assert answer.status_code == 422, answer.text
    for key in call.lists.orders:
        assert (
            await cast.world.get(path_of(call, cast), params={"order_by": "-" + key})
        ).status_code == 200


@pytest.mark.security("G10")
@pytest.mark.parametrize("call", LISTS, ids=lambda call: call.path)
async def test_a_filter_that_is_not_declared_changes_nothing(cast, call):
    path = path_of(call, cast)
    needed = {"subject": cast["organization"]} if path == "/api_keys" else {}
    plain = said(await cast.world.get(path, params=needed))
    for name in SECRETS:
        for value in ("x", "%", "' OR 1=1 --"):
            answer = await cast.world.get(path, params={**needed, name: value})
            assert said(answer) == plain


@pytest.mark.security("G10")
@pytest.mark.parametrize("call", LISTS, ids=lambda call: call.path)
async def test_filters_are_bounded_and_hostile_values_are_values(cast, call):
    path = path_of(call, cast)
    for param in call.lists.filters:
        many = await cast.world.get(path, params={param.name: ["x"] * 1001})
        assert many.status_code == 422, param.name
        for value in ("'", "%_\\", "') OR true --", "\U0001f600" * 50):
            answer = await cast.world.get(path, params={param.name: value})
            assert answer.status_code in (200, 422), (param.name, value)
            found = answer.json() if answer.status_code == 200 else []
            rows = found["data"] if isinstance(found, dict) and "data" in found else found
            assert not isinstance(rows, list) or rows == [], (param.name, value)


@pytest.mark.security("G10")
@pytest.mark.parametrize("call", LISTS, ids=lambda call: call.path)
@pytest.mark.parametrize("window", [{"limit": "501"}, {"limit": "0"}, {"offset": "-1"}])
async def test_a_window_is_bounded(cast, call, window):
    answer = await cast.world.get(path_of(call, cast), params=window)
    assert answer.status_code == 422
