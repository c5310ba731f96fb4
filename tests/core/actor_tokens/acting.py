"""Actor tokens as tests make and use them."""

from charter.core.actor_tokens import operations as actor_tokens
from charter.core.sessions import operations as sessions
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import NewSignIn

SUPPORT = {"sub": "user_support", "desk": {"name": "Zoë", "level": 2}}


async def token_for(world, name, actor=SUPPORT, **options):
    """A ticket to act as the user of that name."""
    user = await world.user(name)
    return await world.call(None, actor_tokens.create, user_id=user.id, actor=actor, **options)


def using(tab, ticket, **more):
    """Sign in with a ticket."""
    return tab.call(sign_ins.create, new=NewSignIn(strategy="ticket", ticket=ticket, **more))


async def begun(world, tab, ticket):
    """The session that a ticket begins."""
    done = (await using(tab, ticket)).view.sign_in
    return await world.call(None, sessions.get, session_id=done.created_session_id)
