"""What is posted is signed as the published libraries check it."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook as StandardWebhook
from standardwebhooks import WebhookVerificationError as StandardError
from svix.webhooks import Webhook as SvixWebhook
from svix.webhooks import WebhookVerificationError as SvixError

from charter.core.webhooks import operations as webhooks
from charter.core.webhooks.signing import key_of, signed_headers
from tests.hooks import make_endpoint, tell

LIBRARIES = [(StandardWebhook, StandardError), (SvixWebhook, SvixError)]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.mark.security("L2")
@pytest.mark.parametrize(("library", "error"), LIBRARIES)
async def test_a_receiver_with_a_published_library_believes_it(world, sink, library, error):
    made = await make_endpoint(world, sink.url)
    ann = await world.user("ann")
    await tell(world)
    (taken,) = sink.of("user.created")
    assert taken.message["data"]["id"] == ann.id
    library(made.secret).verify(taken.body, taken.headers)
    with pytest.raises(error):
        library(made.secret).verify(taken.body.replace(b"ann", b"eve"), taken.headers)
    with pytest.raises(error):
        library(SECRET).verify(taken.body, taken.headers)
    for name in ("id", "timestamp", "signature"):
        assert taken.headers[f"svix-{name}"] == taken.headers[f"webhook-{name}"]
    other = {**taken.headers, "webhook-id": "msg_other", "svix-id": "msg_other"}
    with pytest.raises(error):
        library(made.secret).verify(taken.body, other)


@pytest.mark.security("L2")
@pytest.mark.parametrize(("library", "error"), LIBRARIES)
def test_a_receiver_does_not_believe_what_is_old_or_from_the_future(library, error):
    for minutes, is_fine in ((0, True), (4, True), (6, False), (-4, True), (-6, False)):
        at = datetime.now(UTC) - timedelta(minutes=minutes)
        headers = signed_headers([key_of(SECRET)], "msg_x", b'{"a":1}', at)
        if is_fine:
            library(SECRET).verify(b'{"a":1}', headers)
        else:
            with pytest.raises(error):
                library(SECRET).verify(b'{"a":1}', headers)


@pytest.mark.security("L2")
@pytest.mark.parametrize("library", [each[0] for each in LIBRARIES])
def test_our_signatures_are_those_that_the_published_libraries_make(library):
    at = datetime.now(UTC)
    ours = signed_headers([key_of(SECRET)], "msg_x", b'{"a":1}', at)
    assert ours["webhook-signature"] == library(SECRET).sign("msg_x", at, '{"a":1}')


@pytest.mark.security("L2")
@pytest.mark.parametrize(("library", "error"), LIBRARIES)
async def test_during_a_rotation_both_secrets_sign_and_then_the_new_one_alone(
    world, sink, library, error
):
    made = await make_endpoint(world, sink.url)
    here = {"endpoint_id": made.endpoint.id}
    rotated = await world.call(None, webhooks.rotate_secret, overlap_seconds=600, **here)
    await world.user("ann")
    await tell(world)
    (taken,) = sink.of("user.created")
    assert len(taken.headers["webhook-signature"].split()) == 2
    for secret in (made.secret, rotated.secret):
        library(secret).verify(taken.body, taken.headers)
    last = await world.call(None, webhooks.rotate_secret, overlap_seconds=0, **here)
    await world.user("ben")
    await tell(world)
    taken = sink.of("user.created")[-1]
    library(last.secret).verify(taken.body, taken.headers)
    for secret in (made.secret, rotated.secret):
        with pytest.raises(error):
            library(secret).verify(taken.body, taken.headers)
