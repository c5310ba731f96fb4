"""Nobody gets tokens without every factor that is asked of them, whichever way they come."""

import itertools

import pytest

from charter.core.account_logins import accepting, mailing, operations
from charter.core.account_logins.model import LoggedIn
from charter.core.organization_invitations import operations as invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.passwords import operations as passwords
from charter.core.users import restrictions
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError
from tests.browsing import PASSWORD
from tests.factors import SEED, code_at
from tests.logging_in import app_client
from tests.signing_in import mailed, token_in

STATES = ("plain", "with an app", "banned", "locked", "compromised")
WAYS = ("right password", "wrong password", "no password", "link", "invitation", "made up")
CODES = ("none", "wrong", "right")
LETS_IN = {
    ("plain", "right password"),
    ("plain", "link"),
    ("plain", "invitation"),
    ("with an app", "right password"),
    ("with an app", "link"),
    ("with an app", "invitation"),
    # Whoever reads the mailbox is asked for no password.
    ("compromised", "link"),
    ("compromised", "invitation"),
}
"""Who gets in by what, given a right code where one is asked for."""


async def person(world, name, state):
    more = {"totp_secret": SEED} if state == "with an app" else {}
    await world.user(name, password=PASSWORD, **more)
    if state == "banned":
        await world.call(None, restrictions.ban, user_id=name)
    if state == "locked":
        await world.call(None, restrictions.lock, user_id=name)
    if state == "compromised":
        await world.call(None, passwords.set_compromised, user_id=name)


async def token_for(world, acme, client, name, way):
    """What was mailed to somebody."""
    address = f"{name}@example.com"
    if way == "link":
        visitor = Actor(ActorKind.ANONYMOUS, world.instance_id)
        await world.call(
            visitor, mailing.send_sign_in_link, email_address=address, client_id=client.id
        )
        links = await mailed(world, address)
        return token_in(links[-1]) if links else "never mailed"
    if way == "invitation":
        new = NewOrganizationInvitation(email_address=address, role="org:member")
        made = await world.call("ann", invitations.create, organization_id=acme.id, invitation=new)
        return made.secret
    return "made up"


async def attempt(world, client, name, way, *, code, token):
    """What somebody gets who comes this way, or what they are refused with."""
    visitor = Actor(ActorKind.ANONYMOUS, world.instance_id)
    shown = {"none": None, "wrong": "000000", "right": code_at(world.platform)}[code]
    given = {"client_id": client.id, "code": shown}
    operation = operations.sign_in_with_link
    if way.endswith("password"):
        typed = {"right password": PASSWORD, "wrong password": "not it", "no password": ""}[way]
        given |= {"email_address": f"{name}@example.com", "password": typed}
        operation = operations.sign_in
    else:
        given |= {"token": token}
    if way == "invitation":
        operation = accepting.accept_invitation
    try:
        return await world.call(visitor, operation, **given)
    except DomainError as refusal:
        return refusal


@pytest.mark.security("B1")
@pytest.mark.security("B2")
@pytest.mark.parametrize("state", STATES)
async def test_tokens_come_with_every_factor_and_never_without(world, state):
    acme = await world.organization(owner="ann")
    client = (await app_client(world)).application
    for number, (way, code) in enumerate(itertools.product(WAYS, CODES)):
        name = f"p{number}"
        await person(world, name, state)
        token = await token_for(world, acme, client, name, way)
        may = (state, way) in LETS_IN and (state != "with an app" or code == "right")
        made = await attempt(world, client, name, way, code=code, token=token)
        assert isinstance(made, LoggedIn) == may, (state, way, code, made)
        found = await world.sql(
            "SELECT 1 FROM oauth_authorizations WHERE user_id = $1", world.people[name]
        )
        assert len(found) == int(may), (state, way, code)


@pytest.mark.security("B2")
@pytest.mark.parametrize(("way", "gets_in"), [("right password", False), ("link", True)])
async def test_where_mail_is_a_second_factor_a_password_alone_gives_no_tokens(world, way, gets_in):
    await world.configure(attributes={"email_address": {"second_factors": ["email_code"]}})
    acme = await world.organization(owner="ann")
    client = (await app_client(world)).application
    await person(world, "bob", "plain")
    token = await token_for(world, acme, client, "bob", way)
    made = await attempt(world, client, "bob", way, code="none", token=token)
    assert isinstance(made, LoggedIn) == gets_in, made
