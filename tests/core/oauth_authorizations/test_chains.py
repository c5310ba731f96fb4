"""Whatever is done in whatever order: a code never gives two chains of tokens that both live."""

import random

import pytest

from charter.core.oauth_applications import operations as oauth_applications
from charter.core.oauth_authorizations import operations
from charter.core.oauth_authorizations.model import (
    OauthGrantInvalid,
    OauthTokenNotFound,
    Replayed,
    TokensMade,
)
from charter.core.sessions import operations as sessions
from charter.kernel.errors import DomainError
from tests.consenting import present, program
from tests.world import all_at_once, later

STEPS = ("code", "trade", "trade", "refresh", "refresh", "refresh", "replay", "revoke", "withdraw",
         "late", "both", "leave")  # fmt: skip
WEIGHTS = (5, 6, 3, 5, 5, 2, 2, 1, 1, 3, 3, 1)


class Story:
    """One application and one person, and all that either of them was ever given."""

    def __init__(self, world, planner, ann, chance):
        self.world, self.planner, self.ann, self.chance = world, planner, ann, chance
        self.platform = world.platform
        self.codes: list[str] = []
        self.given: dict[str, list[TokensMade]] = {}
        self.chain_of: dict[str, str] = {}

    async def code(self):
        self.codes.append(await self.planner.code(self.ann))

    async def trade(self):
        if self.codes:
            code = self.chance.choice(self.codes)
            self.keep(code, await self.planner.trade(code, platform=self.platform))

    async def both(self):
        if self.codes:
            code = self.chance.choice(self.codes)
            for found in await all_at_once(*(self.planner.trade(code) for _ in range(2))):
                self.keep(code, found)

    async def refresh(self):
        if self.chain_of:
            token = self.chance.choice(list(self.chain_of))
            found = await self.planner.refresh(token, platform=self.platform)
            self.keep(self.chain_of[token], found)

    async def replay(self):
        await self.trade()
        await self.trade()

    async def revoke(self):
        if self.chain_of:
            token = self.chance.choice(list(self.chain_of))
            await self.world.call(
                None, operations.revoke_token, oauth_application_id=self.planner.id, token=token
            )

    async def withdraw(self):
        await self.world.call(self.ann, operations.withdraw_own, application_id=self.planner.id)

    async def late(self):
        self.platform = later(self.platform, seconds=self.chance.choice((1, 5, 11)))

    async def leave(self):
        await self.world.call(None, sessions.revoke, session_id=self.ann.session_id)
        self.ann = await present(self.world, "ann")

    def keep(self, code, found):
        if isinstance(found, TokensMade):
            self.given.setdefault(code, []).append(found)
            self.chain_of[found.refresh_token] = code

    async def living(self, code) -> set[str]:
        """The chains of a code that still live, by their ids."""
        found = set()
        for each in self.given.get(code, ()):
            try:
                token = await self.world.call(
                    None, operations.verify, access_token=each.access_token
                )
            except OauthTokenNotFound:
                continue
            found.add(token.authorization_id)
        return found


@pytest.mark.security("E3", "E4")
@pytest.mark.parametrize("seed", range(6))
async def test_a_code_never_gives_two_chains_that_live(world, seed):
    chance = random.Random(seed)
    planner, ann = await program(world), await present(world, "ann")
    story = Story(world, planner, ann, chance)
    for _ in range(40):
        (step,) = chance.choices(STEPS, WEIGHTS)
        try:
            await getattr(story, step)()
        except DomainError as refused:
            if not refused.code.startswith("oauth_"):
                raise
        for code in story.codes:
            assert len(await story.living(code)) <= 1
    for code in story.codes:
        # Whoever comes with every code once more ends whatever it gave.
        try:
            found = await planner.trade(code, platform=later(story.platform, seconds=61))
        except OauthGrantInvalid:
            assert code not in story.given
            continue
        assert isinstance(found, Replayed)
        assert await story.living(code) == set()
    await world.call(None, oauth_applications.delete, oauth_application_id=planner.id)


@pytest.mark.security("E3")
@pytest.mark.parametrize("more", [{"code_verifier": "x" * 43}, {"redirect_uri": "https://a.test/"}])
async def test_who_copied_a_code_without_all_that_belongs_to_it_ends_the_chain_too(world, more):
    planner, ann = await program(world), await present(world, "ann")
    code = await planner.code(ann)
    tokens = await planner.trade(code)
    assert isinstance(await planner.trade(code, **more), Replayed)
    with pytest.raises(OauthTokenNotFound):
        await world.call(None, operations.verify, access_token=tokens.access_token)


@pytest.mark.security("E4", "E11")
async def test_of_a_refresh_and_an_end_at_once_no_token_is_left(world):
    planner, ann = await program(world), await present(world, "ann")
    for _ in range(5):
        tokens = await planner.tokens(ann)
        end = world.call(ann, operations.withdraw_own, application_id=planner.id)
        renewed, ended = await all_at_once(planner.refresh(tokens.refresh_token), end)
        assert not isinstance(ended, Exception)
        if isinstance(renewed, TokensMade):
            with pytest.raises(OauthTokenNotFound):
                await world.call(None, operations.verify, access_token=renewed.access_token)
            with pytest.raises(OauthGrantInvalid):
                await planner.refresh(renewed.refresh_token)
