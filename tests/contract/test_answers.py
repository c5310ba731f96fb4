"""The checker of answers finds what it is there to find."""

from copy import deepcopy

import pytest

from tests.contract.answers import Catalogue, check_answer
from tests.contract.doors import BACKEND

JSON = {"Content-Type": "application/json"}
NOW = 1767225600000
SESSION = {
    "object": "session",
    "id": "sess_" + "a" * 27,
    "user_id": "user_" + "a" * 27,
    "client_id": "client_" + "a" * 27,
    "actor": None,
    "status": "active",
    "last_active_organization_id": None,
    "last_active_at": NOW,
    "latest_activity": None,
    "expire_at": NOW,
    "abandon_at": NOW,
    "updated_at": NOW,
    "created_at": NOW,
    "tasks": None,
}
EMAIL_ADDRESS = {
    "object": "email_address",
    "id": "idn_" + "a" * 27,
    "email_address": "ann@example.com",
    "reserved": False,
    "verification": {
        "object": "verification_admin",
        "status": "verified",
        "strategy": "admin",
        "attempts": None,
        "expire_at": None,
    },
    "linked_to": [],
    "matches_sso_connection": False,
    "created_at": NOW,
    "updated_at": NOW,
}
ERROR = {
    "errors": [
        {
            "code": "resource_not_found",
            "message": "not found",
            "long_message": "No session has this id.",
            "meta": {},
        }
    ],
    "clerk_trace_id": "0123456789abcdef",
}


def problems(method, path, body, *, status=200, headers=JSON, paginated=None):
    operation = Catalogue.load().operation(method, path)
    assert operation is not None
    return check_answer(operation, status, headers, body, paginated=paginated)


def changed(value, path, replacement):
    """A copy of a JSON value with one place replaced, or removed for `...`."""
    copy = deepcopy(value)
    *way, last = path
    place = copy
    for step in way:
        place = place[step]
    if replacement is ...:
        del place[last]
    else:
        place[last] = replacement
    return copy


def test_the_catalogue_holds_the_whole_contract():
    operations = Catalogue.load().operations
    assert len(operations) == 239
    assert sum(each.is_core for each in operations) == 206
    assert len(Catalogue.load().by_shape) == 239
    assert {each.id for each in operations} >= BACKEND.bare_lists


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "/users/count", "GetUsersCount"),
        ("get", "/v1/users/user_1?limit=3", "GetUser"),
        ("GET", "/users/{id}", "GetUser"),
        ("POST", "/v1/users/ban", "UsersBan"),
        ("POST", "/v1/users/user_1/ban", "BanUser"),
        ("GET", "/organizations/acme/invitations/pending", "ListPendingOrganizationInvitations"),
        ("POST", "/oauth_applications/access_tokens/verify", "verifyOAuthAccessToken"),
        ("GET", "/api_keys/ak_1/secret", "getApiKeySecret"),
    ],
)
def test_an_operation_is_found_by_template_and_by_concrete_path(method, path, found):
    assert Catalogue.load().operation(method, path).id == found


@pytest.mark.parametrize("path", ["/", "/users/user_1/nothing", "/frontend/v1/client"])
def test_an_undocumented_path_names_no_operation(path):
    assert Catalogue.load().operation("GET", path) is None


def test_answers_that_keep_the_contract_pass():
    assert problems("GET", "/sessions/sess_1", SESSION) == []
    assert problems("GET", "/sessions", [SESSION, SESSION]) == []
    assert problems("GET", "/sessions", {"data": [SESSION], "total_count": 1}) == []
    assert problems("POST", "/email_addresses", EMAIL_ADDRESS) == []
    assert problems("GET", "/sessions/sess_1", ERROR, status=404) == []
    assert problems("PATCH", "/instance", b"", status=204, headers={}) == []


@pytest.mark.parametrize(
    ("path", "replacement", "named"),
    [
        (["user_id"], ..., "$.user_id is missing"),
        (["user_id"], None, "$.user_id is null"),
        (["status"], "asleep", "$.status 'asleep' is none of"),
        (["last_active_at"], float(NOW), "$.last_active_at is number, not integer"),
        (["created_at"], NOW // 1000, "$.created_at is not a time in milliseconds"),
        (["id"], "ses_1", "$.id is not the id of session"),
        (["latest_activity"], {"object": "session_activity"}, "$.latest_activity.id is missing"),
        (["tasks"], [{"key": 1}], "$.tasks[0].key is integer, not string"),
    ],
)
def test_each_kind_of_mismatch_is_named_with_its_path(path, replacement, named):
    (problem,) = [
        each
        for each in problems("GET", "/sessions/sess_1", changed(SESSION, path, replacement))
        if "is_mobile" not in each
    ]
    assert named in problem


@pytest.mark.parametrize("strategy", ["oauth_google", "oauth_custom_acme"])
def test_an_address_may_be_linked_to_an_account_at_any_provider(strategy):
    link = {"type": strategy, "id": "idn_" + "b" * 27}
    linked = changed(EMAIL_ADDRESS, ["linked_to"], [link])
    assert problems("POST", "/email_addresses", linked) == []
    wrong = changed(linked, ["linked_to", 0, "type"], strategy.removeprefix("oauth_"))
    assert problems("POST", "/email_addresses", wrong)


def test_a_verification_is_told_apart_by_its_object():
    wrong = changed(EMAIL_ADDRESS, ["verification", "object"], "verification")
    assert (
        "$.verification.object 'verification' is none of"
        in problems("GET", "/email_addresses/idn_1", wrong)[0]
    )


def test_a_page_needs_its_total():
    assert problems("GET", "/sessions", {"data": [SESSION]})
    assert problems("GET", "/sessions", [SESSION], paginated=True)
    assert problems("GET", "/sessions", {"data": [SESSION], "total_count": 1}, paginated=False)


def test_every_mismatch_is_reported():
    twice = [changed(SESSION, ["status"], 1), changed(SESSION, ["user_id"], 2)]
    found = "\n".join(problems("GET", "/sessions", twice))
    assert "$[0].status" in found
    assert "$[1].user_id" in found


@pytest.mark.parametrize("status", [201, 204, 302, 403, 405, 418, 500, 502])
def test_an_undocumented_status_is_refused(status):
    body = ERROR if status >= 400 else SESSION
    assert any("outside" in each for each in problems("GET", "/sessions/s", body, status=status))


@pytest.mark.parametrize(
    ("path", "replacement"),
    [
        (["errors"], []),
        (["errors", 0, "meta"], None),
        (["errors", 0, "long_message"], ...),
        (["errors", 0, "code"], "NotFound"),
        (["clerk_trace_id"], ...),
    ],
)
def test_an_error_of_another_form_is_refused(path, replacement):
    assert problems("GET", "/sessions/s", changed(ERROR, path, replacement), status=404)


def test_a_retry_needs_its_moment():
    assert problems("GET", "/sessions", ERROR, status=503)
    assert (
        problems("GET", "/sessions", ERROR, status=503, headers=JSON | {"Retry-After": "2"}) == []
    )


def test_a_content_type_with_a_charset_is_refused():
    headers = {"content-type": "application/json; charset=utf-8"}
    assert problems("GET", "/sessions/s", SESSION, headers=headers)


def test_a_body_that_is_not_json_is_refused():
    assert "the body is not JSON" in problems("GET", "/sessions/s", b"<html>")[0]


def test_a_new_api_key_is_answered_as_the_clients_take_it():
    assert any("outside [201]" in each for each in problems("POST", "/api_keys", {}, status=200))
