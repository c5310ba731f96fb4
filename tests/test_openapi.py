"""The generated descriptions are valid OpenAPI 3.1 and leave no call out."""

import json
import re

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from charter.openapi import answer_status, answer_type, document, doors
from charter.server import DIALECTS

CALLS = [(dialect, call) for dialect in DIALECTS for call in dialect.calls]
PARTS = re.compile(r"{(\w+)}")


@pytest.fixture(scope="module", params=doors())
def door(request):
    return document(request.param)


@pytest.mark.security("K9")
def test_a_description_is_valid_openapi(door):
    assert [str(mistake) for mistake in OPENAPI_31_VALIDATOR.iter_errors(door)] == []


def test_every_reference_leads_somewhere(door):
    known = {f"#/components/schemas/{name}" for name in door["components"]["schemas"]}
    assert set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(door))) <= known


def test_every_call_is_described_once(door):
    operations = [operation for methods in door["paths"].values() for operation in methods.values()]
    (dialect,) = [d for d in DIALECTS if d.title == door["info"]["title"]]
    assert len(operations) == len(dialect.calls)
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(operation["summary"] for operation in operations)


def test_every_variable_of_a_path_is_a_parameter(door):
    for path, methods in door["paths"].items():
        for operation in methods.values():
            named = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
            assert named == PARTS.findall(path)


@pytest.mark.security("K9")
@pytest.mark.parametrize(
    ("dialect", "call"), CALLS, ids=[f"{d.name} {c.method} {c.path}" for d, c in CALLS]
)
def test_a_call_is_described_with_all_that_it_takes_and_answers(dialect, call, descriptions):
    found = descriptions[dialect.name]["paths"][call.path][call.method.lower()]
    answered = found["responses"][str(answer_status(call))]
    assert ("content" in answered) == (answer_type(call) is not None)
    assert ("requestBody" in found) == (call.body is not None or call.upload is not None)
    assert found.get("security") == ([] if call.is_public else None)
    for status, response in found["responses"].items():
        assert ("Retry-After" in response["headers"]) == (status in {"429", "503"})


@pytest.fixture(scope="module")
def descriptions():
    return {name: document(name) for name in doors()}


def test_a_form_with_a_file_says_which_part_it_is(descriptions):
    logo = descriptions["backend"]["paths"]["/organizations/{organization_id}/logo"]["put"]
    schema = logo["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert schema["properties"]["file"] == {"type": "string", "format": "binary"}
    assert schema["required"] == ["file"]


def test_a_list_of_things_is_taken_as_a_list(descriptions):
    bulk = descriptions["backend"]["paths"]["/invitations/bulk"]["post"]
    assert bulk["requestBody"]["content"]["application/json"]["schema"]["type"] == "array"


def test_an_order_names_its_keys(descriptions):
    users = descriptions["backend"]["paths"]["/users"]["get"]
    (order,) = [each for each in users["parameters"] if each["name"] == "order_by"]
    assert "-created_at" in order["schema"]["enum"]


def test_an_unknown_door_is_refused():
    with pytest.raises(KeyError):
        document("nowhere")
