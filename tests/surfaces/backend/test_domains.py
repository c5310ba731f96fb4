"""Domains of the instance and checks of proxies on the wire of the Backend API."""

import dataclasses

import httpx
import pytest

from charter.server import create_app
from tests.sites import Proxies, fresh_name, production


@pytest.fixture
async def live(platform, settings):
    """A production instance at a server whose proxies under app.test work."""
    working = dataclasses.replace(platform, proxies=Proxies("https://app.test/"))
    app = create_app(settings, platform=working)
    made = await production(platform, app)
    yield made
    await made.close()


def error(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def add(live, **fields):
    answer = await live.post("/domains", {"name": fresh_name(), "is_satellite": True, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_primary_domain_is_listed_first(live):
    made = await add(live)
    answer = (await live.get("/domains")).json()
    primary, satellite = answer["data"]
    assert (answer["total_count"], satellite) == (2, made)
    host = f"auth.{primary['name']}"
    assert primary == {
        "object": "domain",
        "id": live.instance_id.replace("ins_", "dmn_"),
        "name": primary["name"],
        "is_satellite": False,
        "frontend_api_url": f"https://{host}",
        "accounts_portal_url": f"https://{host}/account",
        "proxy_url": None,
        "development_origin": "",
        "cname_targets": [{"host": host, "value": "auth.test", "required": True}],
    }


async def test_a_satellite_has_a_host_and_a_record_of_its_own(live):
    name = fresh_name()
    made = await add(live, name=name, proxy_url="https://app.test/p")
    assert made["frontend_api_url"] == made["proxy_url"] == "https://app.test/p"
    assert made["accounts_portal_url"] is None
    assert made["cname_targets"] == [
        {"host": f"clerk.{name}", "value": "auth.test", "required": False}
    ]


async def test_in_development_no_record_is_needed(world):
    answer = await world.post("/domains", {"name": "localhost:3001", "is_satellite": True})
    made = answer.json()
    assert made["cname_targets"] is None
    assert made["development_origin"] == "http://localhost:3001"
    assert made["frontend_api_url"] == f"http://auth.test/frontend/i/{world.instance_id}"


async def test_a_domain_is_changed_and_deleted(live):
    made, name = await add(live), fresh_name()
    answer = await live.patch(
        f"/domains/{made['id']}", {"name": name, "proxy_url": "https://app.test/p"}
    )
    assert (answer.json()["name"], answer.json()["proxy_url"]) == (name, "https://app.test/p")
    answer = await live.patch(f"/domains/{made['id']}", {"proxy_url": None})
    assert answer.json()["proxy_url"] is None
    answer = await live.delete(f"/domains/{made['id']}")
    assert answer.json() == {"object": "domain", "id": made["id"], "deleted": True}
    assert error(await live.delete(f"/domains/{made['id']}")) == (404, "resource_not_found")


async def test_refusals_say_why(live, world):
    made = await add(live)
    primary = (await live.get("/domains")).json()["data"][0]
    here = f"/domains/{made['id']}"
    tried = world.instance_id.replace("ins_", "dmn_")
    proxy = {"proxy_url": "https://other.test/p"}
    expected = [
        (live.post("/domains", {"name": made["name"], "is_satellite": True}), 422,
         "home_url_taken"),
        (live.post("/domains", {"name": "a.test", "is_satellite": False}), 422,
         "primary_domain_already_exists"),
        (live.post("/domains", {"name": "x", "is_satellite": True}), 422,
         "form_param_format_invalid"),
        (live.post("/domains", {"name": "a.vercel.app", "is_satellite": True}), 422,
         "known_hosting_domain"),
        (live.post("/domains", {"name": "a.test"}), 422, "form_param_missing"),
        (live.patch(here, proxy), 422, "invalid_proxy_configuration"),
        (live.patch("/domains/dmn_x", {"name": "a.test"}), 404, "resource_not_found"),
        (live.delete(f"/domains/{primary['id']}"), 403, "operation_not_allowed_on_primary_domain"),
        (world.patch(f"/domains/{tried}", proxy), 400, "domain_update_forbidden"),
        (world.post("/instance/change_domain", {"home_url": "https://a.test"}), 400,
         "request_invalid_for_environment"),
        (live.post("/instance/change_domain", {"home_url": "nothing"}), 422,
         "form_param_format_invalid"),
        (live.post("/proxy_checks"), 422, "form_param_missing"),
        (live.post("/proxy_checks", {"proxy_url": "x"}), 422, "invalid_proxy_configuration"),
    ]  # fmt: skip
    for call, status, code in expected:
        assert error(await call) == (status, code)


@pytest.mark.parametrize(
    ("method", "path"), [("post", "/instance/change_domain"), ("put", "/beta_features/domain")]
)
async def test_a_production_instance_moves(live, method, path):
    name = fresh_name("moved")
    answer = await getattr(live, method)(path, {"home_url": f"https://www.{name}"})
    assert (answer.status_code, answer.content) == (202, b"")
    primary = (await live.get("/domains")).json()["data"][0]
    assert (primary["name"], primary["frontend_api_url"]) == (name, f"https://auth.{name}")
    under = {"headers": {"host": f"auth.{name}", "authorization": ""}}
    answer = await live.client.get("/.well-known/jwks.json", **under)
    assert answer.status_code == 200
    async with httpx.AsyncClient(transport=live.client._transport) as http:
        answer = await http.get(f"https://auth.{name}/v1/environment")
    assert answer.status_code == 200


async def test_a_proxy_is_checked(live):
    answer = await live.post("/proxy_checks", {"proxy_url": "https://app.test/p"})
    found = answer.json()
    assert (found["object"], found["successful"]) == ("proxy_check", True)
    assert found["proxy_url"] == "https://app.test/p"
    answer = await live.post("/proxy_checks", {"proxy_url": "https://other.test/p"})
    assert (answer.json()["id"], answer.json()["successful"]) == (found["id"], False)
