"""Machines of a world, and what they do as themselves."""

from charter.core.keys.lookup import Lookup
from charter.core.m2m_tokens import operations as m2m_tokens
from charter.core.m2m_tokens.model import NewM2mToken, TokenFormat
from charter.core.machines import operations as machines
from charter.core.machines.model import NewMachine
from charter.kernel.actor import Actor, ActorKind


async def make_machine(world, name="Biller", reaching=(), **fields):
    """A machine that may reach others; with its secret."""
    scoped = [each.machine.id for each in reaching]
    new = NewMachine(name=name, scoped_machines=scoped, **fields)
    return await world.call(None, machines.create, new=new)


def acting(world, made):
    """The machine, as its secret stands for it."""
    return Actor(ActorKind.MACHINE, world.instance_id, made.machine.id)


async def make_token(world, made, token_format="opaque", **fields):
    """A token of a machine."""
    new = NewM2mToken(token_format=TokenFormat(token_format), **fields)
    return await world.call(acting(world, made), m2m_tokens.create, new=new)


async def verify(world, who, token, **options):
    """What is behind a token, for a machine or (None) for the app's server."""
    actor = None if who is None else acting(world, who)
    return await world.call(actor, m2m_tokens.verify, token=token, **options)


async def holder_of(platform, secret):
    """The actor behind the secret of a machine, remembered nowhere."""
    return await Lookup(platform).machine_of(secret)
