"""The checker of the Frontend API's answers finds what it is there to find."""

import json
from copy import deepcopy

import pytest

from tests.contract.amendments import LINK, Amendment
from tests.contract.answers import check_answer
from tests.contract.catalogue import Catalogue
from tests.contract.doors import DOORS, FRONTEND
from tests.contract.test_answers import ERROR, JSON, NOW, changed

SIGN_IN = {
    "object": "sign_in_attempt",
    "id": "sia_" + "a" * 27,
    "status": "needs_first_factor",
    "supported_identifiers": ["email_address"],
    "supported_first_factors": [
        {"strategy": "password"},
        {"strategy": "email_code", "safe_identifier": "ann@example.com", "primary": True},
    ],
    "supported_second_factors": None,
    "first_factor_verification": None,
    "second_factor_verification": None,
    "identifier": "ann@example.com",
    "user_data": None,
    "created_session_id": None,
    "abandon_at": NOW,
}
SESSION = {
    "object": "session",
    "id": "sess_" + "a" * 27,
    "status": "active",
    "expire_at": NOW,
    "abandon_at": NOW,
    "last_active_at": NOW,
    "last_active_token": {"object": "token", "jwt": "a.b.c"},
    "actor": None,
    "tasks": None,
    "last_active_organization_id": None,
    "public_user_data": None,
    "factor_verification_age": [0, -1],
    "created_at": NOW,
    "updated_at": NOW,
}
CLIENT = {
    "object": "client",
    "id": "client_" + "a" * 27,
    "sessions": [SESSION],
    "sign_in": deepcopy(SIGN_IN),
    "sign_up": None,
    "last_active_session_id": SESSION["id"],
    "last_authentication_strategy": None,
    "cookie_expires_at": None,
    "captcha_bypass": False,
    "created_at": NOW,
    "updated_at": NOW,
}
BEGUN = {"response": SIGN_IN, "client": CLIENT}
SCHEMAS = json.loads((FRONTEND.folder / "schemas.json").read_text())
CODE_SENT = {
    "object": "verification_otp",
    "status": "unverified",
    "strategy": "email_code",
    "attempts": 0,
    "expire_at": NOW,
}


def problems(method, path, body, *, status=200, headers=JSON):
    operation = Catalogue.load("frontend").operation(method, path)
    assert operation is not None
    return check_answer(operation, status, headers, body)


def begun(path, replacement):
    """What is wrong with the answer to a new sign-in, one place of it replaced."""
    return problems("POST", "/client/sign_ins", changed(BEGUN, path, replacement))


def test_the_catalogue_holds_the_whole_contract():
    catalogue = Catalogue.load("frontend")
    assert len(catalogue.operations) == len(catalogue.by_shape) == 202
    assert all(each.tier for each in catalogue.operations)


@pytest.mark.parametrize(
    ("method", "path", "found", "tier"),
    [
        ("GET", "/environment", "getEnvironment", "0"),
        ("POST", "/v1/client/sign_ins", "createSignIn", "0"),
        ("POST", "/client/sign_ins/{id}/attempt_first_factor", "attemptSignInFactorOne", "0"),
        ("POST", "/client/sign_ins/{id}/attempt_second_factor", "attemptSignInFactorTwo", "1"),
        ("POST", "/client/sessions/{id}/tokens/{name}", "createSessionTokenWithTemplate", "1"),
        ("POST", "/client/sessions/{id}/verify", "startSessionReverification", "1"),
        ("GET", "/me", "getUser", "2 profile"),
        ("GET", "/me/organization_memberships", "getOrganizationMemberships", "2 organizations"),
        (
            "GET",
            "/organizations/{id}/invitations/pending",
            "getAllPendingOrganizationInvitations",
            "2 organizations",
        ),
        ("GET", "/api_keys", "getApiKeys", "3 machine and IdP"),
        (
            "GET",
            "/organizations/{id}/enterprise_connections",
            "listOrganizationEnterpriseConnections",
            "3 enterprise",
        ),
        ("GET", "/me/billing/statements/{id}", "GetUserStatement", "4 billing"),
        ("GET", "/me/trusted_devices", "listTrustedDevices", "edge"),
    ],
)
def test_an_operation_is_found_by_its_shape_with_its_tier(method, path, found, tier):
    operation = Catalogue.load("frontend").operation(method, path)
    assert (operation.id, operation.tier) == (found, tier)


def test_answers_that_keep_the_contract_pass():
    assert problems("POST", "/client/sign_ins", BEGUN) == []
    assert problems("GET", "/client", {"response": None, "client": None}) == []
    assert problems("GET", "/client", {"response": CLIENT, "client": None}) == []
    assert problems("POST", "/client/sessions/s/tokens", {"jwt": "a.b.c"}) == []
    assert problems("POST", "/client/sign_ins", ERROR, status=422) == []
    assert begun(["response", "first_factor_verification"], CODE_SENT) == []


@pytest.mark.parametrize(
    ("path", "replacement", "named"),
    [
        (["client"], ..., "$.client is missing"),
        (["response"], ..., "$.response is missing"),
        (["response"], None, "$.response is null"),
        (["response", "status"], "needs_patience", "$.response.status 'needs_patience'"),
        (["response", "abandon_at"], NOW // 1000, "$.response.abandon_at is not a time"),
        (["client", "sessions"], None, "$.client.sessions is null"),
        (["client", "sessions", 0, "expire_at"], ..., "$.client.sessions[0].expire_at is missing"),
        (["client", "sessions", 0, "status"], "asleep", "$.client.sessions[0].status 'asleep'"),
        (
            ["client", "sessions", 0, "public_user_data"],
            ...,
            "$.client.sessions[0].public_user_data is missing",
        ),
        (
            ["response", "supported_first_factors", 1, "strategy"],
            "carrier_pigeon",
            "$.response.supported_first_factors[1].strategy 'carrier_pigeon'",
        ),
        (
            ["response", "first_factor_verification"],
            CODE_SENT | {"expire_at": None},
            "$.response.first_factor_verification.expire_at is null",
        ),
    ],
)
def test_each_kind_of_mismatch_is_named_with_its_path(path, replacement, named):
    assert any(named in each for each in begun(path, replacement))


def test_of_several_types_the_one_that_a_value_names_is_looked_at():
    link = {"object": "verification_email_link", "status": "unverified", "strategy": "email_link"}
    (problem,) = begun(["response", "first_factor_verification"], link)
    assert "$.response.first_factor_verification.expire_at is missing" in problem


def test_an_answer_without_its_envelope_is_refused():
    assert problems("POST", "/client/sign_ins", SIGN_IN)
    assert problems("GET", "/client", CLIENT)


def test_an_undocumented_status_is_refused():
    assert any("outside" in each for each in problems("GET", "/client", BEGUN, status=201))
    assert any("outside" in each for each in problems("GET", "/environment", ERROR, status=403))


def test_a_redirect_leads_somewhere():
    assert problems("GET", "/client/handshake", b"", status=307, headers={})
    assert problems("GET", "/client/handshake", b"", status=307, headers={"Location": "/"}) == []


def test_a_wrong_entry_does_not_look_like_the_end_of_a_session():
    wrong = changed(ERROR, ["errors", 0, "code"], "form_password_incorrect")
    path = "/client/sign_ins/s/attempt_first_factor"
    assert problems("POST", path, wrong, status=422) == []
    assert any("sign out" in each for each in problems("POST", path, wrong, status=401))


def test_a_client_beside_an_error_is_whole():
    whole = ERROR | {"meta": {"client": CLIENT}}
    assert problems("POST", "/client/sign_ins", whole, status=422) == []
    broken = changed(whole, ["meta", "client", "sessions"], ...)
    assert any(
        "$.meta.client.sessions is missing" in each
        for each in problems("POST", "/client/sign_ins", broken, status=422)
    )


def test_an_error_may_have_the_form_its_document_gives_it():
    unhealthy = {"status": "unhealthy", "message": "The database is away."}
    headers = JSON | {"Retry-After": "1"}
    assert problems("GET", "/health", unhealthy, status=503, headers=headers) == []
    assert problems("GET", "/health", {"status": "ill"}, status=503, headers=headers)


@pytest.mark.parametrize(
    ("door", "amendment"),
    [
        pytest.param(door, each, id=f"{door.name} {each.schema}.{each.field}")
        for door in DOORS.values()
        for each in door.amendments
    ],
)
def test_an_amendment_says_why_and_changes_its_place(door, amendment):
    before = json.loads((door.folder / "schemas.json").read_text())
    schemas = deepcopy(before)
    assert amendment.because
    assert amendment.made(schemas) != schemas
    assert schemas == before


@pytest.mark.parametrize(
    "amendment",
    [
        Amendment("Client.SessionBase", "status", "known already", also=("active",)),
        Amendment("Client.SignIn", "identifier", "null already", or_null=True),
        Amendment("Client.SignIn", "client_trust_state", "not required", or_absent=True),
        Amendment("Stubs.Identification.Link", "type", "of this form already", form=LINK.form),
        Amendment("Client.Nothing", "status", "no such type", or_null=True),
        Amendment("Client.SignIn", "nothing", "no such field", or_null=True),
    ],
)
def test_an_amendment_of_nothing_is_refused(amendment):
    with pytest.raises(LookupError):
        amendment.made(SCHEMAS)


def test_a_session_may_be_pending():
    assert begun(["client", "sessions", 0, "status"], "pending") == []
    assert begun(["client", "sessions", 0, "status"], "replaced") == []
