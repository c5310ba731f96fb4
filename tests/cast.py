"""The same people and things in every instance, so that what belongs to another can be tried."""

import io
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from PIL import Image

from charter.core.actor_tokens import operations as actor_tokens
from charter.core.api_keys import operations as api_keys
from charter.core.api_keys.model import NewApiKey
from charter.core.email_addresses import operations as email_addresses
from charter.core.identity_providers import operations as identity_providers
from charter.core.identity_providers.model import NewIdentityProvider
from charter.core.invitations import operations as invitations
from charter.core.invitations.model import NewInvitation
from charter.core.join_codes import operations as join_codes
from charter.core.m2m_tokens import operations as m2m_tokens
from charter.core.m2m_tokens.model import NewM2mToken
from charter.core.machines import operations as machines
from charter.core.machines.model import NewMachine
from charter.core.membership_requests import operations as membership_requests
from charter.core.organization_domains import operations as organization_domains
from charter.core.organization_domains.model import EnrollmentMode
from charter.core.organization_invitations import operations as organization_invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.organization_tokens import operations as organization_tokens
from charter.core.organizations import operations as organizations
from charter.core.permissions import operations as permissions
from charter.core.role_sets import operations as role_sets
from charter.core.role_sets.model import NewRoleSet
from charter.core.roles import operations as roles
from charter.core.roles.model import NewRole
from charter.core.sign_in_tokens import operations as sign_in_tokens
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.model import GivenFields
from charter.core.suggestions import operations as suggestions
from charter.core.users import operations as users
from charter.core.waitlist_entries import operations as waitlist_entries
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.ids import new_id
from charter.kernel.lists import Search
from tests.factors import SEED
from tests.flows import Tab
from tests.world import World


def picture() -> bytes:
    """A small image."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return file.getvalue()


PICTURE = picture()
SUGGESTING = EnrollmentMode.AUTOMATIC_SUGGESTION
PROVE_DOMAIN = "UPDATE organization_domains SET claimed_at = now() WHERE id = $1"
PASSWORD = "correct horse battery"
RECOVERY_CODE = "a-code-to-recover"
WALLET = "0x" + "a" * 40
ROLES = {
    "owner": "org:admin",
    "manager": "org:manager",
    "member": "org:member",
    "viewer": "org:viewer",
    "target": "org:viewer",
}
"""Who is what in the first organization; `target` is there to have things done to."""


@dataclass
class Cast:
    """One instance with two organizations that are alike.

    `ids` has one id of each kind, those of the first organization; `twin` the ids of the same
    kinds in the second organization, for what belongs to one. `numbers` stand for ids at doors
    whose ids are integers; `facts` are what else calls need.
    """

    world: World
    ids: dict[str, str] = field(default_factory=dict)
    twin: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, kind: str) -> str:
        return self.numbers[kind] if kind in self.numbers else self.ids[kind]

    @property
    def names(self) -> set[str]:
        """Every id and every made-up name that may not be seen from elsewhere."""
        return {*self.ids.values(), *self.twin.values(), *self.world.people.values()}


PARTS = [
    import_module(f"tests.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("cast_of_*.py"))
]
"""The modules beside this one, each with a function `fill` for its part."""


async def make_cast(world: World) -> Cast:
    """Fill an instance."""
    cast = Cast(world)
    await _make_people(cast)
    await _make_roles(cast)
    cast.ids.update(await _make_organization(cast, "Acme", ROLES))
    cast.twin.update(await _make_organization(cast, "Globex", {"rival": "org:admin"}))
    target = world.people["target"]
    session = await world.session("target", cast["organization"])
    cast.ids |= {"session": session.id, "client": str(session.client_id)}
    made: Any = await world.call(
        None, invitations.create, invitation=NewInvitation("guest@example.com", notify=False)
    )
    cast.ids["invitation"] = made.invitation.id
    made = await world.call(None, sign_in_tokens.create, user_id=target)
    cast.ids["sign_in_token"] = made.sign_in_token.id
    made = await world.call(
        None, actor_tokens.create, user_id=target, actor={"sub": world.people["owner"]}
    )
    cast.ids["actor_token"] = made.actor_token.id
    await _make_requests(cast)
    entry = await world.call(None, waitlist_entries.create, email_address="later@example.com")
    cast.ids["waitlist_entry"] = entry.id
    begun = await Tab(world).call(sign_ups.create, given=GivenFields())
    cast.ids["sign_up"] = begun.view.sign_up.id
    await world.call(None, users.set_profile_image, user_id=target, file=PICTURE)
    await _make_api_keys(cast)
    await _make_machines(cast)
    for part in PARTS:
        await part.fill(cast)
    (account,) = await world.sql(LINK, world.instance_id, new_id("eac_"), target)
    cast.ids["external_account"] = account["id"]
    google = NewIdentityProvider(strategy="oauth_google", client_id="us", client_secret="secret")
    await world.call(None, identity_providers.create, new=google)
    (key,) = await world.sql("SELECT id FROM secret_keys WHERE instance_id = $1", world.instance_id)
    cast.ids |= {"secret_key": key["id"], "instance": world.instance_id}
    return cast


LINK = """
INSERT INTO external_accounts (instance_id, id, user_id, identification_id, provider, issuer,
    provider_user_id, status, created_at, updated_at)
VALUES ($1, $2, $3, 'idn_x', 'oauth_google', 'https://accounts.google.com', $3, 'verified',
    now(), now())
RETURNING id
"""

HOLD_PASSKEY = """
INSERT INTO passkeys (instance_id, id, user_id, name, credential_id, public_key, sign_count, rp_id,
    aaguid, transports, is_backed_up, created_at, updated_at)
VALUES ($1, $2, $3, 'Phone', $2, '', 0, 'app.test', '', '[]', false, now(), now())
RETURNING id
"""


async def _make_api_keys(cast: Cast) -> None:
    """Give each organization an API key."""
    await cast.world.configure(api_keys={"for_users": True, "for_organizations": True})
    for ids in (cast.ids, cast.twin):
        new = NewApiKey(name="Deploy", subject=ids["organization"])
        made = await cast.world.call(None, api_keys.create, new=new)
        ids["api_key"] = made.api_key.id
        cast.facts["api_key_secret"] = made.secret


async def _make_machines(cast: Cast) -> None:
    """Make a machine that may reach another, and a token of it."""
    world = cast.world
    other = await world.call(None, machines.create, new=NewMachine(name="Ledger"))
    new = NewMachine(name="Biller", scoped_machines=[other.machine.id])
    made = await world.call(None, machines.create, new=new)
    actor = Actor(ActorKind.MACHINE, world.instance_id, made.machine.id)
    shown = await world.call(actor, m2m_tokens.create, new=NewM2mToken())
    cast.ids |= {
        "machine": made.machine.id,
        "scoped_machine": other.machine.id,
        "m2m_token": shown.token.id,
    }
    cast.facts["m2m_token_secret"] = shown.secret


async def _make_requests(cast: Cast) -> None:
    """Let a domain of each organization suggest it to a stranger and to one who asks to join."""
    world = cast.world
    for ids, name in ((cast.ids, "acme.test"), (cast.twin, "globex.test")):
        here = {"organization_id": ids["organization"]}
        domain = await world.call(
            None, organization_domains.create, name=name, enrollment_mode=SUGGESTING, **here
        )
        await world.sql(PROVE_DOMAIN, domain.id)
        asking = f"newcomer-{name}"
        await world.user(asking, email=f"newcomer@{name}")
        found = await world.call(asking, suggestions.search_own, search=Search())
        await world.call(asking, suggestions.accept_own, suggestion_id=found.items[0].id)
        asked = await world.call(None, membership_requests.search, search=Search(), **here)
        address = f"stranger@{name}"
        await world.call(
            None, email_addresses.create, user_id="stranger", address=address, is_verified=True
        )
        found = await world.call("stranger", suggestions.search_own, search=Search())
        ids |= {
            "organization_domain": domain.id,
            "membership_request": asked.items[0].id,
            "suggestion": next(
                each.id for each in found.items if each.organization_id == ids["organization"]
            ),
        }


async def _make_people(cast: Cast) -> None:
    world = cast.world
    for name in (*ROLES, "rival", "stranger"):
        if name != "target":
            await world.user(name)
    user = await world.user(
        "target",
        phone_numbers=["+14155550100"],
        web3_wallets=[WALLET],
        password=PASSWORD,
        totp_secret=SEED,
        backup_codes=[RECOVERY_CODE],
    )
    (passkey,) = await world.sql(HOLD_PASSKEY, world.instance_id, new_id("idn_"), user.id)
    cast.ids |= {
        "user": user.id,
        "email_address": user.email_addresses[0].id,
        "phone_number": user.phone_numbers[0].id,
        "web3_wallet": user.web3_wallets[0].id,
        "passkey": passkey["id"],
    }
    cast.twin["user"] = world.people["rival"]


async def _make_roles(cast: Cast) -> None:
    world = cast.world
    permission = await world.call(None, permissions.create, name="Read", key="org:bills:read")
    new = NewRole(name="Clerk", key="org:clerk", permissions=[permission.id])
    role = await world.call(None, roles.create, new=new)
    names = ["org:admin", "org:manager", "org:member", "org:viewer", "org:clerk"]
    role_set = await world.call(
        None,
        role_sets.create,
        new=NewRoleSet("Custom", "org:member", "org:admin", names, key="role_set:custom"),
    )
    cast.ids |= {"permission": permission.id, "role": role.id, "role_set": role_set.id}
    spare = await world.call(None, permissions.create, name="Pay", key="org:bills:pay")
    cast.facts["spare_permission"] = spare.id


async def _make_organization(cast: Cast, name: str, members: dict[str, str]) -> dict[str, str]:
    world = cast.world
    owner, *others = members
    made = await world.organization(name, owner=owner)
    for each in others:
        await world.member(made, each, members[each])
    await world.call(None, organizations.set_logo, organization_id=made.id, file=PICTURE)
    found = {"organization": made.id}
    # Invited is who is no member, so that they can accept.
    new = NewOrganizationInvitation("stranger@example.com", "org:member", notify=False)
    invited: Any = await world.call(
        None, organization_invitations.create, organization_id=made.id, invitation=new
    )
    cast.facts.setdefault("invitation_secret", invited.secret)
    found["organization_invitation"] = invited.invitation.id
    joining: Any = await world.call(None, join_codes.create, organization_id=made.id)
    cast.facts.setdefault("code", joining.code)
    found["join_code"] = joining.join_code.id
    token: Any = await world.call(owner, organization_tokens.create, organization_id=made.id)
    cast.facts.setdefault("bearer", token.bearer)
    found["organization_token"] = token.token.id
    return found
