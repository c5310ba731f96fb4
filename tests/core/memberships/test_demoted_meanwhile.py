"""Whoever loses their role while they wait for others does nothing more by it."""

import pytest

from charter.core.join_codes import operations as join_codes
from charter.core.memberships import operations as memberships
from charter.core.memberships.model import NewMembership
from charter.core.organization_invitations import operations as invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.organization_tokens import operations as organization_tokens
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationPatch
from charter.kernel.errors import NotFound, NotPermitted
from tests.cast import picture
from tests.waiting import after_open

DEMOTE = (
    "UPDATE memberships SET role_id = (SELECT id FROM roles WHERE instance_id = $1"
    " AND key = 'org:viewer') WHERE organization_id = $2 AND user_id = $3"
)
REMOVE = "DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2"
LOCK = "SELECT id FROM organizations WHERE id = $1 FOR UPDATE"

NEW = NewOrganizationInvitation(email_address="new@example.com", role="org:viewer")
CALLS = [
    (memberships.remove, {"user_id": "ben"}),
    (memberships.set_role, {"user_id": "ben", "role": "org:viewer"}),
    (memberships.create, {"membership": NewMembership(user_id="cat", role="org:viewer")}),
    (organizations.update, {"patch": OrganizationPatch(name="Mine")}),
    (organizations.delete, {}),
    (organizations.delete_logo, {}),
    (organizations.set_logo, {"file": picture()}),
    (invitations.create, {"invitation": NEW}),
    (invitations.create_several, {"invitations": [NEW]}),
    (invitations.revoke, {"invitation_id": "orginv_none"}),
    (join_codes.create, {}),
    (join_codes.revoke, {"join_code_id": "jc_none"}),
    (organization_tokens.create, {}),
    (organization_tokens.revoke, {"token_id": "otk_none"}),
]


@pytest.fixture
async def acme(world):
    made = await world.organization(owner=["ann", "olga"])
    await world.member(made, "ben", "org:member")
    return made


@pytest.mark.security("G6")
@pytest.mark.parametrize(
    ("operation", "arguments"), CALLS, ids=[operation.name for operation, _ in CALLS]
)
async def test_an_owner_demoted_meanwhile_does_nothing_more(world, acme, operation, arguments):
    before = await world.sql("SELECT * FROM organizations WHERE id = $1", acme.id)
    with pytest.raises(NotPermitted):
        await after_open(
            world,
            world.call("ann", operation, organization_id=acme.id, **arguments),
            (LOCK, acme.id),
            (DEMOTE, world.instance_id, acme.id, world.people["ann"]),
        )
    assert await world.sql("SELECT * FROM organizations WHERE id = $1", acme.id) == before
    members = await world.sql("SELECT 1 FROM memberships WHERE organization_id = $1", acme.id)
    assert len(members) == 3


@pytest.mark.security("G6")
async def test_an_owner_removed_meanwhile_is_a_stranger(world, acme):
    with pytest.raises(NotFound):
        await after_open(
            world,
            world.call("ann", memberships.remove, organization_id=acme.id, user_id="ben"),
            (LOCK, acme.id),
            (REMOVE, acme.id, world.people["ann"]),
        )
