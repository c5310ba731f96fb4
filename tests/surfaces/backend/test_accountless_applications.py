"""How SDKs of frameworks start without keys, on the wire."""

import base64
import dataclasses

import httpx
import pytest

from charter.core.limits.limiting import KEYLESS_STARTS
from charter.platform import create_platform
from charter.server import create_app
from tests.keyless import somewhere, start, token_in, visitor, world_of

PATH = "/v1/accountless_applications"
# As the official SDKs send it: a media type and no body, and what they are in headers.
SENT = {"content-type": "application/json", "clerk-framework": "nextjs"}


@pytest.fixture
async def sdk(app):
    """An SDK without keys."""
    async with visitor(app) as client:
        yield client


def host_in(publishable_key):
    return base64.b64decode(publishable_key.removeprefix("pk_test_")).decode().removesuffix("$")


def codes(answer):
    return answer.status_code, [each["code"] for each in answer.json()["errors"]]


async def count(world):
    (row,) = await world.sql("SELECT count(*) FROM accountless_applications")
    return row["count"]


async def test_an_sdk_without_keys_gets_all_that_it_goes_on_with(sdk, world):
    answer = await sdk.post(PATH, params={"source": "nextjs"}, headers=SENT)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert found["object"] == "accountless_application"
    instance_id = found["api_keys_url"].split("/")[6]
    own = f"http://auth.test/apps/{found['api_keys_url'].split('/')[4]}/instances/{instance_id}"
    assert found["api_keys_url"] == f"{own}/api-keys"
    assert found["claim_url"] == f"{own}/claim?token={token_in(found['claim_url'])}"
    key = {"authorization": f"Bearer {found['secret_key']}"}
    assert (await sdk.get("/v1/users", headers=key)).json() == []
    assert (await sdk.get("/v1/instance", headers=key)).json()["id"] == instance_id
    (row,) = await world.sql(
        "SELECT source FROM accountless_applications WHERE instance_id = $1", instance_id
    )
    assert row["source"] == "nextjs"


async def test_the_host_of_its_publishable_key_serves_its_frontend_api(sdk):
    found, other = [(await sdk.post(PATH, headers=SENT)).json() for _ in range(2)]
    for each in (found, other):
        host = host_in(each["publishable_key"])
        environment = await sdk.get("/v1/environment", headers={"host": host})
        assert environment.status_code == 200, environment.text
        own = each["api_keys_url"].split("/")[6].removeprefix("ins_")
        assert environment.json()["auth_config"]["id"] == f"aconf_{own}"
        assert environment.json()["auth_config"]["claimed_at"] is None
        client = await sdk.get("/v1/client", headers={"host": host})
        assert client.status_code == 200
    unknown = await sdk.get("/v1/environment", headers={"host": "app-unknown.auth.test"})
    assert unknown.status_code == 401


@pytest.mark.parametrize("credential", ["Bearer sk_test_nothing", "Basic x", "Bearer", ""])
async def test_whatever_credential_is_shown_says_nothing(sdk, credential):
    answer = await sdk.post(PATH, headers={"authorization": credential})
    assert answer.status_code == 200


@pytest.mark.security("G4")
async def test_pages_in_a_browser_make_none(sdk, world):
    before = await count(world)
    for origin in ("https://evil.example", "http://api.test", "null"):
        answer = await sdk.post(PATH, headers={"origin": origin})
        assert codes(answer) == (401, ["authentication_invalid"])
    assert await count(world) == before


@pytest.mark.parametrize("source", ["x" * 37, "%3Cscript%3E", "%00", "%ff", "Next%20JS", ""])
async def test_a_framework_of_another_form_is_refused(sdk, world, source):
    before = await count(world)
    answer = await sdk.post(f"{PATH}?source={source}")
    assert codes(answer) == (422, ["form_param_value_invalid"])
    assert answer.json()["errors"][0]["meta"]["param_name"] == "source"
    assert await count(world) == before


async def test_a_server_without_it_says_so(settings, platform, world):
    off = dataclasses.replace(settings, keyless_start=False)
    most = create_platform(off).most_keyless_starts
    closed = dataclasses.replace(platform, most_keyless_starts=most)
    app = create_app(off, platform=closed)
    made = await start(platform)
    async with visitor(app) as sdk:
        assert codes(await sdk.post(PATH)) == (403, ["feature_not_enabled"])
        assert (await sdk.get(f"/apps/{made.instance.application_id}")).status_code == 404
        page = f"/apps/{made.instance.application_id}/instances/{made.instance.id}/claim"
        assert (await sdk.get(page, params={"token": made.claim_token})).status_code == 404


async def test_a_server_that_has_enough_says_so(settings, platform):
    full = dataclasses.replace(platform, most_keyless_starts=1)
    await start(platform)
    async with visitor(create_app(settings, platform=full)) as sdk:
        assert codes(await sdk.post(PATH)) == (403, ["quota_exceeded"])


@pytest.mark.security("L2")
async def test_who_asks_again_and_again_is_told_when_to_come_back(app):
    async with visitor(app, somewhere()) as sdk:
        answers = [await sdk.post(PATH) for _ in range(KEYLESS_STARTS.most + 1)]
    assert [each.status_code for each in answers] == [200] * KEYLESS_STARTS.most + [429]
    assert 3500 < int(answers[-1].headers["retry-after"]) <= 3601


async def test_no_answer_is_given_twice_to_whoever_names_the_same_key(sdk):
    same = {"idempotency-key": "the same"}
    found = [(await sdk.post(PATH, headers=same)).json()["secret_key"] for _ in range(2)]
    assert len(set(found)) == 2


async def test_the_start_is_complete_when_somebody_has_claimed_it(sdk):
    made = (await sdk.post(PATH, headers=SENT)).json()
    key = {"authorization": f"Bearer {made['secret_key']}"}
    complete = f"{PATH}/complete?source=nextjs"
    assert codes(await sdk.post(complete, headers=key)) == (409, ["conflict"])
    form = {"token": token_in(made["claim_url"])}
    claimed = await sdk.post(
        made["claim_url"].replace("auth.test", "api.test"),
        data=form,
        headers={"origin": "http://api.test"},
    )
    assert claimed.status_code == 200, claimed.text
    for _ in range(2):
        answer = await sdk.post(complete, headers=key | SENT)
        assert answer.status_code == 200, answer.text
        # The token is spent, and nowhere.
        assert answer.json() == made | {"claim_url": made["claim_url"].partition("?")[0]}
    host = host_in(made["publishable_key"])
    environment = (await sdk.get("/v1/environment", headers={"host": host})).json()
    assert environment["auth_config"]["claimed_at"] > 1_700_000_000_000


async def test_completing_takes_the_secret_key_of_such_an_application(sdk, world, platform, app):
    assert codes(await world.post("/accountless_applications/complete")) == (
        404,
        ["resource_not_found"],
    )
    for headers in ({}, {"authorization": "Bearer sk_test_nothing"}):
        assert (await sdk.post(PATH + "/complete", headers=headers)).status_code == 401
    own = world_of(platform, app, await start(platform))
    browser = {"origin": "http://app.test"}
    assert (await own.client.post(PATH + "/complete", headers=browser)).status_code == 401


async def test_a_server_that_is_reached_by_no_other_method_says_which(sdk):
    answer: httpx.Response = await sdk.get(PATH)
    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"]
