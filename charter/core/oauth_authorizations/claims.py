"""What an application learns of a person: no more than the scopes that they agreed to.

Source: OpenID Connect Core 1.0, section 5.4.
"""

from collections.abc import Collection
from typing import Any

from charter.core.images.addresses import image_url
from charter.core.oauth_applications import scopes as known
from charter.core.oauth_authorizations.model import OrganizationShown
from charter.core.users.model import User
from charter.kernel.platform import Platform


def claims_of(
    platform: Platform,
    instance_id: str,
    user: User,
    scopes: Collection[str],
    organization: OrganizationShown | None,
) -> dict[str, Any]:
    """The claims of a person that these scopes open, by name."""
    found: dict[str, Any] = {}
    if known.EMAIL in scopes:
        address = user.primary_email_address
        found["email"] = None if address is None else address.address
        found["email_verified"] = None if address is None else address.is_verified
    if known.PROFILE in scopes:
        names = (user.first_name, user.last_name)
        found["name"] = " ".join(each for each in names if each) or None
        found["given_name"] = user.first_name
        found["family_name"] = user.last_name
        found["preferred_username"] = user.username
        found["picture"] = image_url(platform, instance_id, "users", user.id, user.image_key)
    if known.PUBLIC_METADATA in scopes:
        found["public_metadata"] = user.public_metadata
    if known.PRIVATE_METADATA in scopes:
        found["private_metadata"] = user.private_metadata
    if known.ORGANIZATION in scopes and organization is not None:
        found["org_id"] = organization.id
        found["org_name"] = organization.name
        found["org_slug"] = organization.slug
    return found
