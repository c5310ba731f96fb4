"""Arguments for every operation, such that its call succeeds for somebody who may."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from charter.core.api_keys.model import ApiKeyPatch, NewApiKey
from charter.core.email_addresses.model import EmailAddressPatch
from charter.core.instances.model import Environment
from charter.core.invitations.model import NewInvitation
from charter.core.jwt_templates.model import JwtTemplatePatch, NewJwtTemplate
from charter.core.listed_identifiers.model import ListName
from charter.core.memberships.model import NewMembership
from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.organizations.model import (
    MetadataPatch,
    NewOrganization,
    OrganizationPatch,
    OrganizationStatus,
)
from charter.core.permissions.model import PermissionPatch
from charter.core.phone_numbers.model import PhoneNumberPatch
from charter.core.role_sets.model import NewRoleSet, RoleSetPatch
from charter.core.roles.model import NewRole, RolePatch
from charter.core.sessions.refreshing import RefreshInput
from charter.core.users.model import MetadataPatch as UserMetadata
from charter.core.users.model import NewUser, UserPatch
from charter.core.verification import ReplacementStatus
from charter.kernel.lists import Search
from tests.cast import PASSWORD, PICTURE, Cast

Arguments: TypeAlias = Mapping[str, Any]
Maker: TypeAlias = Callable[[Cast], Arguments | Awaitable[Arguments]]

PARTS = [
    import_module(f"tests.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("makers_of_*.py"))
]
"""The modules beside this one; each may have MAKERS, ARGUMENTS that stay the same, FAILING."""

FAILS: dict[str, str] = {
    "clients.verify": "no token of a client is made yet",
    "email_addresses.attempt_verification": "the code is known to the address alone",
    "phone_numbers.attempt_verification": "the code is known to the number alone",
    "sessions.mint_own_from_template": "its session is known to its browser alone",
    "sessions.refresh": "the refresh token is known to the browser alone",
    "sessions.take_handshake": "the nonce is known to the browser alone",
    "links.follow": "its token is known to whom it was sent alone",
    "links.look": "its token is known to whom it was sent alone",
    "users.create_service_token": "no service is known yet",
    "tickets.accept": "its ticket is known to whom it was sent alone",
}
for _part in PARTS:
    FAILS |= getattr(_part, "FAILING", {})
"""Operations that even those who may do not succeed with here, and why."""

FRESH_INSTANCE = {"accountless_applications.create", "instances.create"}
"""Operations whose actor names an instance that is not there yet."""


def given_always(arguments: Arguments) -> Maker:
    """The same arguments, whoever calls."""
    return lambda _: arguments


def search(**more: Any) -> Maker:
    return lambda _: {"search": Search(), **more}


def ids(**kinds: str) -> Maker:
    """Arguments that are ids of the cast, by their kind."""
    return lambda cast: {name: cast[kind] for name, kind in kinds.items()}


def facts(**names: str) -> Maker:
    """Arguments that are facts of the cast, by their name."""
    return lambda cast: {name: cast.facts[fact] for name, fact in names.items()}


def also(maker: Maker, **more: Any) -> Maker:
    return lambda cast: {**maker(cast), **more}


ORGANIZATION = ids(organization_id="organization")
MEMBER = ids(organization_id="organization", user_id="user")
RESTING = ids(organization_id="organization", user_id="resting")
USER = ids(user_id="user")
EMAIL = ids(email_address_id="email_address")
PHONE = ids(phone_number_id="phone_number")
SESSION = ids(session_id="session")
TEMPLATE = ids(template_id="jwt_template")
ROLE = ids(role_id="role")
PERMISSION = ids(permission_id="permission")
ROLE_SET = ids(role_set="role_set")
INVITED = ids(organization_id="organization", invitation_id="organization_invitation")
METADATA = MetadataPatch(public_metadata={"size": 1})
GUEST = NewOrganizationInvitation("new@example.com", "org:viewer", notify=False)

MAKERS: dict[str, Maker] = {
    "actor_tokens.create": also(USER, actor={"sub": "support"}),
    "actor_tokens.revoke": ids(actor_token_id="actor_token"),
    "api_keys.create": lambda cast: {"new": NewApiKey(name="Deploy", subject=cast["organization"])},
    "api_keys.delete": ids(api_key_id="api_key"),
    "api_keys.get": ids(api_key_id="api_key"),
    "api_keys.read_secret": ids(api_key_id="api_key"),
    "api_keys.revoke": ids(api_key_id="api_key"),
    "api_keys.search": lambda cast: {"subject": cast["organization"], "search": Search()},
    "api_keys.update": also(ids(api_key_id="api_key"), patch=ApiKeyPatch()),
    "api_keys.verify": facts(secret="api_key_secret"),
    "audit.search": search(),
    "audit.verify": lambda _: {},
    "clients.create_by_cookie": lambda _: {},
    "clients.get": ids(client_id="client"),
    "clients.search": search(),
    "clients.send_on": lambda _: {},
    "clients.verify": lambda _: {"token": "x"},
    "email_addresses.attempt_verification": also(EMAIL, verification_id="x", code="000000"),
    "email_addresses.create": also(USER, address="second@example.com"),
    "email_addresses.delete": EMAIL,
    "email_addresses.get": EMAIL,
    "email_addresses.prepare_verification": EMAIL,
    "email_addresses.replace": also(
        USER, address="second@example.com", status=ReplacementStatus.VERIFIED
    ),
    "email_addresses.update": also(EMAIL, patch=EmailAddressPatch()),
    "external_accounts.remove": also(USER, external_account_id="eac_x"),
    "external_accounts.search_tokens": also(USER, provider="oauth_google", search=Search()),
    "images.draw_organization": ORGANIZATION,
    "images.draw_user": USER,
    "instances.check": lambda _: {},
    "instances.check_proxy": lambda _: {},
    "instances.configure": lambda _: {"changes": {"lockout_attempts": 5}},
    "instances.create": lambda _: {
        "application_name": "Second",
        "environment": Environment.DEVELOPMENT,
        "frontend_host": "second.example.com",
    },
    "instances.get": lambda _: {},
    "instances.reset": lambda _: {},
    "invitations.create": lambda _: {"invitation": NewInvitation("new@example.com", notify=False)},
    "invitations.create_several": lambda _: {
        "invitations": [NewInvitation("new@example.com", notify=False)]
    },
    "invitations.revoke": ids(invitation_id="invitation"),
    "invitations.search": search(),
    "join_codes.create": ORGANIZATION,
    "join_codes.join": facts(code="code"),
    "join_codes.revoke": ids(organization_id="organization", join_code_id="join_code"),
    "join_codes.search": also(ORGANIZATION, search=Search()),
    "keys.jwks": lambda _: {},
    "keys.reseal": lambda _: {},
    "keys.revoke_secret": ids(key_id="secret_key"),
    "keys.rotate_secret": lambda _: {},
    "keys.rotate_signing": lambda _: {},
    "keys.search": lambda _: {},
    "links.follow": lambda _: {"token": "x"},
    "links.look": lambda _: {"token": "x"},
    "memberships.create": lambda cast: {
        "organization_id": cast["organization"],
        "membership": NewMembership(cast.world.people["stranger"], "org:viewer"),
    },
    "memberships.disable": MEMBER,
    "memberships.enable": RESTING,
    "memberships.merge_metadata": also(MEMBER, patch=METADATA),
    "memberships.remove": MEMBER,
    "memberships.search": also(ORGANIZATION, search=Search()),
    "memberships.search_all": search(),
    "memberships.search_of_user": also(USER, search=Search()),
    "memberships.search_with_disabled": also(ORGANIZATION, search=Search()),
    "memberships.set_role": also(MEMBER, role="org:member"),
    "memberships.set_roles": also(MEMBER, roles=("org:member", "org:viewer")),
    "organization_invitations.accept": facts(token="invitation_secret"),
    "organization_invitations.create": also(ORGANIZATION, invitation=GUEST),
    "organization_invitations.create_several": also(ORGANIZATION, invitations=[GUEST]),
    "organization_invitations.get": INVITED,
    "organization_invitations.revoke": INVITED,
    "organization_invitations.search": also(ORGANIZATION, search=Search()),
    "organization_invitations.search_all": search(),
    "organization_invitations.search_of_user": also(USER, search=Search()),
    "organization_tokens.create": ORGANIZATION,
    "organization_tokens.revoke": ids(
        organization_id="organization", token_id="organization_token"
    ),
    "organization_tokens.search": also(ORGANIZATION, search=Search()),
    "organizations.create": lambda cast: {
        "organization": NewOrganization("Third", created_by=cast["user"])
    },
    "organizations.delete": ORGANIZATION,
    "organizations.delete_logo": ORGANIZATION,
    "organizations.get": ORGANIZATION,
    "organizations.merge_metadata": also(ORGANIZATION, patch=METADATA),
    "organizations.move": lambda cast: {
        "organization_id": cast["organization"],
        "parent_id": cast.twin["organization"],
    },
    "organizations.replace_metadata": also(ORGANIZATION, patch=METADATA),
    "organizations.search": search(),
    "organizations.set_logo": also(ORGANIZATION, file=PICTURE),
    "organizations.set_status": also(ORGANIZATION, status=OrganizationStatus.SUSPENDED),
    "organizations.update": also(ORGANIZATION, patch=OrganizationPatch(name="Renamed")),
    "passwords.remove": USER,
    "passwords.set_compromised": USER,
    "passwords.unset_compromised": USER,
    "passwords.verify": also(USER, password=PASSWORD),
    "passwords.tell_of_lock": USER,
    "sign_ins.tell_of_device": also(USER, device="", address=None),
    "permissions.create": lambda _: {"name": "Write", "key": "org:bills:write"},
    "permissions.delete": PERMISSION,
    "permissions.get": PERMISSION,
    "permissions.search": search(),
    "permissions.update": also(PERMISSION, patch=PermissionPatch(name="Look")),
    "phone_numbers.attempt_verification": also(PHONE, verification_id="x", code="000000"),
    "phone_numbers.create": also(USER, number="+14155550199"),
    "phone_numbers.delete": PHONE,
    "phone_numbers.get": PHONE,
    "phone_numbers.prepare_verification": PHONE,
    "phone_numbers.replace": also(USER, number="+14155550199", status=ReplacementStatus.VERIFIED),
    "phone_numbers.update": also(PHONE, patch=PhoneNumberPatch()),
    "role_sets.add_roles": also(ROLE_SET, role_keys=["org:member"]),
    "role_sets.create": lambda _: {
        "new": NewRoleSet("Few", "org:admin", "org:admin", ["org:admin"])
    },
    "role_sets.get": ROLE_SET,
    "role_sets.replace": also(ROLE_SET, dest_role_set_key="role_set:default"),
    "role_sets.replace_role": also(ROLE_SET, role_key="org:clerk", to_role_key="org:member"),
    "role_sets.search": search(),
    "role_sets.update": also(ROLE_SET, patch=RoleSetPatch(name="Renamed")),
    "roles.assign_permission": lambda cast: {
        "role_id": cast["role"],
        "permission_id": cast.facts["spare_permission"],
    },
    "roles.create": lambda cast: {"new": NewRole("x", "org:x", permissions=[cast["permission"]])},
    "roles.delete": ROLE,
    "roles.get": ROLE,
    "roles.matrix": lambda _: {},
    "roles.remove_permission": ids(role_id="role", permission_id="permission"),
    "roles.search": search(),
    "roles.update": also(ROLE, patch=RolePatch(name="Renamed")),
    "sessions.create": USER,
    "sessions.create_token": SESSION,
    "sessions.create_token_from_template": also(SESSION, template_name="hasura"),
    "sessions.get": SESSION,
    "sessions.handshake": lambda _: {"redirect_url": "http://app.test/"},
    "sessions.mint_own_from_template": also(SESSION, template_name="x"),
    "sessions.refresh": also(SESSION, given=RefreshInput("x", "x", "http://app.test")),
    "sessions.revoke": SESSION,
    "sessions.search": search(),
    "sessions.take_handshake": lambda _: {"nonce": "x"},
    "sign_in_tokens.create": USER,
    "sign_in_tokens.revoke": ids(sign_in_token_id="sign_in_token"),
    "jwt_templates.create": lambda _: {"new": NewJwtTemplate(name="convex", claims={})},
    "jwt_templates.delete": TEMPLATE,
    "jwt_templates.get": TEMPLATE,
    "jwt_templates.search": search(),
    "jwt_templates.update": also(TEMPLATE, patch=JwtTemplatePatch(name="renamed")),
    "listed_identifiers.allow": lambda _: {"identifier": "new@example.com"},
    "listed_identifiers.block": lambda _: {"identifier": "new@example.com"},
    "listed_identifiers.delete": also(
        ids(identifier_id="listed_identifier"), list_name=ListName.ALLOW
    ),
    "listed_identifiers.search": lambda _: {"list_name": ListName.ALLOW, "search": Search()},
    "redirect_urls.create": lambda _: {"url": "https://other.test/back"},
    "redirect_urls.delete": ids(redirect_url_id="redirect_url"),
    "redirect_urls.get": ids(redirect_url_id="redirect_url"),
    "redirect_urls.search": lambda _: {"search": Search()},
    "sign_ups.mark": also(ids(sign_up_id="sign_up"), external_id="theirs"),
    "sign_ups.read": ids(sign_up_id="sign_up"),
    "tickets.accept": lambda _: {"ticket": "x"},
    "users.ban": USER,
    "users.ban_many": lambda cast: {"user_ids": [cast["user"]]},
    "users.count": search(),
    "users.create": lambda _: {"new": NewUser(email_addresses=["new@example.com"])},
    "users.create_service_token": lambda _: {"service": "x"},
    "users.delete": USER,
    "users.delete_profile_image": USER,
    "users.get": USER,
    "users.lock": USER,
    "users.merge_metadata": also(USER, patch=UserMetadata(public_metadata={"size": 1})),
    "users.replace_metadata": also(USER, patch=UserMetadata(public_metadata={"size": 1})),
    "users.search": search(),
    "users.set_profile_image": also(USER, file=PICTURE),
    "users.unban": USER,
    "users.unban_many": lambda cast: {"user_ids": [cast["user"]]},
    "users.unlock": USER,
    "users.update": also(USER, patch=UserPatch(first_name="New")),
    "web3_wallets.delete": ids(user_id="user", web3_wallet_id="web3_wallet"),
}
for _part in PARTS:
    MAKERS |= getattr(_part, "MAKERS", {})
    MAKERS |= {name: given_always(each) for name, each in getattr(_part, "ARGUMENTS", {}).items()}
"""Every operation, with what makes its arguments."""


async def make(name: str, cast: Cast) -> Arguments:
    """The arguments for an operation."""
    made = MAKERS[name](cast)
    return await made if inspect.isawaitable(made) else made
