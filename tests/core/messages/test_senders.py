"""Whom mail of an instance comes from."""

import email
from email.policy import default

import pytest

from tests.core.messages.test_delivery import ask, over, to_us, work
from tests.outside.test_mail import Post, plain


async def sender(world):
    """Whom a code comes from, and whom a notice does, as a mail server sees it."""
    post = Post()
    async with plain(post) as port:
        platform = over(world.platform, port)
        await ask(world, platform)
        await world.call_for_invitation(platform)
        await work(platform)
    mails = [email.message_from_bytes(each.content, policy=default) for each in to_us(post)]
    return {("code" if "code" in mail["Subject"] else "letter"): mail["From"] for mail in mails}


@pytest.fixture
def world(world):
    """A world that invites the address that the code goes to."""
    from charter.core.invitations import operations as invitations
    from charter.core.invitations.model import NewInvitation

    async def call_for_invitation(platform):
        new = NewInvitation("new@example.com", notify=True, ignore_existing=True)
        await world.call(None, invitations.create, invitation=new, platform=platform)

    world.call_for_invitation = call_for_invitation
    return world


OPERATOR, OWN = "Acme <accounts@example.com>", "Acme <hello@example.com>"


@pytest.mark.parametrize(
    ("name", "is_enhanced", "expected"),
    [
        ("", False, {"code": OPERATOR, "letter": OPERATOR}),
        ("hello", False, {"code": OWN, "letter": OWN}),
        ("hello", True, {"code": OPERATOR, "letter": OWN}),
    ],
)
async def test_mail_comes_from_whom_the_owner_says(world, name, is_enhanced, expected):
    await world.patch("/beta_features/instance_settings", {"from_email_address": name})
    await world.patch("/instance", {"enhanced_email_deliverability": is_enhanced})
    assert await sender(world) == expected
