"""What tokens and doors tell of a member of several roles: one role, the permissions of all."""

import pytest

from charter.core.memberships import operations as memberships
from charter.core.organizations import operations as organizations
from charter.core.sessions import operations as sessions
from charter.kernel.lists import Search
from tests.core.memberships.several import make_role, set_roles
from tests.core.sessions.reading import claims_of

BILLS, POSTS = "org:bills:pay", "org:posts:read"
MEMBERS = ("org:sys_files:manage", "org:sys_memberships:read")


@pytest.fixture
async def acme(world):
    made = await world.organization(owner="ann")
    await world.member(made, "ben", "org:viewer")
    await make_role(world, "org:clerk", BILLS)
    await make_role(world, "org:reader", POSTS)
    await set_roles(world, made, "ben", "org:clerk", "org:reader", "org:member")
    return made


async def token(world, session):
    made = await world.call(None, sessions.create_token, session_id=session.id)
    return claims_of(made.jwt)


@pytest.mark.security("G7")
async def test_a_session_token_tells_the_permissions_of_all_roles(world, acme):
    session = await world.session("ben", acme)
    claims = await token(world, session)
    assert claims["o"]["rol"] == "clerk"
    assert claims["fea"] == "o:bills,o:posts"
    assert (claims["o"]["per"], claims["o"]["fpm"]) == ("pay,read", "1,2")
    await set_roles(world, acme, "ben", "org:reader")
    claims = await token(world, session)
    assert (claims["o"]["rol"], claims["o"]["per"]) == ("reader", "read")


async def test_an_apps_own_claims_tell_them_too(world, acme):
    session = await world.session("ben", acme)
    template = {
        "role": "{{org.role}}",
        "may": "{{org_membership.permissions}}",
        "all": "{{user.organizations}}",
    }
    await world.configure(session_token_template=template)
    claims = await token(world, session)
    assert (claims["role"], claims["all"]) == ("org:clerk", {acme.id: "org:clerk"})
    assert claims["may"] == [BILLS, POSTS, *MEMBERS]


async def test_the_backend_and_the_connector_tell_one_role(world, acme):
    answer = await world.get(f"/organizations/{acme.id}/memberships")
    ben = next(
        each
        for each in answer.json()["data"]
        if each["public_user_data"]["user_id"] == world.people["ben"]
    )
    assert ben["role"] == "org:clerk"
    assert ben["permissions"] == [BILLS, POSTS, *MEMBERS]
    assert "further_role_keys" not in ben
    answer = await world.rpc("ann", "/members/list", {"organizationId": acme.id})
    assert sorted(each["role"] for each in answer.json()["members"]) == ["org:clerk", "owner"]


async def test_a_role_set_by_the_backend_is_the_only_one(world, acme):
    path = f"/organizations/{acme.id}/memberships/{world.people['ben']}"
    answer = await world.patch(path, {"role": "org:reader"})
    assert (answer.json()["role"], answer.json()["permissions"]) == ("org:reader", [POSTS])
    found = await world.call(
        None, memberships.search, organization_id=acme.id, search=Search(limit=1)
    )
    assert found.items[0].role_keys == ("org:reader",)


async def test_a_further_role_that_manages_members_is_one_that_does(world):
    acme = await world.organization(owner=[])
    await world.member(acme, "ben", "org:viewer")

    async def is_missing():
        found = await world.call(
            None, organizations.get, organization_id=acme.id, with_elevated=True
        )
        return found.is_missing_elevated_member

    assert await is_missing()
    await set_roles(world, acme, "ben", "org:viewer", "org:manager")
    assert not await is_missing()
