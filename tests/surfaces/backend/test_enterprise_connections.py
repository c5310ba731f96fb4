"""Enterprise connections and their older view in the Backend API."""

import pytest

from charter.core.instances.model import Environment
from tests.companies import (
    ENTITY_ID,
    SSO_URL,
    bare,
    certificate,
    enroll,
    key_descriptor,
    metadata,
    publishing,
)
from tests.world import new_world

NEW = {"name": "Acme", "provider": "saml_okta", "domains": ["Acme.test"]}
OIDC = {"name": "Git", "provider": "oidc_gitlab", "domains": ["git.test"]}


async def make(world, group="enterprise", **fields):
    body = {**NEW, **fields}
    answer = await world.post(f"/{group}_connections", body)
    assert answer.status_code == (201 if group == "enterprise" else 200), answer.text
    return answer.json()


def code_of(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def test_a_connection_is_made_listed_changed_and_deleted(world):
    acme = await world.organization("Acme")
    attribute = {"name": "Tags", "key": "tags", "scim_path": "urn:tags", "multi_valued": True}
    made = await make(
        world,
        organization_id=acme.id,
        allow_organization_account_linking=True,
        custom_attributes=[attribute],
        saml={"idp_metadata": metadata(), "attribute_mapping": {"first_name": None}},
        active=True,
    )
    assert made["domains"] == ["acme.test"]
    assert (made["active"], made["authenticatable"], made["oauth_config"]) == (True, True, None)
    assert made["custom_attributes"] == [attribute | {"directory_path": "urn:tags"}]
    part = made["saml_connection"]
    assert (part["idp_entity_id"], part["idp_sso_url"]) == (ENTITY_ID, SSO_URL)
    base = f"{world.platform.addresses.frontend_url}/frontend/i/{world.instance_id}/v1/saml"
    assert part["acs_url"] == f"{base}/acs/{part['id']}"
    assert part["sp_metadata_url"] == part["sp_entity_id"] == f"{base}/metadata/{part['id']}.xml"
    other = await make(world, domains=["b.test"])
    path = f"/enterprise_connections/{made['id']}"
    for asked, wanted in (
        ({}, {made["id"], other["id"]}),
        ({"organization_id": acme.id}, {made["id"]}),
        ({"active": "false"}, {other["id"]}),
        ({"active": "true", "organization_id": "org_x"}, set()),
    ):
        listed = (await world.get("/enterprise_connections", params=asked)).json()
        assert {each["id"] for each in listed["data"]} == wanted
        assert listed["total_count"] == len(wanted)
    changed = await world.patch(
        path,
        {
            "name": "Globex",
            "sync_user_attributes": False,
            "disable_additional_identifications": True,
            "saml": {"name": "ignored", "force_authn": True, "login_hint": {"mode": "off"}},
        },
    )
    assert changed.status_code == 200, changed.text
    after = changed.json()
    assert (after["name"], after["saml_connection"]["name"]) == ("Globex", "Globex")
    assert after["saml_connection"]["login_hint"] == {"mode": "off"}
    assert (await world.get(path)).json() == after
    gone = (await world.delete(path)).json()
    assert gone == {"object": "enterprise_connection", "id": made["id"], "deleted": True}
    assert (await world.get(path)).status_code == 404


async def test_one_made_by_the_older_view_is_seen_by_the_newer_one_and_the_reverse(world):
    hint = {"mode": "custom_attribute", "source": "employee"}
    old = await make(world, "saml", idp_certificate=bare(certificate()), login_hint=hint)
    new = (await world.get(f"/enterprise_connections/{old['enterprise_connection_id']}")).json()
    assert new["saml_connection"]["id"] == old["id"]
    assert new["saml_connection"]["login_hint"] == old["login_hint"] == hint
    assert (old["domain"], old["idp_certificate"]) == ("acme.test", certificate())
    assert old["idp_certificate_expires_at"] - old["idp_certificate_issued_at"] == 365 * 86_400_000
    assert old["attribute_mapping"]["email_address"] == "email"
    assert old["user_count"] == 0
    made = await make(world, domains=["b.test"], saml={"idp_metadata": metadata()})
    seen = (await world.get(f"/saml_connections/{made['saml_connection']['id']}")).json()
    assert (seen["enterprise_connection_id"], seen["idp_metadata"]) == (made["id"], metadata())
    gone = (await world.delete(f"/saml_connections/{seen['id']}")).json()
    assert gone == {"object": "saml_connection", "id": seen["id"], "deleted": True}
    assert (await world.get(f"/enterprise_connections/{made['id']}")).status_code == 404


async def test_the_older_view_is_listed_and_changed(world):
    acme = await world.organization("Acme")
    made = await make(world, "saml", domains=[], domain="a.test", organization_id=acme.id)
    other = await make(world, "saml", name="Zebra", domains=["b.test"])
    await make(world, **OIDC)
    path = f"/saml_connections/{made['id']}"
    for asked, wanted in (
        ({"order_by": "-name"}, [other["id"], made["id"]]),
        ({"query": "ZEB"}, [other["id"]]),
        ({"organization_id": acme.id}, [made["id"]]),
        ({"organization_id": f"-{acme.id}"}, [other["id"]]),
    ):
        listed = (await world.get("/saml_connections", params=asked)).json()
        assert [each["id"] for each in listed["data"]] == wanted
    body = {
        "domain": "c.test",
        "idp_metadata": metadata(),
        "active": True,
        "allow_subdomains": True,
        "allow_idp_initiated": True,
        "force_authn": True,
        "attribute_mapping": {"email_address": "mail"},
    }
    after = (await world.patch(path, body)).json()
    assert (after["domains"], after["active"], after["force_authn"]) == (["c.test"], True, True)
    assert after["attribute_mapping"]["email_address"] == "mail"
    # The id of the whole connection is none here.
    wrong = f"/saml_connections/{made['enterprise_connection_id']}"
    assert (await world.get(wrong)).status_code == 404


async def test_a_provider_of_openid_connect_is_told_and_its_secret_is_not_shown(world, provider):
    url = f"{provider.issuer}/.well-known/openid-configuration"
    given = {"client_id": "us", "client_secret": "known to both", "discovery_url": url}
    made = await make(world, **OIDC, oidc=given, active=True)
    part = made["oauth_config"]
    assert part["provider_key"] == f"oidc_gitlab_ent_{part['id'].partition('_')[2]}"
    assert (part["client_id"], part["discovery_url"]) == ("us", url)
    assert part["auth_url"] == f"{provider.issuer}/authorize"
    assert "known to both" not in str(made)
    assert made["saml_connection"] is None
    path = f"/enterprise_connections/{made['id']}"
    after = (await world.patch(path, {"oidc": {"requires_pkce": True}})).json()
    assert after["oauth_config"]["requires_pkce"] is True
    assert (await world.get(f"/saml_connections/samlc_{made['id'][8:]}")).status_code == 404


FETCH = "saml_failed_to_fetch_idp_metadata"
PARSE = "saml_failed_to_parse_idp_metadata"
INVALID = "form_param_value_invalid"
TWO_PATHS = {"name": "T", "key": "t", "scim_path": "a", "directory_path": "b"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"saml": {"idp_metadata": "<a/>"}}, PARSE),
        ({"saml": {"idp_metadata": metadata(before="<!DOCTYPE a>")}}, PARSE),
        ({"saml": {"idp_metadata": metadata(keys="")}}, "saml_metadata_missing_fields"),
        ({"saml": {"idp_metadata_url": "http://169.254.169.254/"}}, FETCH),
        ({"saml": {"idp_metadata_url": "http://127.0.0.1:1/"}}, FETCH),
        ({"saml": {"idp_metadata_url": "gopher://x"}}, INVALID),
        ({"saml": {"idp_certificate": key_descriptor(certificate())}}, INVALID),
        ({"saml": {"idp_metadata": "\x00"}}, INVALID),
        ({"saml": {"attribute_mapping": {"role": "x"}}}, "form_param_unknown"),
        ({"saml": {"login_hint": {"mode": "loud"}}}, INVALID),
        ({"active": True}, "saml_connection_cant_be_activated"),
        ({"domains": ["gmail.com"]}, "organization_domain_common"),
        ({"domains": ["taken.test"]}, "form_identifier_exists"),
        ({"domains": []}, INVALID),
        ({"provider": "ldap"}, INVALID),
        ({"oidc": {"client_id": "us"}}, INVALID),
        ({**OIDC, "active": True}, "form_param_missing"),
        (
            {
                **OIDC,
                "oidc": {"discovery_url": "http://127.0.0.1:1/.well-known/openid-configuration"},
            },
            "custom_oauth_provider_discovery_server_retrieval_error",
        ),
        (
            {
                "custom_attributes": [
                    {"name": "T", "key": "t", "scim_path": "a", "directory_path": "b"}
                ]
            },
            INVALID,
        ),
        ({"custom_attributes": [{"name": "T", "key": "_t"}]}, INVALID),
        ({"custom_attributes": [{"name": "", "key": "t"}]}, INVALID),
        ({"logo": "x"}, "form_param_unknown"),
    ],
)
async def test_what_makes_no_connection_is_refused(world, fields, code):
    await make(world, domains=["taken.test"])
    answer = await world.post("/enterprise_connections", {**NEW, **fields})
    assert code_of(answer) == (422, code), answer.text


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"provider": "oidc_custom"}, INVALID),
        ({"domains": None}, INVALID),
        ({"domains": []}, "form_param_missing"),
        ({"idp_sso_url": "javascript:alert(1)"}, INVALID),
        ({"idp_metadata_url": "http://127.0.0.1:1/"}, FETCH),
    ],
)
async def test_what_makes_none_of_the_older_view_is_refused(world, fields, code):
    answer = await world.post("/saml_connections", {**NEW, **fields})
    assert code_of(answer) == (422, code), answer.text


async def test_who_takes_the_place_of_a_domain_that_enrolls_says_so(world):
    acme = await world.organization("Acme")
    await enroll(world, acme, "acme.test", "automatic_suggestion")
    made = await make(world, "saml", idp_metadata=metadata())
    path, active = f"/saml_connections/{made['id']}", {"active": True}
    refused = await world.patch(path, active)
    assert code_of(refused) == (422, "organization_domain_exists_for_enrollment")
    answer = await world.patch(path, active | {"consent_verified_domains_deletion": True})
    assert answer.json()["active"] is True
    domains = (await world.get(f"/organizations/{acme.id}/domains")).json()
    assert domains["total_count"] == 0


@pytest.mark.security("L1")
async def test_an_address_is_asked_once_and_not_for_what_does_not_exist(world):
    async with publishing() as publisher:
        made = await make(world, saml={"idp_metadata_url": publisher.url})
        assert made["saml_connection"]["idp_entity_id"] == ENTITY_ID
        body = {"saml": {"idp_metadata_url": publisher.url}}
        assert (await world.patch("/enterprise_connections/entconn_x", body)).status_code == 404
        assert publisher.asked == 1


async def test_addresses_for_the_identity_provider_lie_on_the_instances_own_host(platform, app):
    production = await new_world(platform, app, Environment.PRODUCTION)
    made = await make(production, "saml")
    host = (
        await production.sql(
            "SELECT frontend_host FROM instances WHERE id = $1", production.instance_id
        )
    )[0][0]
    assert made["acs_url"] == f"https://{host}/v1/saml/acs/{made['id']}"
    assert made["sp_metadata_url"] == f"https://{host}/v1/saml/metadata/{made['id']}.xml"
