"""Forms that others make a browser send are refused."""

import pytest

from charter.web.portal.guarding import TOKEN_FIELD

ANN = "ann+clerk_test@example.com"
PASSWORD = "correct horse battery"
OWN = {"origin": "http://api.test", "sec-fetch-site": "same-origin"}


@pytest.fixture
async def ann(world, visitor):
    """Ann, who is signed in."""
    made = await world.user("ann", email=ANN, password=PASSWORD, first_name="Ann")
    await visitor.sign_in(ANN, PASSWORD)
    await visitor.open("profile")
    return made


async def rename(visitor, headers, **changed):
    form = visitor.now.form("profile/names")
    data = {**form.values, "first_name": "Mallory", **changed}
    return await visitor.client.post(form.action, data=data, headers=headers)


@pytest.mark.security("C7")
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example"},
        {"origin": "https://api.test.evil.example"},
        {"origin": "https://evilapi.test"},
        {"origin": "http://sub.api.test", "sec-fetch-site": "same-site"},
        {"origin": "http://api.test", "sec-fetch-site": "same-site"},
        {"origin": "http://api.test", "sec-fetch-site": "none"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"origin": ""},
        {"origin": "http://[", "sec-fetch-site": "same-origin"},
        {},
    ],
    ids=str,
)
async def test_a_form_from_elsewhere_changes_nothing(world, visitor, ann, headers):
    response = await rename(visitor, headers)
    assert response.status_code == 403
    assert (await world.user("ann")).first_name == "Ann"


@pytest.mark.security("C7")
@pytest.mark.parametrize("token", ["", "0" * 64, "é", "\ud800"])
async def test_a_form_without_the_token_changes_nothing(world, visitor, ann, token):
    token = token.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    response = await rename(visitor, OWN, **{TOKEN_FIELD: token})
    assert response.status_code == 403
    assert "out of date" in response.text
    assert (await world.user("ann")).first_name == "Ann"


@pytest.mark.security("C7")
async def test_the_token_of_another_browser_is_worth_nothing(world, visitor, visitors, ann):
    other = visitors()
    await other.open("sign-in")
    token = other.now.form().values[TOKEN_FIELD]
    assert (await rename(visitor, OWN, **{TOKEN_FIELD: token})).status_code == 403


@pytest.mark.security("C7")
async def test_a_token_from_before_the_sign_in_is_worth_nothing_after_it(world, visitor):
    await world.user("ann", email=ANN, password=PASSWORD, first_name="Ann")
    await visitor.open("sign-in")
    token = visitor.now.form().values[TOKEN_FIELD]
    await visitor.send(identifier=ANN)
    await visitor.send(password=PASSWORD)
    await visitor.open("profile")
    assert (await rename(visitor, OWN, **{TOKEN_FIELD: token})).status_code == 403


async def test_a_form_that_was_out_of_date_can_be_sent_again(visitor):
    await visitor.open("sign-in")
    visitor.client.cookies.clear()
    page = await visitor.send(identifier="nobody@example.com")
    assert page.status == 403
    assert page.form().values["identifier"] == "nobody@example.com"
    assert (await visitor.send()).error_at("identifier") is not None


@pytest.mark.security("C7")
@pytest.mark.parametrize("media_type", ["application/json", "text/plain", ""])
async def test_what_is_no_form_is_refused(visitor, ann, media_type):
    response = await visitor.client.post(
        f"{visitor.base}/profile/names",
        content=b'{"first_name": "Mallory"}',
        headers={**OWN, "content-type": media_type},
    )
    assert response.status_code in (400, 415)


@pytest.mark.security("G3")
async def test_fields_that_a_page_does_not_have_are_not_read(world, visitor, ann):
    await rename(visitor, OWN, public_metadata='{"role":"admin"}', banned="true")
    changed = await world.user("ann")
    assert changed.first_name == "Mallory"
    assert changed.public_metadata == {}


@pytest.mark.security("C6")
async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world, visitor):
    await world.user("ann", email=ANN, password=PASSWORD)
    await visitor.open("sign-in")
    set_cookies = visitor.now.response.headers.get_list("set-cookie")
    form = visitor.now.form()
    response = await visitor.client.post(
        form.action, data={**form.values, "identifier": ANN}, headers=OWN
    )
    set_cookies += response.headers.get_list("set-cookie")
    assert {each.partition("=")[0] for each in set_cookies} == {"__portal", "__client"}
    for each in set_cookies:
        assert "HttpOnly" in each
        assert "SameSite=Lax" in each
        assert "Domain" not in each
        assert len(each) < 4096


@pytest.mark.security("C8")
@pytest.mark.parametrize(
    "cookie", ["__client=x", "__client=ct_%00", "__client=" + "a" * 5000, "__client=", "=;=;;"]
)
async def test_a_cookie_that_cannot_be_means_that_nobody_is_signed_in(visitor, ann, cookie):
    response = await visitor.client.get(
        f"{visitor.base}/profile", headers={"cookie": cookie}, follow_redirects=False
    )
    assert response.status_code == 303
    assert "sign-in" in response.headers["location"]


@pytest.mark.security("C8")
async def test_two_cookies_of_one_name_mean_that_nobody_is_signed_in(visitor, ann):
    token = visitor.client.cookies["__client"]
    visitor.client.cookies.clear()
    response = await visitor.client.get(
        f"{visitor.base}/profile", headers={"cookie": f"__client={token}; __client=ct_other"}
    )
    assert "sign-in" in response.headers["location"]


@pytest.mark.security("J8")
@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "//evil.example/",
        "https://app.test@evil.example/",
        "http://app.test.evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http:\\\\evil.example",
        "/\\evil.example",
    ],
)
async def test_nobody_is_led_to_another_site(visitor, url):
    response = await visitor.client.get(f"{visitor.base}/sign-in", params={"redirect_url": url})
    assert response.status_code == 400
    assert (
        url not in response.text.replace("&amp;", "&").partition("<main")[2].partition("<foot")[0]
    )


@pytest.mark.security("J8")
@pytest.mark.parametrize("name", ["https://evil.example", "//evil.example", "../../v1", "a b", ""])
async def test_the_next_page_is_one_of_the_portal(visitor, ann, name):
    response = await visitor.client.get(f"{visitor.base}/continue", params={"next": name})
    location = response.headers.get("location", "")
    assert "evil" not in location
    assert "evil" not in response.text
