"""Domains of organizations through the Frontend API."""

import pytest

from charter.core.organization_domains import operations as domains
from tests.sent import sent


@pytest.fixture
async def browser(world):
    made = world.browser()
    await made.sign_in("ann")
    yield made
    await made.close()


@pytest.fixture
async def path(browser):
    acme = (await browser.post("/organizations", {"name": "Acme"})).json()["response"]
    return f"/organizations/{acme['id']}/domains"


@pytest.fixture
async def domain(browser, path):
    form = {"name": "acme.test", "enrollment_mode": "automatic_suggestion"}
    return (await browser.post(path, form)).json()["response"]


def code(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def test_a_domain_is_named_listed_and_given_up(browser, path, domain):
    assert domain["object"] == "organization_domain"
    assert domain["verification"] is None
    one = f"{path}/{domain['id']}"
    assert (await browser.get(one)).json()["response"] == domain
    for query, total in (
        ({}, 1),
        ({"verified": "false"}, 1),
        ({"verified": "true"}, 0),
        ({"enrollment_mode": "automatic_suggestion"}, 1),
        ({"enrollment_mode": "manual_invitation"}, 0),
    ):
        page = (await browser.get(path, **query)).json()["response"]
        assert page["total_count"] == total, query
    gone = await browser.delete(one)
    assert gone.json()["response"]["deleted"] is True
    assert code(await browser.get(one)) == (404, "resource_not_found")
    assert code(await browser.delete(one)) == (404, "resource_not_found")


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("gmail.com", "organization_domain_common"),
        ("acme.test", "organization_domain_already_exists_same_organization"),
        ("no domain", "form_param_format_invalid"),
    ],
)
async def test_what_cannot_be_named_is_told_at_its_field(browser, path, domain, name, refusal):
    answer = await browser.post(path, {"name": name})
    assert code(answer) == (422, refusal)
    assert answer.json()["errors"][0]["meta"]["param_name"] == "name"


async def test_a_domain_is_proven_by_a_code(world, browser, path, domain):
    one = f"{path}/{domain['id']}"
    prepare, attempt = (f"{one}/{step}_affiliation_verification" for step in ("prepare", "attempt"))
    elsewhere = {"affiliation_email_address": "office@evil.test"}
    assert code(await browser.post(prepare, elsewhere)) == (422, "organization_domain_mismatch")
    address = "office@acme.test"
    waiting = await browser.post(prepare, {"affiliation_email_address": address})
    shown = waiting.json()["response"]
    assert shown["affiliation_email_address"] == address
    assert shown["affiliation_verification"]["status"] == "unverified"
    assert shown["affiliation_verification"]["strategy"] == "affiliation_email_code"
    right = (await sent(world, address))[0].code
    wrong = "000000" if right != "000000" else "111111"
    assert code(await browser.post(attempt, {"code": wrong})) == (422, "form_code_incorrect")
    done = (await browser.post(attempt, {"code": right})).json()["response"]
    assert done["verification"]["status"] == "verified"
    assert (await browser.get(path, verified="true")).json()["response"]["total_count"] == 1


async def test_a_domain_is_proven_by_a_record(browser, path, domain):
    one = f"{path}/{domain['id']}"
    early = await browser.post(f"{one}/attempt_ownership_verification")
    assert early.status_code == 400
    asked = (await browser.post(f"{one}/prepare_ownership_verification")).json()["response"]
    proof = asked["ownership_verification"]
    assert proof["txt_record_name"] == "_charter-verification.acme.test"
    assert proof["txt_record_value"].startswith("charter-verification=")
    shown = (await browser.get(one)).json()["response"]["ownership_verification"]
    assert (shown["status"], shown["txt_record_value"]) == ("unverified", None)
    assert code(await browser.post(f"{path}/orgdmn_x/prepare_ownership_verification")) == (
        404,
        "resource_not_found",
    )


async def test_the_way_to_enroll_is_changed(world, browser, path, domain):
    change = f"{path}/{domain['id']}/update_enrollment_mode"
    form = {"enrollment_mode": "automatic_invitation", "delete_pending": "true"}
    changed = (await browser.post(change, form)).json()["response"]
    assert changed["enrollment_mode"] == "automatic_invitation"
    assert (await browser.post(change, {"enrollment_mode": "x"})).status_code == 422
    sso = await browser.post(change, {"enrollment_mode": "enterprise_sso"})
    assert code(sso) == (403, "organization_domain_enrollment_mode_not_enabled")


async def test_of_several_each_stands_or_falls_alone(browser, path, domain):
    form = {"names": ["one.test", "acme.test", "gmail.com"]}
    made = (await browser.post(f"{path}/bulk", form)).json()["response"]
    assert [each["name"] for each in made["data"]] == ["one.test"]
    assert {each["name"]: each["code"] for each in made["errors"]} == {
        "acme.test": "organization_domain_already_exists_same_organization",
        "gmail.com": "organization_domain_common",
    }
    ids = {"organization_domain_ids": [domain["id"], "orgdmn_x"]}
    asked = await browser.post(f"{path}/prepare_ownership_verification/bulk", ids)
    shown = asked.json()["response"]
    assert shown["data"][0]["ownership_verification"]["txt_record_value"]
    assert shown["errors"] == [{"id": "orgdmn_x", "code": "resource_not_found"}]
    early = {"organization_domain_ids": [made["data"][0]["id"]]}
    tried = await browser.post(f"{path}/attempt_ownership_verification/bulk", early)
    assert tried.json()["response"]["data"] == []
    for bulk in ("bulk", "prepare_ownership_verification/bulk"):
        assert code(await browser.post(f"{path}/{bulk}", {})) == (422, "form_param_missing")
    missing = await browser.post(f"{path}/attempt_ownership_verification/bulk", {})
    assert code(missing) == (422, "form_param_missing")


@pytest.mark.security("G4")
async def test_only_who_manages_domains_does(world, browser, path, domain):
    await world.user("ben", password="a long pass phrase of mine")
    organization_id = domain["organization_id"]
    found = await world.call(
        None, domains.get, organization_id=organization_id, domain_id=domain["id"]
    )
    await world.member(found.organization, "ben")
    ben = world.browser()
    await ben.sign_in("ben")
    assert code(await ben.get(path)) == (403, "authorization_invalid")
    assert code(await ben.post(path, {"name": "ben.test"})) == (403, "authorization_invalid")
    await ben.close()


async def test_an_instance_may_have_no_domains(world, browser, path):
    await world.configure(organizations={"have_domains": False})
    answer = await browser.post(path, {"name": "acme.test"})
    assert code(answer) == (403, "organization_domains_not_enabled")
