"""Random steps of signing up: nobody gets in with something missing, and always a way on."""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from tests.fuzz.signing import CODE, OTHER_PASSWORD, PASSWORD, WRONG_CODE, Playing, bounded

VALUES: dict[str, tuple[str, ...]] = {
    "email_address": (
        "new+clerk_test@example.com",
        "other+clerk_test@example.com",
        "taken+clerk_test@example.com",
        "no address",
        "",
    ),
    "phone_number": ("+12015550101", "+12015550102", "0", ""),
    "password": (PASSWORD, OTHER_PASSWORD, "short", ""),
    "first_name": ("Ann", ""),
    "username": ("ann_of_old",),
    "legal_accepted": ("true", "false"),
}
CODES = {"email_code": "email_address", "phone_code": "phone_number"}
FIELDS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in VALUES.items()}
)


class SigningUp(Playing):
    """A browser of somebody new; the model knows what they have proven to be theirs.

    `proven`: the field and the value of each code that was answered rightly in this sign-up.
    """

    @initialize(asks_number=st.booleans(), asks_consent=st.booleans())
    def begin_world(self, asks_number: bool, asks_consent: bool) -> None:
        number = {
            "is_enabled": asks_number,
            "is_required": asks_number,
            "verifications": ["phone_code"],
            "is_verified_at_sign_up": True,
        }
        self.world = self.stage.new_world(
            {
                "attributes": {"phone_number": number},
                "sign_up": {"requires_legal_consent": asks_consent},
            }
        )
        self.required = {"email_address", "password"}
        self.required |= {"phone_number"} if asks_number else set()
        self.required |= {"legal_accepted"} if asks_consent else set()
        self.browser, self.stranger = self.world.browser(), self.world.browser()
        self.stage.run(self.world.user("taken", email=VALUES["email_address"][2]))
        self.sign_up: Any = None
        self.proven: set[tuple[str, str]] = set()
        self.has_consented = False
        self.earned = self.made = 0

    def teardown(self) -> None:
        if hasattr(self, "earned"):
            self.finish()
            self.stage.run(self.stranger.close())
            self.leave()

    @property
    def is_running(self) -> bool:
        return self.sign_up is not None and self.sign_up["status"] == "missing_requirements"

    def path(self, step: str = "") -> str:
        return f"/client/sign_ups/{self.sign_up['id']}{step}"

    def went_on(self, answer: Any) -> None:
        """Hold the new state against what was given and proven."""
        found = answer.json()
        self.sign_up = found["response"]
        given = {
            name for name in ("email_address", "phone_number") if self.sign_up[name] is not None
        }
        unproven = {name for name in given if (name, self.sign_up[name]) not in self.proven}
        given |= {"password"} if self.sign_up["password_enabled"] else set()
        given |= {"legal_accepted"} if self.has_consented else set()
        is_done = not unproven and self.required <= given
        assert self.sign_up["status"] == ("complete" if is_done else "missing_requirements")
        if not is_done:
            assert set(self.sign_up["missing_fields"]) == self.required - given
            assert set(self.sign_up["unverified_fields"]) == unproven
            return
        self.earned, self.made = self.earned + 1, self.made + 1
        (session,) = [
            each
            for each in found["client"]["sessions"]
            if each["id"] == self.sign_up["created_session_id"]
        ]
        assert session["user"]["id"] == self.sign_up["created_user_id"]
        for address in session["user"]["email_addresses"]:
            assert ("email_address", address["email_address"]) in self.proven

    def right(self, field: str) -> str:
        """What does for a field, and is nobody's yet."""
        right = {
            "email_address": f"free{self.made}+clerk_test@example.com",
            "phone_number": f"+120155501{10 + self.made}",
            "password": PASSWORD,
            "legal_accepted": "true",
        }
        return right[field]

    def consent(self, fields: dict[str, str]) -> None:
        if "legal_accepted" in fields:
            self.has_consented = fields["legal_accepted"] == "true"

    @rule(fields=FIELDS)
    def begin(self, fields: dict[str, str]) -> None:
        answer = self.post("/client/sign_ups", **fields)
        if answer.status_code == 200:
            self.proven, self.has_consented = set(), False
            self.consent(fields)
            self.went_on(answer)

    @precondition(lambda self: self.sign_up is not None)
    @rule(fields=FIELDS)
    def give(self, fields: dict[str, str]) -> None:
        was_running = self.is_running
        before = self.sign_up
        answer = self.patch(self.path(), **fields)
        if answer.status_code == 200:
            assert was_running
            self.consent(fields)
            after = answer.json()["response"]
            changed = {name for name in CODES.values() if after[name] != before[name]}
            # What was proven of another value is not proven of this one, nor ever again.
            self.proven = {pair for pair in self.proven if pair[0] not in changed}
            self.went_on(answer)

    @precondition(lambda self: self.sign_up is not None)
    @rule(strategy=st.sampled_from((*CODES, "email_link", "totp")))
    def prepare(self, strategy: str) -> None:
        was_running = self.is_running
        link = {"redirect_url": "http://app.test/verified"} if strategy == "email_link" else {}
        answer = self.post(self.path("/prepare_verification"), strategy=strategy, **link)
        if answer.status_code == 200:
            assert was_running
            # Who asks for it anew has to answer it anew.
            field = CODES.get(strategy, "email_address")
            self.proven = {pair for pair in self.proven if pair[0] != field}
            self.went_on(answer)

    @precondition(lambda self: self.sign_up is not None)
    @rule(strategy=st.sampled_from((*CODES, "totp")), is_right=st.booleans())
    def answer(self, strategy: str, is_right: bool) -> None:
        was_running = self.is_running
        code = CODE if is_right else WRONG_CODE
        path = self.path("/attempt_verification")
        answer = self.post(path, strategy=strategy, code=code)
        if answer.status_code == 200:
            assert was_running
            assert is_right
            field = CODES[strategy]
            self.proven.add((field, answer.json()["response"][field]))
            self.went_on(answer)

    @precondition(lambda self: self.is_running)
    @rule()
    def take_a_step_that_is_asked_for(self) -> None:
        """What a person does who reads the page."""
        missing, unproven = self.sign_up["missing_fields"], self.sign_up["unverified_fields"]
        if missing:
            self.give({missing[0]: self.right(missing[0])})
        elif unproven:
            (strategy,) = [name for name, field in CODES.items() if field == unproven[0]]
            self.prepare(strategy)
            self.answer(strategy, True)

    @precondition(lambda self: self.sign_up is not None)
    @rule()
    def let_another_browser_go_on(self) -> None:
        """Who knows the id of a sign-up does not hold it."""
        form = {"strategy": "email_code", "code": CODE}
        path = self.path("/attempt_verification")
        answer = self.stage.run(self.stranger.post(path, form))
        assert answer.status_code == 404, answer.text

    @precondition(lambda self: self.earned)
    @rule()
    def sign_out(self) -> None:
        assert self.delete("/client/sessions").status_code == 200
        self.earned = 0

    @invariant()
    def there_are_no_sessions_but_those_that_were_earned(self) -> None:
        if hasattr(self, "earned"):
            assert len(self.sessions()) == self.earned

    def finish(self) -> None:
        """Whatever has happened, somebody new gets in by what the answers ask of them."""
        if self.earned:
            return
        if not self.is_running:
            self.begin({})
        for _step in range(10):
            if not self.is_running:
                break
            self.take_a_step_that_is_asked_for()
        assert self.sign_up["status"] == "complete", self.sign_up


@pytest.mark.security("B1")
def test_nobody_signs_up_with_something_missing(signing_stage):
    SigningUp.stage = signing_stage
    run_state_machine_as_test(SigningUp, settings=bounded)
