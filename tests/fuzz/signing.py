"""What the machines of sign-ins and sign-ups share: a world, a browser, and its answers."""

import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine

from tests.browsing import Browser
from tests.world import World, new_world

CODE, WRONG_CODE = "424242", "000000"
PASSWORD, OTHER_PASSWORD = "a long pass phrase of mine", "an entirely other one of mine"
ADDRESS, NUMBER, SECOND_NUMBER = "ann+clerk_test@example.com", "+12015550101", "+12015550102"

EXAMPLES = int(os.environ.get("CHARTER_FUZZ_EXAMPLES", "15"))
IS_LONG = EXAMPLES > 15

bounded = settings(
    max_examples=EXAMPLES,
    stateful_step_count=25,
    derandomize=True,
    database=None,
    phases=(Phase.generate, Phase.shrink) if IS_LONG else (Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
"""Always the same examples, few enough for every run. The long run shortens what it finds too."""


@dataclass(frozen=True)
class Stage:
    """Where a machine plays: the platform, the app, and the loop that both run in."""

    platform: Any
    app: Any
    run: Callable[[Coroutine[Any, Any, Any]], Any]

    def new_world(self, settings: dict[str, Any]) -> World:
        """A new instance with these settings."""
        world: World = self.run(new_world(self.platform, self.app))
        self.run(
            world.sql(
                "UPDATE instances SET settings = settings || $2 WHERE id = $1",
                world.instance_id,
                settings,
            )
        )
        return world


class Playing(RuleBasedStateMachine):
    """A machine that drives a browser of a world of its own."""

    stage: Stage
    world: World
    browser: Browser

    def get(self, path: str) -> Any:
        """Read; the answer has to be there."""
        answer = self.stage.run(self.browser.get(path))
        assert answer.status_code == 200, answer.text
        return answer.json()["response"]

    def post(self, path: str, **form: Any) -> httpx.Response:
        """Take a step. However wrong it is, the server does not fail."""
        given = {name: value for name, value in form.items() if value is not None}
        answer: httpx.Response = self.stage.run(self.browser.post(path, given))
        assert answer.status_code < 500, answer.text
        return answer

    def patch(self, path: str, **form: Any) -> httpx.Response:
        """Change something."""
        answer: httpx.Response = self.stage.run(self.browser.patch(path, form))
        assert answer.status_code < 500, answer.text
        return answer

    def delete(self, path: str) -> httpx.Response:
        """End something."""
        answer: httpx.Response = self.stage.run(self.browser.delete(path))
        assert answer.status_code < 500, answer.text
        return answer

    def sessions(self) -> list[Any]:
        """The sessions that the browser has."""
        client = self.get("/client")
        return [] if client is None else list(client["sessions"])

    def leave(self) -> None:
        """Close what is open."""
        self.stage.run(self.browser.close())
        self.stage.run(self.world.close())
