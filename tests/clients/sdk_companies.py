"""The part of the story about companies: how their people sign in, and from where they come."""

from typing import Any

from sdk_cast import Cast
from sdk_recorder import Recorder, contains, equal, lacks

SSO = {"idp_entity_id": "https://idp.test/metadata", "idp_sso_url": "https://idp.test/sso"}


def connect(recorder: Recorder, cast: Cast, organization: Any) -> Any:
    """Connections are made, found, changed and taken away.

    Returns: one that stays.
    """
    name = f"company-{cast.stamp}.test"
    made = recorder.call(
        "enterprise_connections.create",
        request={
            "name": f"Company {cast.stamp}",
            "provider": "saml_okta",
            "domains": [name],
            "organization_id": organization.id,
            "saml": {**SSO, "attribute_mapping": {"first_name": "given"}},
            "custom_attributes": [{"name": "Tags", "key": "tags", "scim_path": "urn:tags"}],
        },
    )
    equal((made.provider, made.domains, made.active), ("saml_okta", [name], False))
    equal(made.custom_attributes[0].scim_path, "urn:tags")
    one = {"enterprise_connection_id": made.id}
    changed = recorder.call("enterprise_connections.update", **one, saml={"force_authn": True})
    equal(changed.saml_connection.force_authn, wanted=True)
    incomplete = recorder.refused("enterprise_connections.update", 422, **one, active=True)
    equal(incomplete, "saml_connection_cant_be_activated")
    seen = recorder.call("enterprise_connections.get", **one)
    equal(seen.saml_connection.idp_sso_url, SSO["idp_sso_url"])
    own = recorder.call("enterprise_connections.list", organization_id=organization.id)
    equal([each.id for each in own.data], [made.id])
    oidc = recorder.call(
        "enterprise_connections.create",
        request={
            "name": "Git",
            "provider": "oidc_custom",
            "domains": [f"git-{name}"],
            "active": True,
            "oidc": {
                "client_id": "us",
                "client_secret": "known to both",
                "auth_url": "https://git.test/authorize",
                "token_url": "https://git.test/token",
                "user_info_url": "https://git.test/me",
            },
        },
    )
    equal((oidc.oauth_config.client_id, oidc.oauth_config.provider_key), ("us", "oidc_custom"))
    gone = recorder.call("enterprise_connections.delete", enterprise_connection_id=oidc.id)
    equal(gone.id, oidc.id)
    recorder.refused("enterprise_connections.get", 404, enterprise_connection_id=oidc.id)
    return made


def connect_as_before(recorder: Recorder, cast: Cast, connection: Any) -> None:
    """The older view shows the same connections."""
    one = {"saml_connection_id": connection.saml_connection.id}
    seen = recorder.call("saml_connections.get", **one)
    equal((seen.enterprise_connection_id, seen.user_count), (connection.id, 0))
    equal((seen.force_authn, seen.attribute_mapping.first_name), (True, "given"))
    made = recorder.call(
        "saml_connections.create",
        request={
            "name": f"Older {cast.stamp}",
            "provider": "saml_custom",
            "domains": [f"older-{cast.stamp}.test"],
        },
    )
    other = {"saml_connection_id": made.id}
    changed = recorder.call("saml_connections.update", **other, allow_subdomains=True)
    equal(changed.allow_subdomains, wanted=True)
    listed = recorder.call("saml_connections.list", query=cast.stamp, order_by="-name")
    equal([each.id for each in listed.data], [made.id, seen.id])
    own = recorder.call("saml_connections.list", organization_id=[f"-{seen.organization_id}"])
    contains((each.id for each in own.data), made.id)
    lacks((each.id for each in own.data), seen.id)
    equal(recorder.call("saml_connections.delete", **other).id, made.id)
    recorder.refused("saml_connections.get", 404, **other)


def provision(recorder: Recorder, connection: Any) -> None:
    """A directory is made, changed, given another key and taken away; the newest major alone."""
    if not recorder.has("scim_directories.create"):
        return
    role = recorder.call("organization_roles.list", query="org:member").data[0]
    made = recorder.call(
        "scim_directories.create",
        request={
            "enterprise_connection_id": connection.id,
            "provider": "okta",
            "group_role_mappings": [{"scim_group_id": "g", "role_id": role.id}],
        },
    )
    equal((made.enterprise_connection_id, made.enabled), (connection.id, True))
    one = {"scim_directory_id": made.id}
    rotated = recorder.call("scim_directories.rotate_api_key", **one)
    equal(rotated.api_key != made.api_key, wanted=True)
    mapped = recorder.call("scim_directories.list_group_role_mappings", **one)
    equal([each.role.key for each in mapped.data], ["org:member"])
    changed = recorder.call("scim_directories.update", **one, name="People", enabled=False)
    equal((changed.name, changed.enabled), ("People", False))
    seen = recorder.call("scim_directories.get", **one)
    equal((seen.api_key, seen.custom_attributes[0].key), (None, "tags"))
    listed = recorder.call("scim_directories.list")
    contains((each.id for each in listed.data), made.id)
    equal(recorder.call("scim_directories.delete", **one).id, made.id)
    recorder.refused("scim_directories.get", 404, **one)


def ask_their_admin(recorder: Recorder, organization: Any) -> None:
    """A link for a company's IT admin is made and taken back."""
    made = recorder.call(
        "admin_portal_link_tokens.create_admin_portal_link_token",
        organization_id=organization.id,
        it_contact_id="carla",
        scopes=["admin_portal:read"],
        seconds_until_expiration=600,
    )
    equal((made.organization_id, made.scopes), (organization.id, ["admin_portal:read"]))
    gone = recorder.call(
        "admin_portal_link_tokens.revoke_admin_portal_link_token",
        admin_portal_link_token_id=made.id,
        revocation_reason="No longer needed",
    )
    equal((gone.revoked, gone.revocation_reason), (True, "No longer needed"))


def part(recorder: Recorder, connection: Any) -> None:
    """The last connection is taken away."""
    gone = recorder.call("enterprise_connections.delete", enterprise_connection_id=connection.id)
    equal(gone.deleted, wanted=True)
