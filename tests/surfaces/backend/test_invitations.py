"""Invitations to sign up on the wire of the Backend API."""

from urllib.parse import parse_qs, urlsplit

import pytest


async def invite(world, address="new@example.com", **fields):
    return await world.post("/invitations", {"email_address": address, **fields})


async def test_an_invitation_has_a_link_once(world):
    made = await invite(world, public_metadata={"plan": "gold"}, expires_in_days=7)
    assert made.status_code == 200
    body = made.json()
    link = urlsplit(body["url"])
    assert (link.scheme, link.netloc) == ("http", "app.test")
    assert parse_qs(link.query)["__clerk_status"] == ["sign_up"]
    assert body["public_metadata"] == {"plan": "gold"}
    assert body["expires_at"] - body["created_at"] == 7 * 86_400_000
    listed = (await world.get("/invitations")).json()
    assert [each["id"] for each in listed] == [body["id"]]
    assert "url" not in listed[0]


async def test_the_link_leads_where_the_app_says_and_keeps_its_query(world):
    made = await invite(world, redirect_url="https://acme.example/join?from=mail#top")
    link = urlsplit(made.json()["url"])
    assert made.json()["url"].startswith("https://acme.example/join?from=mail&__clerk_ticket=")
    assert link.fragment == "top"


@pytest.mark.security("J8")
@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "/relative",
        "//evil.example",
        "ftp://acme.example",
        "https://acme.example@evil.example",
        "https:\\\\evil.example",
        "https://acme.example/a b",
        "https://acme.example:99999/",
        "https://",
        "",
    ],
)
async def test_a_target_that_is_no_web_address_is_refused(world, url):
    refused = await invite(world, redirect_url=url)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["meta"]["param_name"] == "redirect_url"


async def test_the_mail_carries_the_link_unless_it_is_not_wanted(world):
    await invite(world, "ann@example.com")
    await invite(world, "ben@example.com", notify=False)
    await invite(world, "cid@example.com", notify=None, template_slug="waitlist_invitation")
    rows = await world.sql(
        "SELECT kind, to_address FROM messages WHERE instance_id = $1 ORDER BY to_address",
        world.instance_id,
    )
    assert [tuple(row) for row in rows] == [
        ("invitation", "ann@example.com"),
        ("waitlist_invitation", "cid@example.com"),
    ]


async def test_a_second_invitation_is_refused_and_names_the_address(world):
    await invite(world)
    refused = await invite(world, "NEW@example.com")
    assert refused.status_code == 400
    error = refused.json()["errors"][0]
    assert error["code"] == "duplicate_record"
    assert error["meta"]["email_addresses"] == ["NEW@example.com"]
    assert (await invite(world, ignore_existing=True)).status_code == 200


async def test_the_address_of_a_user_is_refused_unless_existing_ones_are_ignored(world):
    await world.user("ann")
    refused = await invite(world, "ann@example.com")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "form_identifier_exists"
    ignored = await invite(world, "ann@example.com", ignore_existing=True)
    assert parse_qs(urlsplit(ignored.json()["url"]).query)["__clerk_status"] == ["sign_in"]


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"email_address": "nobody"}, "email_address"),
        ({"expires_in_days": 0}, "expires_in_days"),
        ({"expires_in_days": 366}, "expires_in_days"),
        ({"template_slug": "other"}, "template_slug"),
        ({"role": "org:admin"}, "role"),
    ],
)
async def test_what_does_not_fit_is_refused_by_name(world, fields, parameter):
    refused = await world.post("/invitations", {"email_address": "new@example.com", **fields})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["meta"]["param_name"] == parameter


async def test_of_several_all_are_made_or_none(world):
    await world.user("ann")
    refused = await world.post(
        "/invitations/bulk",
        [
            {"email_address": "new@example.com"},
            {"email_address": "ann@example.com", "ignore_existing": True},
        ],
    )
    assert refused.status_code == 422
    assert (await world.get("/invitations")).json() == []
    made = await world.post(
        "/invitations/bulk",
        [{"email_address": f"new{number}@example.com"} for number in range(10)],
    )
    assert len({each["url"] for each in made.json()}) == 10
    for count in (0, 11):
        many = [{"email_address": f"more{number}@example.com"} for number in range(count)]
        assert (await world.post("/invitations/bulk", many)).status_code == 422


async def test_one_address_twice_among_several_is_refused(world):
    twice = [{"email_address": "new@example.com"}, {"email_address": "New@example.com"}]
    assert (await world.post("/invitations/bulk", twice)).status_code == 400


async def test_lists_are_filtered_ordered_and_paged(world):
    for name in ("ann", "ben", "cid"):
        await invite(world, f"{name}@example.com")
    revoked = (await world.get("/invitations", params={"query": "cid@"})).json()[0]
    await world.post(f"/invitations/{revoked['id']}/revoke")

    async def found(**query):
        rows = (await world.get("/invitations", params=query)).json()
        return [row["email_address"].partition("@")[0] for row in rows]

    assert await found() == ["ben", "ann"]
    assert await found(status="revoked") == ["cid"]
    assert await found(status=["revoked", "pending"], order_by="email_address") == [
        "ann",
        "ben",
        "cid",
    ]
    assert await found(query=revoked["id"], status="revoked") == ["cid"]
    assert await found(order_by="-email_address", limit=1) == ["ben"]
    assert await found(order_by="expires_at", offset=1) == ["ben"]
    page = (await world.get("/invitations", params={"paginated": "true", "limit": 1})).json()
    assert (len(page["data"]), page["total_count"]) == (1, 2)
    assert (await world.get("/invitations", params={"status": "open"})).status_code == 422


async def test_a_revoked_invitation_stays_revoked(world, other_world):
    made = (await invite(world)).json()
    foreign = await other_world.post(f"/invitations/{made['id']}/revoke")
    assert foreign.status_code == 404
    revoked = await world.post(f"/invitations/{made['id']}/revoke")
    assert revoked.json()["status"] == "revoked"
    assert revoked.json()["revoked"] is True
    again = await world.post(f"/invitations/{made['id']}/revoke")
    assert again.status_code == 400
    assert again.json()["errors"][0]["code"] == "invitation_already_revoked"
    assert (await invite(world)).status_code == 200
