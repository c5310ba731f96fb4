"""A person as a SCIM user, and a SCIM user as what is to change of a person."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from charter.core.images.addresses import file_url
from charter.core.people.model import (
    DEFAULT_TYPE,
    IdentityPatch,
    Person,
    PersonAddress,
    PersonPatch,
)
from charter.kernel.errors import InvalidInput, MissingInput
from charter.kernel.operation import version
from charter.kernel.platform import Platform
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.scim.discovery import ATTRIBUTES, USER
from charter.surfaces.accounts.shapes import moment

_EXTERNAL_ID: dict[str, Any] = {"name": "externalId", "multiValued": False}
BY_NAME: Mapping[str, Mapping[str, Any]] = {
    each["name"].lower(): each for each in (*ATTRIBUTES, _EXTERNAL_ID)
}
"""What is kept, by the name in lower case: names are read in any case (RFC 7643, section 2.1)."""
TEXTS = {
    "displayName": "display_name",
    "preferredLanguage": "preferred_language",
    "locale": "locale",
    "timezone": "timezone",
    "externalId": "external_id",
}
"""Attributes of one text, and the part of an identity that each is."""
NAMES = {"givenName": "first_name", "familyName": "last_name"}


def shown(person: Person, platform: Platform, base: str) -> dict[str, Any]:
    """The person as a resource, without what they have not."""
    picture = person.avatar_url or file_url(platform, person.image_key)
    found = {
        "schemas": [USER],
        "id": ids.uid(person.id),
        "externalId": person.external_id,
        "userName": person.user_name,
        "name": _present(
            familyName=person.last_name,
            givenName=person.first_name,
        ),
        "displayName": person.display_name,
        "preferredLanguage": person.preferred_language,
        "locale": person.locale,
        "timezone": person.timezone,
        "active": person.is_active,
        "emails": [
            {
                "value": each.address,
                "type": person.email_types.get(each.address_key, DEFAULT_TYPE),
                "primary": each.is_primary,
            }
            for each in person.email_addresses
        ],
        "photos": [{"value": picture, "type": "photo"}] if picture else [],
        "meta": {
            "resourceType": "User",
            "created": moment(person.created_at),
            "lastModified": moment(person.updated_at),
            "location": f"{base}/Users/{ids.uid(person.id)}",
            "version": etag(person),
        },
    }
    return {name: each for name, each in found.items() if each not in (None, [], {})}


def etag(person: Person) -> str:
    """The version of a resource: weak, for it is not about bytes."""
    return f'W/"{version(person.updated_at)}"'


def normal(document: Any) -> dict[str, Any]:
    """A document with the names of its attributes as they are spelt, in whatever case they came.

    What this server does not keep is left out, and so is what is its own to say.
    Raises: InvalidInput, for what is no object.
    """
    if not isinstance(document, Mapping):
        raise InvalidInput("body", reason="it must be an object")
    found = {}
    for name, value in document.items():
        attribute = BY_NAME.get(str(name).lower())
        if attribute is not None:
            found[attribute["name"]] = _parts(attribute, value)
    return found


def _parts(attribute: Mapping[str, Any], value: Any) -> Any:
    parts = {part["name"].lower(): part["name"] for part in attribute.get("subAttributes", ())}
    if not parts:
        return value
    if isinstance(value, list):
        return [_parts(attribute, each) for each in value]
    if isinstance(value, str) and attribute["multiValued"]:
        return {"value": value}
    if not isinstance(value, Mapping):
        return value
    return {
        parts[str(name).lower()]: each for name, each in value.items() if str(name).lower() in parts
    }


def read(document: Mapping[str, Any], names: Sequence[str] | None = None) -> PersonPatch:
    """What a document, spelt as `normal` spells it, says of a person.

    names: the attributes that are taken from it; what of them is not there is cleared. None: all.
    Raises: InvalidInput, MissingInput.
    """
    taken = [each["name"] for each in BY_NAME.values()] if names is None else names
    values = {name: document.get(name) for name in taken}
    fields: dict[str, Any] = {}
    if "userName" in values:
        fields["user_name"] = _required_text("userName", values["userName"])
    if values.get("active") is not None:
        fields["is_active"] = boolean("active", values["active"])
    if values.get("password") is not None:
        fields["password"] = _text("password", values["password"])
    if "emails" in values:
        fields["email_addresses"] = list(_addresses(values["emails"]))
    return PersonPatch(identity=IdentityPatch(**_identity(values)), **fields)


def _identity(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        field: _text(name, values[name]) for name, field in TEXTS.items() if name in values
    }
    if "name" in values:
        given = values["name"] or {}
        if not isinstance(given, Mapping):
            raise InvalidInput("name", reason="it must be an object")
        for name, field in NAMES.items():
            found[field] = _text(f"name.{name}", given.get(name))
    if "photos" in values:
        found["avatar_url"] = _picture(values["photos"])
    return found


def _addresses(given: Any) -> Iterator[PersonAddress]:
    for each in _several("emails", given):
        value = _text("emails.value", each.get("value"))
        if value is None:
            raise MissingInput("emails.value", reason="it is required")
        primary = each.get("primary")
        is_primary = primary is not None and boolean("emails.primary", primary)
        yield PersonAddress(value, is_primary, _text("emails.type", each.get("type")))


def _picture(given: Any) -> str | None:
    """The address of the primary picture, or of the first."""
    photos = _several("photos", given)
    ordered = sorted(photos, key=lambda each: each.get("primary") is not True)
    return _text("photos.value", ordered[0].get("value")) if ordered else None


def _several(name: str, given: Any) -> list[Mapping[str, Any]]:
    values = [] if given is None else given if isinstance(given, list) else [given]
    if not all(isinstance(each, Mapping) for each in values):
        raise InvalidInput(name, reason="it must be a list of objects")
    return values


def boolean(name: str, given: Any) -> bool:
    """A truth, which some directories send as a text. Raises: InvalidInput."""
    if isinstance(given, bool):
        return given
    if isinstance(given, str) and given.lower() in {"true", "false"}:
        return given.lower() == "true"
    raise InvalidInput(name, reason="it must be true or false")


def _text(name: str, given: Any) -> str | None:
    if given is not None and not isinstance(given, str):
        raise InvalidInput(name, reason="it must be a text")
    return given


def _required_text(name: str, given: Any) -> str:
    text = _text(name, given)
    if text is None or not text.strip():
        raise MissingInput(name, reason="it is required")
    return text


def _present(**fields: str | None) -> dict[str, str]:
    return {name: each for name, each in fields.items() if each is not None}
