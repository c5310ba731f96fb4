"""Who may do what: the one table of the tests, written by hand beside the code's own."""

import dataclasses
from enum import Enum

from charter.core.vocabulary import TOKEN_PERMISSIONS, Permission
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.permission import Scope
from tests.cast import Cast

GRANTS: dict[str, Permission] = {
    "audit.search": Permission.AUDIT_READ,
    "audit.verify": Permission.AUDIT_READ,
    "clients.create_by_cookie": Permission.PUBLIC,
    "clients.create_for_development": Permission.PUBLIC,
    "clients.create_own": Permission.PUBLIC,
    "clients.delete_own": Permission.PUBLIC,
    "clients.get": Permission.SESSIONS_READ,
    "clients.get_own": Permission.PUBLIC,
    "clients.search": Permission.SESSIONS_READ,
    "clients.send_on": Permission.PUBLIC,
    "clients.verify": Permission.SESSIONS_READ,
    "email_addresses.attempt_own_verification": Permission.SELF,
    "email_addresses.attempt_verification": Permission.USERS_MANAGE,
    "email_addresses.create": Permission.USERS_MANAGE,
    "email_addresses.create_own": Permission.SELF,
    "email_addresses.delete": Permission.USERS_MANAGE,
    "email_addresses.delete_own": Permission.SELF,
    "email_addresses.get": Permission.USERS_READ,
    "email_addresses.get_own": Permission.SELF,
    "email_addresses.prepare_own_verification": Permission.SELF,
    "email_addresses.prepare_verification": Permission.USERS_MANAGE,
    "email_addresses.replace": Permission.USERS_MANAGE,
    "email_addresses.search_own": Permission.SELF,
    "email_addresses.update": Permission.USERS_MANAGE,
    "external_accounts.answer": Permission.PUBLIC,
    "external_accounts.create": Permission.SELF,
    "external_accounts.delete": Permission.SELF,
    "external_accounts.forget_tokens": Permission.SELF,
    "external_accounts.reauthorize": Permission.SELF,
    "external_accounts.turn_to_get": Permission.PUBLIC,
    "identity_providers.create": Permission.IDENTITY_PROVIDERS_MANAGE,
    "identity_providers.delete": Permission.IDENTITY_PROVIDERS_MANAGE,
    "identity_providers.search": Permission.IDENTITY_PROVIDERS_MANAGE,
    "identity_providers.update": Permission.IDENTITY_PROVIDERS_MANAGE,
    "images.draw_organization": Permission.PUBLIC,
    "images.draw_user": Permission.PUBLIC,
    "instances.check": Permission.PUBLIC,
    "instances.check_proxy": Permission.PUBLIC,
    "instances.configure": Permission.INSTANCE_MANAGE,
    "instances.create": Permission.KEYS_MANAGE,
    "instances.describe": Permission.PUBLIC,
    "instances.get": Permission.INSTANCE_READ,
    "instances.reset": Permission.INSTANCE_MANAGE,
    "invitations.create": Permission.INVITATIONS_MANAGE,
    "invitations.create_several": Permission.INVITATIONS_MANAGE,
    "invitations.revoke": Permission.INVITATIONS_MANAGE,
    "invitations.search": Permission.INVITATIONS_READ,
    "join_codes.create": Permission.MEMBERS_MANAGE,
    "join_codes.join": Permission.SELF,
    "join_codes.revoke": Permission.MEMBERS_MANAGE,
    "join_codes.search": Permission.MEMBERS_MANAGE,
    "keys.jwks": Permission.PUBLIC,
    "keys.reseal": Permission.KEYS_MANAGE,
    "keys.revoke_secret": Permission.KEYS_MANAGE,
    "keys.rotate_secret": Permission.KEYS_MANAGE,
    "keys.rotate_signing": Permission.KEYS_MANAGE,
    "keys.search": Permission.KEYS_MANAGE,
    "membership_requests.accept": Permission.MEMBERS_MANAGE,
    "membership_requests.reject": Permission.MEMBERS_MANAGE,
    "membership_requests.search": Permission.MEMBERS_MANAGE,
    "links.follow": Permission.PUBLIC,
    "links.look": Permission.PUBLIC,
    "memberships.create": Permission.MEMBERS_MANAGE,
    "memberships.merge_metadata": Permission.ORGANIZATIONS_MANAGE,
    "memberships.remove": Permission.MEMBERS_MANAGE,
    "memberships.search": Permission.MEMBERS_READ,
    "memberships.search_all": Permission.ORGANIZATIONS_READ,
    "memberships.search_of_user": Permission.USERS_READ,
    "memberships.set_role": Permission.MEMBERS_MANAGE,
    "organization_domains.attempt_affiliation": Permission.DOMAINS_MANAGE,
    "organization_domains.attempt_ownership": Permission.DOMAINS_MANAGE,
    "organization_domains.attempt_ownership_of_several": Permission.DOMAINS_MANAGE,
    "organization_domains.create": Permission.DOMAINS_MANAGE,
    "organization_domains.create_several": Permission.DOMAINS_MANAGE,
    "organization_domains.delete": Permission.DOMAINS_MANAGE,
    "organization_domains.enroll": Permission.ORGANIZATIONS_MANAGE,
    "organization_domains.get": Permission.DOMAINS_READ,
    "organization_domains.prepare_affiliation": Permission.DOMAINS_MANAGE,
    "organization_domains.prepare_ownership": Permission.DOMAINS_MANAGE,
    "organization_domains.prepare_ownership_of_several": Permission.DOMAINS_MANAGE,
    "organization_domains.search": Permission.DOMAINS_READ,
    "organization_domains.set_enrollment_mode": Permission.DOMAINS_MANAGE,
    "organization_invitations.accept": Permission.SELF,
    "organization_invitations.accept_own": Permission.SELF,
    "organization_invitations.create": Permission.MEMBERS_MANAGE,
    "organization_invitations.create_alike": Permission.MEMBERS_MANAGE,
    "organization_invitations.create_several": Permission.MEMBERS_MANAGE,
    "organization_invitations.get": Permission.MEMBERS_MANAGE,
    "organization_invitations.revoke": Permission.MEMBERS_MANAGE,
    "organization_invitations.search": Permission.MEMBERS_MANAGE,
    "organization_invitations.search_all": Permission.INVITATIONS_READ,
    "organization_invitations.search_of_user": Permission.INVITATIONS_READ,
    "organization_tokens.create": Permission.TOKENS_MANAGE,
    "organization_tokens.revoke": Permission.TOKENS_MANAGE,
    "organization_tokens.search": Permission.TOKENS_MANAGE,
    "organizations.create": Permission.ORGANIZATIONS_MANAGE,
    "organizations.creation_defaults": Permission.SELF,
    "organizations.delete": Permission.ORGANIZATION_DELETE,
    "organizations.delete_logo": Permission.ORGANIZATION_MANAGE,
    "organizations.get": Permission.ORGANIZATION_VIEW,
    "organizations.merge_metadata": Permission.ORGANIZATIONS_MANAGE,
    "organizations.move": Permission.ORGANIZATIONS_MANAGE,
    "organizations.replace_metadata": Permission.ORGANIZATIONS_MANAGE,
    "organizations.search": Permission.ORGANIZATIONS_READ,
    "organizations.set_logo": Permission.ORGANIZATION_MANAGE,
    "organizations.set_status": Permission.ORGANIZATIONS_MANAGE,
    "organizations.update": Permission.ORGANIZATION_MANAGE,
    "passkeys.attempt_verification": Permission.SELF,
    "passkeys.begin": Permission.SELF,
    "passkeys.delete": Permission.SELF,
    "passkeys.get": Permission.SELF,
    "passkeys.update": Permission.SELF,
    "passwords.change_own": Permission.SELF,
    "passwords.remove": Permission.USERS_MANAGE,
    "passwords.remove_own": Permission.SELF,
    "passwords.set_compromised": Permission.USERS_MANAGE,
    "passwords.unset_compromised": Permission.USERS_MANAGE,
    "passwords.verify": Permission.USERS_MANAGE,
    "permissions.create": Permission.ROLES_MANAGE,
    "permissions.delete": Permission.ROLES_MANAGE,
    "permissions.get": Permission.ROLES_READ,
    "permissions.search": Permission.ROLES_READ,
    "permissions.update": Permission.ROLES_MANAGE,
    "phone_numbers.attempt_own_verification": Permission.SELF,
    "phone_numbers.attempt_verification": Permission.USERS_MANAGE,
    "phone_numbers.create": Permission.USERS_MANAGE,
    "phone_numbers.create_own": Permission.SELF,
    "phone_numbers.delete": Permission.USERS_MANAGE,
    "phone_numbers.delete_own": Permission.SELF,
    "phone_numbers.get": Permission.USERS_READ,
    "phone_numbers.get_own": Permission.SELF,
    "phone_numbers.prepare_own_verification": Permission.SELF,
    "phone_numbers.prepare_verification": Permission.USERS_MANAGE,
    "phone_numbers.replace": Permission.USERS_MANAGE,
    "phone_numbers.search_own": Permission.SELF,
    "phone_numbers.update": Permission.USERS_MANAGE,
    "phone_numbers.update_own": Permission.SELF,
    "reverifications.attempt_first_factor": Permission.PUBLIC,
    "reverifications.attempt_second_factor": Permission.PUBLIC,
    "reverifications.prepare_first_factor": Permission.PUBLIC,
    "reverifications.prepare_second_factor": Permission.PUBLIC,
    "reverifications.start": Permission.PUBLIC,
    "role_sets.add_roles": Permission.ROLES_MANAGE,
    "role_sets.create": Permission.ROLES_MANAGE,
    "role_sets.get": Permission.ROLES_READ,
    "role_sets.replace": Permission.ROLES_MANAGE,
    "role_sets.replace_role": Permission.ROLES_MANAGE,
    "role_sets.search": Permission.ROLES_READ,
    "role_sets.update": Permission.ROLES_MANAGE,
    "roles.assign_permission": Permission.ROLES_MANAGE,
    "roles.create": Permission.ROLES_MANAGE,
    "roles.delete": Permission.ROLES_MANAGE,
    "roles.get": Permission.ROLES_READ,
    "roles.matrix": Permission.PUBLIC,
    "roles.remove_permission": Permission.ROLES_MANAGE,
    "roles.search": Permission.ROLES_READ,
    "roles.search_of_organization": Permission.ORGANIZATION_VIEW,
    "roles.update": Permission.ROLES_MANAGE,
    "second_factors.begin_totp": Permission.SELF,
    "second_factors.create_backup_codes": Permission.SELF,
    "second_factors.remove_totp": Permission.SELF,
    "second_factors.verify_totp": Permission.SELF,
    "sessions.create": Permission.SESSIONS_MANAGE,
    "sessions.create_token": Permission.SESSIONS_MANAGE,
    "sessions.create_token_from_template": Permission.SESSIONS_MANAGE,
    "sessions.end_own": Permission.PUBLIC,
    "sessions.get": Permission.SESSIONS_READ,
    "sessions.get_own": Permission.PUBLIC,
    "sessions.handshake": Permission.PUBLIC,
    "sessions.mint_own": Permission.PUBLIC,
    "sessions.mint_own_from_template": Permission.PUBLIC,
    "sessions.refresh": Permission.SESSIONS_MANAGE,
    "sessions.remove_all_own": Permission.PUBLIC,
    "sessions.remove_own": Permission.PUBLIC,
    "sessions.revoke": Permission.SESSIONS_MANAGE,
    "sessions.revoke_own": Permission.SELF,
    "sessions.search": Permission.SESSIONS_READ,
    "sessions.search_own": Permission.SELF,
    "sessions.search_own_active": Permission.SELF,
    "sessions.take_handshake": Permission.SESSIONS_MANAGE,
    "sessions.touch": Permission.PUBLIC,
    "sign_in_tokens.create": Permission.SIGN_IN_TOKENS_MANAGE,
    "sign_in_tokens.revoke": Permission.SIGN_IN_TOKENS_MANAGE,
    "sign_ins.attempt_first_factor": Permission.PUBLIC,
    "sign_ins.attempt_second_factor": Permission.PUBLIC,
    "sign_ins.create": Permission.PUBLIC,
    "sign_ins.get": Permission.PUBLIC,
    "sign_ins.prepare_first_factor": Permission.PUBLIC,
    "sign_ins.prepare_second_factor": Permission.PUBLIC,
    "sign_ins.reset_password": Permission.PUBLIC,
    "sign_ups.attempt_verification": Permission.PUBLIC,
    "sign_ups.create": Permission.PUBLIC,
    "sign_ups.get": Permission.PUBLIC,
    "sign_ups.prepare_verification": Permission.PUBLIC,
    "sign_ups.update": Permission.PUBLIC,
    "suggestions.accept_own": Permission.SELF,
    "suggestions.search_own": Permission.SELF,
    "tickets.accept": Permission.PUBLIC,
    "users.ban": Permission.USERS_MANAGE,
    "users.ban_many": Permission.USERS_MANAGE,
    "users.count": Permission.USERS_READ,
    "users.create": Permission.USERS_MANAGE,
    "users.create_service_token": Permission.SELF,
    "users.delete": Permission.USERS_MANAGE,
    "users.delete_own": Permission.SELF,
    "users.delete_own_profile_image": Permission.SELF,
    "users.delete_profile_image": Permission.USERS_MANAGE,
    "users.get": Permission.USERS_READ,
    "users.get_own": Permission.SELF,
    "users.lock": Permission.USERS_MANAGE,
    "users.merge_metadata": Permission.USERS_MANAGE,
    "users.merge_own_metadata": Permission.SELF,
    "users.replace_metadata": Permission.USERS_MANAGE,
    "users.search": Permission.USERS_READ,
    "users.set_own_profile_image": Permission.SELF,
    "users.set_profile_image": Permission.USERS_MANAGE,
    "users.unban": Permission.USERS_MANAGE,
    "users.unban_many": Permission.USERS_MANAGE,
    "users.unlock": Permission.USERS_MANAGE,
    "users.update": Permission.USERS_MANAGE,
    "users.update_own": Permission.SELF,
    "waitlist_entries.create": Permission.WAITLIST_MANAGE,
    "waitlist_entries.create_several": Permission.WAITLIST_MANAGE,
    "waitlist_entries.delete": Permission.WAITLIST_MANAGE,
    "waitlist_entries.invite": Permission.WAITLIST_MANAGE,
    "waitlist_entries.join": Permission.PUBLIC,
    "waitlist_entries.reject": Permission.WAITLIST_MANAGE,
    "waitlist_entries.search": Permission.WAITLIST_READ,
}
"""Every operation and the permission it asks for."""

OR_SELF = {
    "memberships.remove",
    "memberships.search_of_user",
    "organization_invitations.search_of_user",
}
"""Operations that a user may do to themselves without the permission."""

BY_USERS = {"organization_tokens.create"}
"""Operations in which a user has to act: a key alone is nobody."""

HELD = {
    "owner": {
        Permission.ORGANIZATION_VIEW,
        Permission.ORGANIZATION_MANAGE,
        Permission.ORGANIZATION_DELETE,
        Permission.MEMBERS_READ,
        Permission.MEMBERS_MANAGE,
        Permission.DOMAINS_READ,
        Permission.DOMAINS_MANAGE,
        Permission.TOKENS_MANAGE,
    },
    "manager": {
        Permission.ORGANIZATION_VIEW,
        Permission.ORGANIZATION_MANAGE,
        Permission.MEMBERS_READ,
        Permission.MEMBERS_MANAGE,
        Permission.DOMAINS_READ,
        Permission.TOKENS_MANAGE,
    },
    "member": {Permission.ORGANIZATION_VIEW, Permission.MEMBERS_READ},
    "viewer": {Permission.ORGANIZATION_VIEW},
    "token": {
        Permission.ORGANIZATION_VIEW,
        Permission.ORGANIZATION_MANAGE,
        Permission.MEMBERS_READ,
        Permission.MEMBERS_MANAGE,
    },
    "token that holds nothing": set(),
}
"""What each default role, and a token of the organization, holds there."""


class Decision(Enum):
    """What is decided about a call."""

    ALLOWED = "allowed"
    NOT_PERMITTED = "not permitted"
    NOT_FOUND = "not found"
    UNAUTHENTICATED = "unauthenticated"


def callers(cast: Cast, other: Cast) -> dict[str, Actor]:
    """Every kind of caller, by name."""
    world = cast.world
    token = Actor(
        ActorKind.ORGANIZATION_TOKEN,
        world.instance_id,
        "tok",
        organization_id=cast["organization"],
        permissions=frozenset(TOKEN_PERMISSIONS),
    )
    people = ("owner", "manager", "member", "viewer", "stranger", "rival")
    return {
        **{name: world.acting(name) for name in people},
        "secret key": world.server,
        "operator": Actor(ActorKind.OPERATOR, world.instance_id),
        "anonymous": Actor(ActorKind.ANONYMOUS, world.instance_id),
        "token": token,
        "token that holds nothing": dataclasses.replace(token, permissions=frozenset()),
        "token of another organization": dataclasses.replace(
            token, organization_id=cast.twin["organization"]
        ),
        "user of another instance": other.world.acting("owner"),
        "secret key of another instance": other.world.server,
    }


def expected(name: str, caller: str) -> Decision:
    """What has to be decided about things of the first organization."""
    permission = GRANTS[name]
    scope = permission.scope
    if scope is Scope.PUBLIC:
        return Decision.ALLOWED
    if caller == "anonymous":
        return Decision.UNAUTHENTICATED
    is_key = caller in ("secret key", "operator")
    if scope is Scope.USER:
        acts = not is_key and not caller.startswith("token")
        return Decision.ALLOWED if acts else Decision.UNAUTHENTICATED
    if is_key:
        return Decision.UNAUTHENTICATED if name in BY_USERS else Decision.ALLOWED
    if scope is Scope.ORGANIZATION and caller not in HELD:
        return Decision.NOT_FOUND
    holds = scope is Scope.ORGANIZATION and permission in HELD[caller]
    return Decision.ALLOWED if holds else Decision.NOT_PERMITTED
