"""Domains of organizations on the wire of the Backend API."""

import pytest


@pytest.fixture
async def acme(world):
    return await world.organization(owner="ann")


@pytest.fixture
def path(acme):
    return f"/organizations/{acme.id}/domains"


def refusal(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def test_a_domain_is_given_found_and_taken_away(world, path, acme):
    made = (await world.post(path, {"name": "Acme.test"})).json()
    assert (made["object"], made["name"]) == ("organization_domain", "acme.test")
    assert made["organization_id"] == acme.id
    assert made["verification"] == {
        "status": "verified",
        "strategy": "manual_override",
        "attempts": None,
        "expire_at": None,
        "verified_at": None,
    }
    assert made["ownership_verification"] is None
    assert made["public_organization_data"]["name"] == "Acme"
    for where in (path, "/organization_domains"):
        assert (await world.get(where)).json() == {"data": [made], "total_count": 1}
    gone = (await world.delete(f"{path}/{made['id']}")).json()
    assert gone == {"object": "organization_domain", "id": made["id"], "deleted": True}
    assert refusal(await world.delete(f"{path}/{made['id']}")) == (404, "resource_not_found")


async def test_a_domain_is_changed_and_doubted(world, path):
    made = (await world.post(path, {"name": "acme.test", "verified": False})).json()
    assert made["verification"] is None
    one = f"{path}/{made['id']}"
    body = {"verified": True, "enrollment_mode": "automatic_suggestion"}
    changed = (await world.patch(one, body)).json()
    assert changed["affiliation_verification"]["status"] == "verified"
    assert changed["enrollment_mode"] == "automatic_suggestion"
    kept = (await world.patch(one, {"verified": None, "enrollment_mode": None})).json()
    assert kept == changed
    doubted = (await world.patch(one, {"verified": False})).json()
    assert doubted["verification"] is None
    assert doubted["enrollment_mode"] == "automatic_suggestion"


async def test_ownership_is_vouched_for(world, path):
    made = (await world.post(path, {"name": "acme.test", "verified": None})).json()
    owned = (await world.post(f"{path}/{made['id']}/verify_ownership")).json()
    assert owned["ownership_verification"]["strategy"] == "manual_override"
    assert owned["ownership_verification"]["verified_at"] == owned["updated_at"]
    assert (await world.post(f"{path}/{made['id']}/verify_ownership")).json() == owned
    missing = await world.post(f"{path}/orgdmn_x/verify_ownership")
    assert refusal(missing) == (404, "resource_not_found")


@pytest.mark.parametrize(
    ("body", "expected", "parameter"),
    [
        ({}, (422, "form_param_missing"), "name"),
        ({"name": "gmail.com"}, (422, "organization_domain_common"), "name"),
        ({"name": "no domain"}, (422, "form_param_format_invalid"), "name"),
        (
            {"name": "here.test"},
            (422, "organization_domain_already_exists_same_organization"),
            "name",
        ),
        ({"name": "taken.test"}, (422, "organization_domain_already_exists"), "name"),
        (
            {"name": "a.test", "enrollment_mode": "x"},
            (422, "form_param_value_invalid"),
            "enrollment_mode",
        ),
        (
            {"name": "a.test", "enrollment_mode": "enterprise_sso"},
            (403, "organization_domain_enrollment_mode_not_enabled"),
            None,
        ),
        ({"name": "a.test", "verified": "maybe"}, (422, "form_param_value_invalid"), "verified"),
        ({"name": "a.test", "proof": "none"}, (422, "form_param_unknown"), "proof"),
    ],
)
async def test_what_cannot_be_given_is_refused_by_name(world, path, body, expected, parameter):
    other = await world.organization("Other", owner="ann")
    await world.post(f"/organizations/{other.id}/domains", {"name": "taken.test"})
    await world.post(path, {"name": "here.test"})
    refused = await world.post(path, body)
    assert refusal(refused) == expected
    assert refused.json()["errors"][0]["meta"].get("param_name") == parameter


async def test_domains_are_filtered_ordered_and_paged(world, path, acme):
    other = await world.organization("Other", owner="ann")
    await world.post(path, {"name": "one.test"})
    suggesting = {"name": "two.test", "enrollment_mode": "automatic_suggestion"}
    await world.post(path, {**suggesting, "verified": False})
    await world.post(f"/organizations/{other.id}/domains", {"name": "three.test"})

    async def found(where="/organization_domains", **query):
        rows = (await world.get(where, params=query)).json()["data"]
        return [row["name"].partition(".")[0] for row in rows]

    assert await found() == ["three", "two", "one"]
    assert await found(path) == ["two", "one"]
    for where in (path, "/organization_domains"):
        assert await found(where, verified="false") == ["two"]
        assert await found(where, enrollment_mode="automatic_suggestion") == ["two"]
        both = "-manual_invitation,automatic_suggestion"
        assert await found(where, enrollment_mode=both) == ["two"]
        assert await found(where, enrollment_mode="-automatic_suggestion", limit=1, offset=0) in (
            ["one"],
            ["three"],
        )
        neither = "-manual_invitation,-automatic_suggestion"
        assert await found(where, enrollment_mode=neither) == []
        assert (await world.get(where, params={"verified": "x"})).status_code == 422
        assert (await world.get(where, params={"enrollment_mode": "x"})).status_code == 422
    assert await found(organization_id=acme.id) == ["two", "one"]
    assert await found(query="hree") == ["three"]
    assert await found(query=other.id) == ["three"]
    assert await found(domains=["ONE.test", "two.test"], order_by="-name") == ["two", "one"]
    assert await found(order_by="+name", limit=1, offset=1) == ["three"]
    assert (await world.get("/organization_domains", params={"query": " "})).status_code == 422


async def test_the_list_of_an_unknown_organization_is_not_found(world, other_world):
    theirs = await other_world.organization(owner="ann")
    for organization_id in ("org_none", theirs.id):
        answer = await world.get(f"/organizations/{organization_id}/domains")
        assert refusal(answer) == (404, "resource_not_found")


async def test_an_instance_may_have_no_domains(world, path):
    made = (await world.post(path, {"name": "acme.test"})).json()
    await world.configure(organizations={"have_domains": False})
    for answer in (
        await world.post(path, {"name": "second.test"}),
        await world.patch(f"{path}/{made['id']}", {"verified": False}),
        await world.post(f"{path}/{made['id']}/verify_ownership"),
    ):
        assert refusal(answer) == (403, "organization_domains_not_enabled")
