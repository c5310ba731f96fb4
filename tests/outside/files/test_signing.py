"""Addresses of S3 services are signed as the service itself says."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from charter.outside.files import open_files
from charter.outside.files.folder import FolderStore
from charter.outside.files.signing import Asked, Credentials, signed_url

# The example of "Authenticating Requests: Using Query Parameters", Amazon S3 API Reference.
EXAMPLE = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
ASKED = Asked("GET", "https", "examplebucket.s3.amazonaws.com", "/test.txt")
AT = datetime(2013, 5, 24, tzinfo=UTC)
SIGNATURE = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}


def signature(asked=ASKED, credentials=EXAMPLE, at=AT):
    url = signed_url(asked, credentials, "us-east-1", at, 86400)
    return parse_qs(urlsplit(url).query)["X-Amz-Signature"][0]


def test_the_published_example_has_the_published_signature():
    assert signature() == SIGNATURE


@pytest.mark.parametrize(
    "asked",
    [
        Asked("PUT", ASKED.scheme, ASKED.host, ASKED.path),
        Asked("GET", ASKED.scheme, "other", ASKED.path),
        Asked("GET", ASKED.scheme, ASKED.host, "/other"),
        Asked("GET", ASKED.scheme, ASKED.host, ASKED.path, {"partNumber": "1"}),
        Asked("GET", ASKED.scheme, ASKED.host, ASKED.path, {}, {"Content-Length": "1"}),
    ],
)
def test_all_that_is_asked_is_signed(asked):
    assert signature(asked) != SIGNATURE


def test_a_session_token_is_part_of_the_address():
    url = signed_url(ASKED, Credentials("id", "secret", "token/+"), "us-east-1", AT, 60)
    assert parse_qs(urlsplit(url).query)["X-Amz-Security-Token"] == ["token/+"]


def test_secrets_are_in_no_text():
    assert EXAMPLE.secret not in repr(EXAMPLE)


def test_a_store_is_what_its_address_says(tmp_path):
    assert isinstance(open_files(tmp_path.as_uri()), FolderStore)
    assert open_files("s3://bucket/some/where", KEYS).signs


@pytest.mark.parametrize(
    ("url", "environment"),
    [
        ("s3://bucket", {}),
        ("s3://", KEYS),
        ("ftp://x/y", KEYS),
        ("file://host/x", KEYS),
        ("folder", KEYS),
    ],
)
def test_what_is_no_store_is_refused(url, environment):
    with pytest.raises(ValueError, match="s3://"):
        open_files(url, environment)


@pytest.mark.parametrize(
    "name", ["../x", "ins_1/../org_2", "ins_1//", "/etc", "ins_1/org_2/../x", ""]
)
async def test_no_name_leads_out_of_the_folder(tmp_path, name):
    with pytest.raises(ValueError, match="stored name"):
        await open_files(tmp_path.as_uri()).delete(name)
