"""One's own user in the Frontend API."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.passwords import own as passwords
from charter.core.users import own
from charter.core.users.model import User
from charter.surfaces.backend.images import image_url
from charter.surfaces.frontend.client_out import OwnUser
from charter.surfaces.frontend.shapes import Gone, Wrapped
from charter.wire.call import Call, Out, View
from charter.wire.forms import FormIn

TAG = "User"
Text = str | UnsetType | None


class UpdateUser(FormIn):
    """What is to change of oneself."""

    username: Text = UNSET
    first_name: Text = UNSET
    last_name: Text = UNSET
    primary_email_address_id: Text = UNSET
    primary_phone_number_id: Text = UNSET
    primary_web3_wallet_id: Text = UNSET
    unsafe_metadata: dict[str, Any] | UnsetType | None = UNSET


class MergeMetadata(FormIn):
    """What is to change of one's metadata."""

    unsafe_metadata: dict[str, Any]


class ChangePassword(FormIn):
    """The new password, and the one there was."""

    new_password: str
    current_password: str | None = None
    sign_out_of_other_sessions: bool | None = None


class RemovePassword(FormIn):
    """The password there is."""

    current_password: str


class ImageOut(Out):
    """A picture that was kept."""

    object: str
    id: str
    name: str
    public_url: str

    @classmethod
    def of(cls, user: User, view: View) -> "ImageOut":
        """The user's picture."""
        name = (user.image_key or "").rpartition("/")[2]
        return cls(
            object="image",
            id=name.partition(".")[0],
            name=name,
            public_url=image_url(view, "users", user.id, user.image_key),
        )


CALLS = [
    Call("GET", "/me", own.get, Wrapped(OwnUser), tag=TAG),
    Call(
        "PATCH",
        "/me",
        own.update,
        Wrapped(OwnUser),
        body=UpdateUser,
        is_body_optional=True,
        tag=TAG,
    ),
    Call("DELETE", "/me", own.delete, Wrapped(Gone("user")), tag=TAG),
    Call(
        "PATCH",
        "/me/metadata",
        own.merge_metadata,
        Wrapped(OwnUser),
        body=MergeMetadata,
        tag=TAG,
    ),
    Call(
        "POST",
        "/me/profile_image",
        own.set_profile_image,
        Wrapped(ImageOut),
        upload="file",
        is_upload_bare=True,
        tag=TAG,
    ),
    Call(
        "DELETE",
        "/me/profile_image",
        own.delete_profile_image,
        Wrapped(Gone("image")),
        tag=TAG,
    ),
    Call(
        "POST",
        "/me/change_password",
        passwords.change,
        Wrapped(OwnUser),
        body=ChangePassword,
        names={"sign_out_of_other_sessions": "ends_other_sessions"},
        tag=TAG,
    ),
    Call(
        "POST",
        "/me/remove_password",
        passwords.remove,
        Wrapped(OwnUser),
        body=RemovePassword,
        tag=TAG,
    ),
]
