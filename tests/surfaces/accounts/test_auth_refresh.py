"""Renewing logins at the Accounts door, and the cookies that keep them."""

import pytest

from charter.core.keys.claimed import claimed_payload
from tests.browsing import PASSWORD
from tests.logging_in import app_client
from tests.signing_in import PAGE, Page, page_of
from tests.surfaces.accounts.asking import refused
from tests.world import all_at_once, header

COOKIES = {"cookie_options": {"http_only": True, "secure": True, "same_site": "lax"}}


@pytest.fixture
async def page(world):
    return await page_of(world)


@pytest.fixture
async def kept(world):
    """A page whose client keeps its tokens in cookies."""
    return await page_of(world, access_token=COOKIES, refresh_token=COOKIES)


async def test_a_refresh_gives_a_new_pair_and_nothing_around_it(world, page):
    tokens = await page.tokens("ann")
    answer = await page.post("refresh", refresh_token=tokens["refresh_token"])
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == tokens.keys()
    assert answer.json()["refresh_token"] != tokens["refresh_token"]


async def test_a_client_needs_not_be_named_where_the_token_names_it(world, page):
    tokens = await page.tokens("ann")
    other = await page_of(world)
    wrong = await other.post("refresh", refresh_token=tokens["refresh_token"])
    assert refused(wrong) == (401, "unauthenticated")
    unknown = await page.post("refresh", refresh_token="ort_unknown")
    assert refused(unknown) == (401, "unauthenticated")
    assert refused(await page.post("refresh")) == (400, "validation_error")


async def test_acceptance_15_a_refresh_token_that_comes_again_ends_its_family(world, page):
    tokens = await page.tokens("ann")
    second = (await page.post("refresh", refresh_token=tokens["refresh_token"])).json()
    third = (await page.post("refresh", refresh_token=second["refresh_token"])).json()
    key = {"idempotency-key": "again"}
    stolen = await page.post("refresh", refresh_token=tokens["refresh_token"], headers=key)
    assert refused(stolen) == (401, "unauthenticated")
    late = await page.post("refresh", refresh_token=third["refresh_token"])
    assert refused(late) == (401, "unauthenticated")
    assert refused(await page.get("me", bearer=third["access_token"]))[0] == 401
    (session,) = (await world.get("/sessions", params={"user_id": world.people["ann"]})).json()
    assert session["status"] == "revoked"
    assert await world.events("session.revoked")


async def test_of_many_refreshes_at_once_all_get_one_successor(world, page):
    tokens = await page.tokens("ann")
    answers = await all_at_once(
        *(page.post("refresh", refresh_token=tokens["refresh_token"]) for _ in range(8))
    )
    assert {each.status_code for each in answers} == {200}
    assert len({each.json()["refresh_token"] for each in answers}) == 1


async def test_the_same_key_of_a_request_gives_nobody_anothers_tokens(world, kept):
    key = {"idempotency-key": "one"}
    await kept.tokens("ann")
    other = Page(world, kept.client)
    await other.tokens("ben")
    said = [
        claimed_payload(
            (await each.post("refresh", headers={**key, **await each.form()})).json()[
                "access_token"
            ]
        )["uid"]
        for each in (kept, other)
    ]
    assert said[0] != said[1]


async def test_cookies_keep_the_tokens_where_the_client_says_so(world, kept):
    await world.user("ann", password=PASSWORD)
    answer = await kept.sign_in("ann")
    cookies = answer.headers.get_list("set-cookie")
    assert [each.partition("=")[0] for each in cookies] == ["account_access", "account_refresh"]
    assert all("; HttpOnly" in each and "; SameSite=Lax" in each for each in cookies)
    # In development without TLS browsers would drop a Secure one.
    assert all("Secure" not in each for each in cookies)
    assert (await kept.http.get("/me")).status_code == 200
    without = await kept.post("refresh")
    assert refused(without) == (403, "csrf_failed")
    form = await kept.form()
    renewed = await kept.post("refresh", headers=form)
    assert renewed.status_code == 200, renewed.text
    assert len(renewed.headers.get_list("set-cookie")) == 2
    in_body = await kept.post("refresh", csrf_token=form["x-csrf-token"])
    assert in_body.status_code == 200
    out = await kept.http.post("/sign-out", headers=form)
    assert out.status_code == 204
    assert all("Max-Age=0" in each for each in out.headers.get_list("set-cookie"))
    assert refused(await kept.http.get("/me")) == (401, "unauthenticated")


@pytest.mark.security("C7")
async def test_cookies_alone_change_nothing_without_the_token_of_the_form(world, kept):
    await kept.tokens("ann")
    for name in ("switch-accounts", "send-verification-email", "sign-out", "refresh"):
        body = {"account_id": "acc_x"} if name == "switch-accounts" else {}
        body |= {"client_id": kept.client_id} if name == "refresh" else {}
        bare = await kept.http.post(f"/{name}", json=body)
        assert refused(bare) == (403, "csrf_failed"), name
        forged = await kept.http.post(f"/{name}", json=body, headers={"x-csrf-token": "x" * 43})
        assert refused(forged) == (403, "csrf_failed"), name
    assert (await kept.http.get("/me")).status_code == 200


async def test_the_token_of_a_form_belongs_to_one_browser(world, kept):
    await kept.tokens("ann")
    await kept.form()
    other = Page(world, kept.client)
    strange = await other.form()
    assert refused(await kept.post("refresh", headers=strange)) == (
        403,
        "csrf_failed",
    )


async def test_a_form_session_is_told_as_json_or_as_a_script(page):
    begun = await page.get("csrf-session", client_id=page.client_id)
    cookie = header(begun, "set-cookie") or ""
    assert cookie.startswith("account_forms=fs_")
    assert "; HttpOnly; SameSite=Strict" in cookie
    token = begun.json()["csrf_token"]
    again = await page.get("csrf-token", client_id=page.client_id)
    assert again.json() == {"csrf_token": token}
    assert header(again, "x-csrf-token") == token
    script = await page.get(
        "csrf-session", client_id=page.client_id, headers={"accept": "text/javascript"}
    )
    assert header(script, "content-type") == "text/javascript; charset=utf-8"
    assert script.text == f'window.csrf_token="{token}";\n'
    fresh = Page(page.world, page.client)
    assert refused(await fresh.get("csrf-token", client_id=page.client_id)) == (403, "csrf_failed")


async def test_pages_of_a_clients_origins_may_call_and_others_may_not(world, page):
    asked = {"access-control-request-method": "POST"}
    answer = await page.http.options("/sign-in", headers={"origin": PAGE, **asked})
    assert answer.status_code == 204
    assert header(answer, "access-control-allow-origin") == PAGE
    assert header(answer, "access-control-allow-credentials") == "true"
    strange = await page.http.options(
        "/sign-in", headers={"origin": "https://evil.example", **asked}
    )
    assert header(strange, "access-control-allow-origin") is None
    tokens = await page.tokens("ann")
    evil = {"origin": "https://evil.example"}
    for call in (
        page.get("me", bearer=tokens["access_token"], headers=evil),
        page.post("refresh", refresh_token=tokens["refresh_token"], headers=evil),
        page.post("sign-out", bearer=tokens["access_token"], headers=evil),
    ):
        assert refused(await call) == (403, "origin_not_allowed")
    own = await page.get("me", bearer=tokens["access_token"], headers={"origin": PAGE})
    assert header(own, "access-control-allow-origin") == PAGE


async def test_a_client_with_a_secret_renews_here_only_what_began_here(world):
    made = await app_client(world, auth_method="client_secret_post")
    page = Page(world, made.application)
    tokens = await page.tokens("ann")
    answer = await page.post("refresh", refresh_token=tokens["refresh_token"])
    assert answer.status_code == 200, answer.text
