"""Showing anew who is at a session, in the Frontend API."""

from charter.core.reverifications import operations as reverifications
from charter.core.reverifications.model import Level, ReverificationProgress
from charter.surfaces.backend.verifications import CheckOut
from charter.surfaces.frontend.sessions import TAG, BareSessionOut
from charter.surfaces.frontend.shapes import Wrapped
from charter.surfaces.frontend.sign_in_out import FactorOut
from charter.surfaces.frontend.sign_ins import PROTECTION
from charter.wire.call import Call, Out, View
from charter.wire.forms import FormIn


class ReverificationOut(Out):
    """A verification of a session that runs."""

    object: str
    id: str
    level: str
    status: str
    supported_first_factors: list[FactorOut] | None
    supported_second_factors: list[FactorOut] | None
    first_factor_verification: CheckOut | None
    second_factor_verification: CheckOut | None
    session: BareSessionOut

    @classmethod
    def of(cls, result: ReverificationProgress, view: View) -> "ReverificationOut":
        """As this API writes it."""
        row = result.reverification
        first = [FactorOut.of(each, view) for each in result.first_factors]
        second = [FactorOut.of(each, view) for each in result.second_factors]
        return cls(
            object="session_reverification",
            id=row.id,
            level=row.level.value,
            status=row.status.value,
            supported_first_factors=first or None,
            supported_second_factors=second or None,
            first_factor_verification=CheckOut.of(row.first_check, view),
            second_factor_verification=CheckOut.of(row.second_check, view),
            session=BareSessionOut.of(result.session, view),
        )


class StartReverification(FormIn):
    """Which factors are to be shown."""

    level: Level


class PrepareFactor(FormIn):
    """What a factor is prepared with."""

    strategy: str
    email_address_id: str | None = None
    phone_number_id: str | None = None
    proof_token: str | None = None


class AttemptFirstFactor(FormIn):
    """What the first factor is answered with."""

    strategy: str
    code: str | None = None
    password: str | None = None
    public_key_credential: str | None = None


class AttemptSecondFactor(FormIn):
    """What the second factor is answered with."""

    strategy: str
    code: str | None = None


SESSION = "/client/sessions/{session_id}/verify"
STEP = {"proof_token": PROTECTION}

CALLS = [
    Call(
        "POST",
        SESSION,
        reverifications.start,
        Wrapped(ReverificationOut),
        body=StartReverification,
        tag=TAG,
    ),
    Call(
        "POST",
        SESSION + "/prepare_first_factor",
        reverifications.prepare_first_factor,
        Wrapped(ReverificationOut),
        body=PrepareFactor,
        ignores=STEP,
        tag=TAG,
    ),
    Call(
        "POST",
        SESSION + "/attempt_first_factor",
        reverifications.attempt_first_factor,
        Wrapped(ReverificationOut),
        body=AttemptFirstFactor,
        tag=TAG,
    ),
    Call(
        "POST",
        SESSION + "/prepare_second_factor",
        reverifications.prepare_second_factor,
        Wrapped(ReverificationOut),
        body=PrepareFactor,
        ignores=STEP,
        tag=TAG,
    ),
    Call(
        "POST",
        SESSION + "/attempt_second_factor",
        reverifications.attempt_second_factor,
        Wrapped(ReverificationOut),
        body=AttemptSecondFactor,
        tag=TAG,
    ),
]
