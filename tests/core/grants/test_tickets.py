"""Tickets: taken back only for their purpose, in their instance and time, as we signed them."""

import pytest

from charter.core.grants import granting, tickets
from charter.core.grants.model import GRANT_ERRORS, GrantExpired, GrantInvalid, IssuedGrant, Purpose
from charter.core.vocabulary import Permission
from charter.kernel.operation import CATALOG, Context, operation
from charter.kernel.secrets import new_secret
from tests.world import later


@pytest.fixture(scope="module")
def calls():
    """Operations that do nothing but write and read tickets."""

    @operation("test_tickets.write", permission=Permission.INSTANCE_READ)
    async def write(ctx: Context, secret: str, purpose: str) -> str:
        """Write."""
        await ctx.allow()
        issued = IssuedGrant("gra_test", secret)
        until = ctx.now + granting.KEPT_AFTER_EXPIRY
        return (await tickets.signer(ctx)).ticket(Purpose(purpose), issued, until)

    @operation("test_tickets.read", permission=Permission.INSTANCE_READ, raises=GRANT_ERRORS)
    async def read(ctx: Context, ticket: str, purpose: str) -> str:
        """Read."""
        await ctx.allow()
        return await tickets.read_ticket(ctx, ticket, Purpose(purpose))

    yield {"write": write, "read": read}
    for name in ("write", "read"):
        del CATALOG[f"test_tickets.{name}"]


@pytest.fixture
async def ticket(world, calls):
    """A ticket and the secret in it."""
    secret = new_secret("", 20)
    text = await world.call(None, calls["write"], secret=secret, purpose=Purpose.SIGN_IN_TOKEN)
    return text, secret


@pytest.fixture
def read(world, calls):
    async def reads(text, purpose=Purpose.SIGN_IN_TOKEN, platform=None, where=world):
        return await where.call(
            None, calls["read"], platform=platform, ticket=text, purpose=purpose
        )

    return reads


async def test_a_ticket_gives_its_secret_back(ticket, read):
    text, secret = ticket
    assert await read(text) == secret


@pytest.mark.security("J2")
async def test_a_ticket_of_another_purpose_is_invalid(ticket, read):
    with pytest.raises(GrantInvalid):
        await read(ticket[0], Purpose.ORGANIZATION_INVITATION)


@pytest.mark.security("J2")
async def test_a_ticket_ends_with_its_time(world, ticket, read):
    with pytest.raises(GrantExpired):
        await read(ticket[0], platform=later(world.platform, days=31))


async def test_a_ticket_of_another_instance_is_invalid(ticket, read, other_world):
    with pytest.raises(GrantInvalid):
        await read(ticket[0], where=other_world)


@pytest.mark.security("D2")
async def test_a_session_token_is_no_ticket(world, read):
    with pytest.raises(GrantInvalid):
        await read(await world.token("ann"))
