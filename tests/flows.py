"""Browsers in tests of operations: their clients, and people who are signed in on them."""

from dataclasses import dataclass, replace
from typing import Any

from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import Answer, NewSignIn, Preparation
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.secrets import digest
from tests.world import World


@dataclass
class Tab:
    """A browser that calls operations; it keeps the token that it is given."""

    world: World
    token: str | None = None

    @property
    def actor(self) -> Actor:
        """The browser, with nobody proven."""
        held = None if self.token is None else digest(self.token)
        return Actor(ActorKind.BROWSER, self.world.instance_id, client_digest=held)

    async def call(self, operation: Any, **arguments: Any) -> Any:
        """Call an operation as this browser."""
        result = await self.world.call(self.actor, operation, **arguments)
        self.token = getattr(result, "client_token", None) or self.token
        return result

    async def sign_in(self, name: str) -> str:
        """Sign a person in by a code; the id of the session."""
        user = await self.world.user(name, email=f"{name}+clerk_test@example.com")
        begun = await self.call(
            sign_ins.create, new=NewSignIn(identifier=user.email_addresses[0].address)
        )
        sign_in_id = begun.view.sign_in.id
        given = Preparation(strategy="email_code")
        await self.call(sign_ins.prepare_first_factor, sign_in_id=sign_in_id, given=given)
        answer = Answer(strategy="email_code", code="424242")
        done = await self.call(sign_ins.attempt_first_factor, sign_in_id=sign_in_id, given=answer)
        return str(done.view.sign_in.created_session_id)

    def signed_in(self, name: str, session_id: str) -> Actor:
        """The person of that name, acting in a session of this browser."""
        user_id = self.world.people[name]
        return replace(self.actor, kind=ActorKind.USER, user_id=user_id, session_id=session_id)


def directives_of(values: Any) -> dict[str, str]:
    """The cookies that directives set, by name."""
    return {
        name: value for name, _, value in (each.partition(";")[0].partition("=") for each in values)
    }
