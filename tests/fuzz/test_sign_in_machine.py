"""Random steps of signing in: no session without every factor, and always a way on."""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from tests.fuzz.signing import (
    ADDRESS,
    CODE,
    NUMBER,
    OTHER_PASSWORD,
    PASSWORD,
    SECOND_NUMBER,
    WRONG_CODE,
    Playing,
    bounded,
)

RESETS = ("reset_password_email_code", "reset_password_phone_code")
FIRST = ("password", "email_code", "phone_code", *RESETS, "totp")
SECOND = ("phone_code", "email_code", "totp", "backup_code", "password")
SECOND_STATES = ("needs_second_factor", "needs_client_trust")


class SigningIn(Playing):
    """Somebody and a browser; the model knows what the browser has proven in the running sign-in.

    `first` and `second`: the strategies that were answered rightly. `was_seen`: whether the person
    had a session in this browser. `justified`: the sessions that were earned.
    """

    @initialize(
        has_second=st.booleans(),
        is_compromised=st.booleans(),
        trusts_known=st.booleans(),
    )
    def begin_world(self, has_second: bool, is_compromised: bool, trusts_known: bool) -> None:
        sign_in = {"trusts_known_devices_only": trusts_known}
        attributes = {"phone_number": {"second_factors": ["phone_code"]}}
        self.world = self.stage.new_world({"sign_in": sign_in, "attributes": attributes})
        self.browser, self.stranger = self.world.browser(), self.world.browser()
        self.has_second, self.trusts_known = has_second, trusts_known
        self.is_compromised, self.password = is_compromised, PASSWORD
        self.sign_in: Any = None
        self.first = self.second = None
        self.has_new_password = self.was_seen = False
        self.justified = 0
        self.stage.run(self.make_person())

    async def make_person(self) -> None:
        user = await self.world.user(
            "ann", email=ADDRESS, password=PASSWORD, phone_numbers=[NUMBER]
        )
        self.user_id = user.id
        if self.is_compromised:
            await self.world.post(f"/users/{user.id}/password/set_compromised", {})
        if self.has_second:
            number = {"user_id": user.id, "phone_number": SECOND_NUMBER, "verified": True}
            answer = await self.world.post(
                "/phone_numbers", number | {"reserved_for_second_factor": True}
            )
            assert answer.status_code == 200, answer.text

    def teardown(self) -> None:
        if hasattr(self, "browser"):
            self.finish()
            self.stage.run(self.stranger.close())
            self.leave()

    @property
    def status(self) -> str | None:
        return None if self.sign_in is None else self.sign_in["status"]

    def path(self, step: str = "") -> str:
        return f"/client/sign_ins/{self.sign_in['id']}{step}"

    def forget(self) -> None:
        """A new sign-in has proven nothing."""
        self.first = self.second = None
        self.has_new_password = False

    def went_on(self, answer: Any) -> None:
        """Hold the new state against what was proven."""
        found = answer.json()
        self.sign_in = found["response"]
        assert self.status == self.expected(), (self.status, self.expected())
        if self.status == "complete":
            self.justified, self.was_seen = 1, True
            (session,) = found["client"]["sessions"]
            assert session["id"] == self.sign_in["created_session_id"]
            assert session["user"]["id"] == self.user_id

    def expected(self) -> str:
        """What the sign-in has to wait for, as the model knows it."""
        if self.first is None:
            return "needs_first_factor"
        if self.first in RESETS and not self.has_new_password:
            return "needs_new_password"
        if self.has_second and self.second is None:
            return "needs_second_factor"
        is_stranger = self.trusts_known and not self.was_seen and self.first == "password"
        if is_stranger and self.second is None:
            return "needs_client_trust"
        if self.is_compromised and self.first == "password" and not self.has_new_password:
            return "needs_new_password"
        return "complete"

    @rule(strategy=st.sampled_from((None, *FIRST)), password=st.sampled_from((True, None, False)))
    def begin(self, strategy: str | None, password: bool | None) -> None:
        given = {None: None, True: self.password, False: "not the pass phrase"}[password]
        answer = self.post(
            "/client/sign_ins", identifier=ADDRESS, strategy=strategy, password=given
        )
        if answer.status_code == 200:
            self.forget()
            if password and strategy in (None, "password"):
                self.first = "password"
            assert self.justified == 0
            self.went_on(answer)

    @precondition(lambda self: self.sign_in is not None and self.status != "complete")
    @rule(choice=st.integers(0, 5))
    def take_an_offered_step(self, choice: int) -> None:
        """What a person does who reads the page; each step by itself is tried too."""
        if self.status == "needs_new_password":
            self.set_a_new_password(OTHER_PASSWORD)
            return
        is_first = self.status == "needs_first_factor"
        order = "first" if is_first else "second"
        offered = self.sign_in[f"supported_{order}_factors"]
        if not offered:
            return
        factor = offered[choice % len(offered)]["strategy"]
        prepare = self.prepare_first if is_first else self.prepare_second
        answer = self.answer_first if is_first else self.answer_second
        if factor != "password":
            prepare(factor)
        before = self.status
        answer(factor, True)
        assert self.status != before

    @rule()
    def begin_without_a_name(self) -> None:
        answer = self.post("/client/sign_ins")
        if answer.status_code == 200:
            self.forget()
            self.sign_in = answer.json()["response"]
            assert self.status == "needs_identifier"

    @rule()
    def begin_as_nobody(self) -> None:
        answer = self.post("/client/sign_ins", identifier="nobody@example.com", password=PASSWORD)
        assert answer.status_code == 422

    @precondition(lambda self: self.sign_in is not None)
    @rule(strategy=st.sampled_from(FIRST))
    def prepare_first(self, strategy: str) -> None:
        answer = self.post(self.path("/prepare_first_factor"), strategy=strategy)
        if answer.status_code == 200:
            assert self.status == "needs_first_factor"
            self.went_on(answer)

    @precondition(lambda self: self.sign_in is not None)
    @rule(strategy=st.sampled_from(FIRST), is_right=st.booleans())
    def answer_first(self, strategy: str, is_right: bool) -> None:
        before, check = self.status, self.sign_in["first_factor_verification"]
        answer = self.post(self.path("/attempt_first_factor"), **self.proof(strategy, is_right))
        if answer.status_code == 200:
            assert is_right
            assert before == "needs_first_factor"
            assert strategy == "password" or check["strategy"] == strategy
            self.first = strategy
            self.went_on(answer)

    @precondition(lambda self: self.sign_in is not None)
    @rule(strategy=st.sampled_from(SECOND))
    def prepare_second(self, strategy: str) -> None:
        before = self.status
        answer = self.post(self.path("/prepare_second_factor"), strategy=strategy)
        if answer.status_code == 200:
            assert before in SECOND_STATES
            self.went_on(answer)

    @precondition(lambda self: self.sign_in is not None)
    @rule(strategy=st.sampled_from(SECOND), is_right=st.booleans())
    def answer_second(self, strategy: str, is_right: bool) -> None:
        before, check = self.status, self.sign_in["second_factor_verification"]
        answer = self.post(self.path("/attempt_second_factor"), **self.proof(strategy, is_right))
        if answer.status_code == 200:
            assert is_right
            assert before in SECOND_STATES
            assert check["strategy"] == strategy
            self.second = strategy
            self.went_on(answer)

    @precondition(lambda self: self.sign_in is not None)
    @rule(password=st.sampled_from((PASSWORD, OTHER_PASSWORD, "short")))
    def set_a_new_password(self, password: str) -> None:
        before = self.status
        answer = self.post(self.path("/reset_password"), password=password)
        if answer.status_code == 200:
            assert before == "needs_new_password"
            assert password != "short"
            self.password, self.is_compromised, self.has_new_password = password, False, True
            self.went_on(answer)

    @precondition(lambda self: self.sign_in is not None)
    @rule(step=st.sampled_from(("prepare_first_factor", "attempt_first_factor", "reset_password")))
    def let_another_browser_go_on(self, step: str) -> None:
        """Who knows the id of a sign-in does not hold it."""
        form = self.proof("password", is_right=True)
        answer = self.stage.run(self.stranger.post(self.path("/" + step), form))
        assert answer.status_code == 404, answer.text

    @precondition(lambda self: self.justified or self.status == "needs_second_factor")
    @rule(path=st.sampled_from(("/client/sessions", "/client")))
    def sign_out(self, path: str) -> None:
        answer = self.delete(path)
        if answer.status_code == 200:
            self.justified = 0
        if path == "/client":
            self.sign_in, self.was_seen = None, False
            self.forget()

    @invariant()
    def there_are_no_sessions_but_those_that_were_earned(self) -> None:
        if hasattr(self, "browser"):
            assert len(self.sessions()) == self.justified

    def proof(self, strategy: str, is_right: bool) -> dict[str, str]:
        if strategy == "password":
            return {"strategy": strategy, "password": self.password if is_right else "not it"}
        return {"strategy": strategy, "code": CODE if is_right else WRONG_CODE}

    def finish(self) -> None:
        """Whatever has happened, the person gets in by what the answers offer them."""
        for _step in range(8):
            if self.sessions():
                return
            self.go_on()
        raise AssertionError(f"there is no way on from {self.status}")

    def go_on(self) -> None:
        """Take the step that a page would offer."""
        client = self.get("/client")
        running = None if client is None else client["sign_in"]
        if running is None or running["status"] == "needs_identifier":
            assert self.post("/client/sign_ins", identifier=ADDRESS).status_code == 200
            return
        path = f"/client/sign_ins/{running['id']}"
        if running["status"] == "needs_new_password":
            answer = self.post(path + "/reset_password", password=OTHER_PASSWORD)
            self.password = OTHER_PASSWORD
        else:
            is_first = running["status"] == "needs_first_factor"
            order = "first" if is_first else "second"
            offered = running[f"supported_{order}_factors"]
            assert offered, running["status"]
            factor = offered[0]["strategy"]
            if factor != "password":
                self.post(f"{path}/prepare_{order}_factor", strategy=factor)
            answer = self.post(f"{path}/attempt_{order}_factor", **self.proof(factor, True))
        assert answer.status_code == 200, answer.text


@pytest.mark.security("B1")
@pytest.mark.security("B6")
def test_no_path_to_a_session_leaves_a_factor_out(signing_stage):
    SigningIn.stage = signing_stage
    run_state_machine_as_test(SigningIn, settings=bounded)
