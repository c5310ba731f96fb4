"""Whatever changes something that has a version refuses a caller who read an older one."""

import pytest

from charter.kernel.errors import DomainError, VersionConflict
from charter.kernel.operation import CATALOG, run
from tests.cast import make_cast
from tests.makers import FRESH_INSTANCE, make
from tests.rolling_back import forgetful
from tests.test_permission_matrix import CALLABLE, who_may
from tests.world import new_world

COMPARING = {
    "applications.delete",
    "applications.update",
    "people.erase",
    "people.update",
    "account_clients.delete",
    "account_clients.update",
    "api_keys.delete",
    "api_keys.revoke",
    "api_keys.update",
    "directories.delete",
    "directories.rotate_key",
    "directories.update",
    "discounts.set_active",
    "email_addresses.update",
    "enterprise_connections.delete",
    "enterprise_connections.update",
    "identity_providers.update",
    "instance_domains.update",
    "instances.configure",
    "instances.update",
    "instances.update_authentication",
    "instances.update_messages",
    "instances.update_oauth",
    "instances.update_organizations",
    "instances.update_protection",
    "instances.update_restrictions",
    "jwt_templates.update",
    "m2m_tokens.revoke",
    "machines.create_scope",
    "machines.delete",
    "machines.delete_scope",
    "machines.rotate_secret",
    "machines.update",
    "memberships.disable",
    "memberships.enable",
    "memberships.merge_metadata",
    "memberships.remove",
    "memberships.set_role",
    "memberships.set_role_in_full",
    "memberships.set_roles",
    "message_templates.toggle_delivery",
    "message_templates.update",
    "oauth_applications.delete",
    "oauth_applications.rotate_secret",
    "oauth_applications.set_logo",
    "oauth_applications.update",
    "organization_users.revise",
    "organizations.delete",
    "organizations.delete_logo",
    "organizations.merge_metadata",
    "organizations.move",
    "organizations.replace_metadata",
    "organizations.set_logo",
    "organizations.set_status",
    "organizations.update",
    "passkeys.remove",
    "passwords.change_own",
    "passwords.remove",
    "passwords.set_compromised",
    "passwords.unset_compromised",
    "permissions.update",
    "phone_numbers.update",
    "plans.set_features",
    "recorded_payments.merge_metadata",
    "role_sets.add_roles",
    "role_sets.replace_role",
    "role_sets.update",
    "roles.update",
    "saml_connections.delete",
    "saml_connections.update",
    "second_factors.delete_backup_codes",
    "second_factors.delete_totp",
    "second_factors.disable",
    "sessions.revoke",
    "users.ban",
    "users.delete",
    "users.delete_own",
    "users.delete_own_profile_image",
    "users.delete_profile_image",
    "users.lock",
    "users.merge_metadata",
    "users.merge_own_metadata",
    "users.replace_metadata",
    "users.set_own_profile_image",
    "users.set_profile_image",
    "users.unban",
    "users.unlock",
    "users.update",
    "users.update_own",
    "web3_wallets.delete",
    "webhooks.delete_endpoint",
    "webhooks.rotate_secret",
    "webhooks.update_endpoint",
}
"""The operations that compare versions; another one that writes refuses to be asked for it."""


@pytest.mark.security("O2")
async def test_every_change_of_what_has_a_version_compares_it(platform, app):
    cast, other = [await make_cast(await new_world(platform, app)) for _ in range(2)]
    comparing = set()
    for name in CALLABLE:
        if not CATALOG[name].writes or name in FRESH_INSTANCE:
            continue
        arguments, actor = await make(name, cast), who_may(name, cast, other)
        once = forgetful(platform)
        try:
            await run(once, actor, CATALOG[name], expected_version="0", arguments=arguments)
        except DomainError as refusal:
            if type(refusal) is VersionConflict:
                comparing.add(name)
    assert comparing == COMPARING
