"""What can be done with testing tokens."""

from charter.core.testing_tokens.marking import written
from charter.core.testing_tokens.model import TestingToken, TestingTokenCreated, TestingTokenMade
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation("testing_tokens.create", permission=Permission.INSTANCE_MANAGE)
async def create(ctx: Context) -> TestingTokenMade:
    """Make a token with which tests of an app sign up and in as fast as they like, for an hour.

    Requests of browsers that carry it are asked for no captcha and are not counted by their
    address. Passwords, codes and their tries are as for everybody.
    Announces: TestingTokenCreated.
    Source: Clerk BAPI 2025-11-10, CreateTestingToken.
    """
    await ctx.allow()
    token, expires_at = written(ctx.platform, ctx.actor.instance_id, ctx.now)
    made = TestingToken(ctx.new_id("tstok_"), ctx.now, expires_at)
    ctx.announce(TestingTokenCreated(made))
    return TestingTokenMade(made, token)
