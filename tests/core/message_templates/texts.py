"""What tests of templates share: asking for a mail, and changing what it says."""

from charter.core.email_addresses import codes
from charter.core.email_addresses import operations as email_addresses
from charter.core.message_templates import operations
from charter.core.message_templates.model import MessageTemplatePatch, TriedTexts

BODY = "<p>Hi, {{otp_code}} it is, says {{app.name}}.</p>"
MAIL = {"template_type": "email", "slug": "verification_code"}
TEXT = {"template_type": "sms", "slug": "verification_code"}
MAILS = (
    *("verification_code", "reset_password_code"),
    *("magic_link_sign_in", "magic_link_sign_up", "magic_link_user_profile"),
    *("invitation", "waitlist_confirmation", "waitlist_invitation", "organization_invitation"),
    *("affiliation_code", "password_changed", "password_removed"),
    *("primary_email_address_changed", "passkey_added", "passkey_removed"),
    *("new_device_sign_in", "account_locked", "reset_password_link"),
)


async def update(world, which=MAIL, **fields):
    return await world.call(None, operations.update, **which, patch=MessageTemplatePatch(**fields))


async def get(world, which=MAIL):
    return await world.call(None, operations.get, **which)


async def preview(world, which=MAIL, **fields):
    return await world.call(None, operations.preview, **which, tried=TriedTexts(**fields))


async def revert(world, which=MAIL):
    return await world.call(None, operations.revert, **which)


async def toggle(world, which=MAIL, **fields):
    return await world.call(None, operations.toggle_delivery, **which, **fields)


async def ask_for_code(world, address="new@example.com", platform=None, who="ann"):
    """Have a code sent to an address, which is made if it is not there."""
    user = await world.user(who)
    known = {row.address: row.id for row in user.email_addresses}
    if address not in known:
        row = await world.call(None, email_addresses.create, user_id=who, address=address)
        known[address] = row.id
    return await world.call(
        None, codes.prepare_verification, email_address_id=known[address], platform=platform
    )
