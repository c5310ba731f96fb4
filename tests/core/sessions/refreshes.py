"""A browser whose session token has expired, and what it may ask."""

from datetime import timedelta

from charter.core.keys.lookup import lookup
from charter.core.sessions import refreshing
from charter.core.sessions.claims import session_claims
from charter.core.sessions.minting import SESSION_HEADER
from charter.core.sessions.queries import get_session
from charter.core.sessions.refreshing import RefreshInput, issue_refresh_token
from charter.core.sessions.subjects import get_subject
from charter.core.vocabulary import Permission
from charter.kernel.operation import CATALOG, Context, operation
from charter.kernel.tokens import sign

ORIGIN = "https://app.example"


@operation("tests.refresh_token", permission=Permission.SESSIONS_MANAGE)
async def refresh_token(ctx: Context, session_id: str) -> str:
    """Issue a refresh token as the handshake does."""
    await ctx.allow()
    return await issue_refresh_token(ctx, await get_session(ctx.db, session_id))


del CATALOG["tests.refresh_token"]


class Browser:
    """A session with a refresh token and a token that expired two minutes ago."""

    def __init__(self, world, session, token, claims, key):
        self.world, self.session, self.token = world, session, token
        self.claims, self.key = claims, key

    @classmethod
    async def of(cls, world, name="ann"):
        session = await world.session(name)
        token = await world.call(None, refresh_token, session_id=session.id)
        subject = await get_subject(world.platform.database.reading(world.instance_id), session.id)
        instance = await lookup(world.platform).instance(world.instance_id)
        keys = await lookup(world.platform).signing_keys(world.instance_id)
        claims = session_claims(
            subject,
            issuer=instance.issuer,
            now=world.platform.clock() - timedelta(minutes=3),
            authorized_party=ORIGIN,
        )
        return cls(world, session, token, claims, keys.active)

    def signed(self, **changes):
        """A token of ours with other claims; None leaves one out."""
        claims = {
            name: value for name, value in {**self.claims, **changes}.items() if value is not None
        }
        return sign(self.key, claims, header=SESSION_HEADER)

    async def refresh(self, *, session_id=None, platform=None, **changes):
        given = {
            "expired_token": self.signed(),
            "refresh_token": self.token,
            "request_origin": ORIGIN,
        }
        return await self.world.call(
            None,
            refreshing.refresh,
            session_id=session_id or self.session.id,
            given=RefreshInput(**{**given, **changes}),
            platform=platform,
        )
