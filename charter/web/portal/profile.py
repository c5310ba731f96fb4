"""The pages of one's own profile: picture, names, and what of them signs one in."""

from typing import Any

from charter.core.users import own
from charter.core.users.own import OwnPatch
from charter.kernel.errors import MissingInput
from charter.kernel.patch import UNSET
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Fields, Page, Shown, Went, Who
from charter.web.portal.visits import Visit

NAMES = ("first_name", "last_name", "username")


async def show(visit: Visit) -> Told:
    """Show the person as they are."""
    user = await visit.act(own.get)
    attributes = visit.instance.settings.attributes
    enabled = [
        (name, getattr(attributes, name).is_required)
        for name in NAMES
        if getattr(attributes, name).is_enabled
    ]
    facts = {
        "user": user,
        "names": enabled,
        "has_emails": attributes.email_address.is_enabled,
        "has_phones": attributes.phone_number.is_enabled,
    }
    return Shown("profile", facts)


async def send_names(visit: Visit, fields: Fields) -> Told:
    """Change the names."""
    attributes = visit.instance.settings.attributes
    given: dict[str, Any] = {
        name: fields[name].strip() or None if getattr(attributes, name).is_enabled else UNSET
        for name in NAMES
    }
    user = visit.user
    if user is not None and given["username"] == user.username:
        # Who does not change what signs them in is not asked anew who they are.
        given["username"] = UNSET
    await visit.act(own.update, patch=OwnPatch(**given))
    return Went("profile", done="saved")


async def send_picture(visit: Visit, fields: Fields) -> Told:
    """Take a new picture, or take the old one away."""
    if fields["remove"]:
        await visit.act(own.delete_profile_image)
    elif visit.file:
        await visit.act(own.set_profile_image, file=visit.file)
    else:
        raise MissingInput("picture", reason="it is required")
    return Went("profile", done="saved")


PAGES = (
    Page("profile", show, who=Who.SIGNED_IN),
    Page("profile/names", show, send_names, NAMES, who=Who.SIGNED_IN),
    Page(
        "profile/picture",
        show,
        send_picture,
        ("picture", "remove"),
        file="picture",
        who=Who.SIGNED_IN,
    ),
)
