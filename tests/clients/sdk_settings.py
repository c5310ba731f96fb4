"""The part of the story about what an app's server changes of its instance."""

from sdk_recorder import Recorder, equal


def are_changed(recorder: Recorder) -> None:
    """Every group of settings is read and changed, and put back as it was."""
    found = recorder.call("instance_settings.get")
    equal((found.object.value, found.environment_type), ("instance", "development"))
    origins = ["https://shop.test", "chrome-extension://abcdefgh"]
    given = {"allowed_origins": origins, "support_email": "help@example.com", "hibp": False}
    equal(recorder.call("instance_settings.update", request=given), None)
    equal(recorder.call("instance_settings.get").allowed_origins, origins)
    back = {"allowed_origins": [], "support_email": "", "hibp": True}
    recorder.call("instance_settings.update", request=back)
    wrong = {"support_email": "nobody"}
    refused = recorder.refused("instance_settings.update", 422, request=wrong)
    equal(refused, "form_param_value_invalid")
    for is_on in (True, False):
        changed = recorder.call(
            "instance_settings.update_restrictions", request={"block_email_subaddresses": is_on}
        )
        equal(changed.block_email_subaddresses, is_on)
    changed = recorder.call(
        "instance_settings.update_communication", request={"blocked_country_codes": ["KP", "XX"]}
    )
    equal(changed.blocked_country_codes, ["KP"])
    equal(recorder.call("instance_settings.get_communication").blocked_country_codes, ["KP"])
    recorder.call("instance_settings.update_communication", request={"blocked_country_codes": []})


def of_organizations_and_clients_are_changed(recorder: Recorder) -> None:
    """So are those of organizations, OAuth clients, protection, and of how people come in."""
    group = "instance_settings."
    for is_on in (True, False):
        changed = recorder.call(
            group + "update_o_auth_application_settings",
            request={"dynamic_oauth_client_registration": is_on, "oauth_jwt_access_tokens": is_on},
        )
        equal(changed.oauth_jwt_access_tokens, is_on)
    found = recorder.call(group + "get_o_auth_application_settings")
    equal(found.dynamic_oauth_client_registration, wanted=False)
    for limit in (30, 0):
        changed = recorder.call(
            group + "update_organization_settings", request={"max_allowed_memberships": limit}
        )
        equal(changed.max_allowed_memberships, limit)
    found = recorder.call(group + "get_organization_settings")
    equal((found.creator_role, found.domains_default_role), ("org:admin", "org:member"))
    missing = {"creator_role_id": "role_nobody"}
    refused = recorder.refused(group + "update_organization_settings", 404, request=missing)
    equal(refused, "resource_not_found")
    for is_on in (True, False):
        changed = recorder.call(group + "update_instance_protect", request={"rules_enabled": is_on})
        equal(changed.rules_enabled, is_on)
    equal(recorder.call(group + "get_instance_protect").specter_enabled, wanted=False)
    changed = recorder.call(
        "beta_features.update_instance_settings",
        request={"from_email_address": "hello", "restricted_to_allowlist": False},
    )
    equal((changed.from_email_address, changed.progressive_sign_up), ("hello", True))
