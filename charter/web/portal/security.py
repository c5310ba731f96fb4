"""The pages of what signs a person in: password, second factors, passkeys; and of the end."""

import segno

from charter.core.passkeys import operations as passkeys
from charter.core.passkeys.model import PasskeyPatch
from charter.core.passwords import own as passwords
from charter.core.second_factors import operations as second_factors
from charter.core.sessions import own as sessions
from charter.core.sessions.activity import activity
from charter.core.users import own
from charter.kernel.errors import MissingInput
from charter.web.portal import ways
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Fields, Page, Shown, Went, Who
from charter.web.portal.visits import Visit

SECURITY = "profile/security"


async def show(visit: Visit) -> Told:
    """Show what signs the person in."""
    user = await visit.act(own.get)
    attributes = visit.instance.settings.attributes
    facts = {
        "user": user,
        "has_password": attributes.password.is_enabled,
        "has_app": attributes.authenticator_app.is_enabled,
        "has_backup_codes": attributes.backup_code.is_enabled,
        "has_passkeys": attributes.passkey.is_enabled,
        "sessions": await visit.act(sessions.search_active),
        "here": activity("", visit.facts.user_agent, visit.facts.address),
    }
    return Shown("security", facts)


async def send_password(visit: Visit, fields: Fields) -> Told:
    """Set another password."""
    if not fields["new_password"]:
        raise ways.nothing("new_password")
    await visit.act(
        passwords.change,
        new_password=fields["new_password"],
        current_password=fields["current_password"] or None,
        ends_other_sessions=bool(fields["ends_others"]),
    )
    return Went(SECURITY, done="password_changed")


async def show_app(visit: Visit) -> Told:
    """Ask for the first code of an authenticator app, whose seed was shown before."""
    user = visit.user
    if user is None or user.has_totp:
        return Went(SECURITY)
    return Shown("app", {"secret": None, "picture": None})


async def send_app(visit: Visit, _fields: Fields) -> Told:
    """Make a seed for an authenticator app, and show it this once."""
    begun = await visit.act(second_factors.begin_totp)
    picture = segno.make(begun.uri or "", error="m").svg_inline(
        scale=4, border=2, omitsize=True, svgclass=None, lineclass=None
    )
    return Shown("app", {"secret": begun.secret, "picture": picture})


async def send_app_code(visit: Visit, fields: Fields) -> Told:
    """Try the app's first code; backup codes are shown this once."""
    made = await visit.act(second_factors.verify_totp, code=ways.code_in(fields))
    if made.backup_codes:
        return Shown("backup_codes", {"codes": made.backup_codes})
    return Went(SECURITY, done="saved")


async def send_app_removal(visit: Visit, _fields: Fields) -> Told:
    """Remove the authenticator app."""
    await visit.act(second_factors.remove_totp)
    return Went(SECURITY, done="removed")


async def send_backup_codes(visit: Visit, _fields: Fields) -> Told:
    """Make new backup codes, and show them this once."""
    made = await visit.act(second_factors.create_backup_codes)
    return Shown("backup_codes", {"codes": made.codes})


async def send_passkey(visit: Visit, fields: Fields) -> Told:
    """Ask a device for a passkey; then take what it made."""
    if not fields["public_key_credential"]:
        begun = await visit.act(passkeys.begin)
        return Shown("passkey", {"passkey_id": begun.passkey.id, "options": begun.options})
    await visit.act(
        passkeys.attempt_verification,
        passkey_id=fields["passkey_id"],
        public_key_credential=fields["public_key_credential"],
    )
    return Went(SECURITY, done="passkey_added")


async def send_passkey_change(visit: Visit, fields: Fields) -> Told:
    """Give a passkey another name, or remove it."""
    passkey_id = visit.names["passkey_id"]
    if fields["do"] == "remove":
        await visit.act(passkeys.delete, passkey_id=passkey_id)
        return Went(SECURITY, done="removed")
    await visit.act(
        passkeys.update, passkey_id=passkey_id, patch=PasskeyPatch(name=fields["passkey_name"])
    )
    return Went(SECURITY, done="saved")


async def send_session(visit: Visit, fields: Fields) -> Told:
    """End another session of one's own."""
    await visit.act(sessions.revoke, session_id=fields["session_id"])
    return Went(SECURITY, done="session_ended")


async def send_end(visit: Visit, fields: Fields) -> Told:
    """Delete one's own account, once the word for it was typed."""
    if fields["confirm_delete"].strip().lower() != visit.words("delete.word"):
        raise MissingInput("confirm_delete", reason="it is another word")
    await visit.act(own.delete)
    return Went("signed-out", done="account_deleted")


SIGNED_IN = Who.SIGNED_IN
PASSWORDS = ("current_password", "new_password", "ends_others")
PAGES = (
    Page(SECURITY, show, who=SIGNED_IN),
    Page("profile/password", show, send_password, PASSWORDS, secret=PASSWORDS[:2], who=SIGNED_IN),
    Page("profile/app", show_app, send_app, who=SIGNED_IN, form_at=SECURITY),
    Page("profile/app/code", show_app, send_app_code, ("code",), secret=("code",), who=SIGNED_IN),
    Page("profile/app/remove", show, send_app_removal, who=SIGNED_IN),
    Page("profile/backup-codes", show, send_backup_codes, who=SIGNED_IN),
    Page(
        "profile/passkeys",
        show,
        send_passkey,
        ("passkey_id", "public_key_credential"),
        secret=("public_key_credential",),
        who=SIGNED_IN,
        form_at=SECURITY,
    ),
    Page(
        "profile/passkeys/{passkey_id}",
        show,
        send_passkey_change,
        ("do", "passkey_name"),
        who=SIGNED_IN,
    ),
    Page("profile/sessions", show, send_session, ("session_id",), who=SIGNED_IN),
    Page("profile/delete", show, send_end, ("confirm_delete",), who=SIGNED_IN),
)
