"""What this server keeps of a user, said in the documents of RFC 7643, sections 5 to 7."""

from typing import Any

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
_RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"
_PROVIDER = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
MOST = 200
"""Resources on a page."""


def _attribute(name: str, description: str, **more: Any) -> dict[str, Any]:
    """An attribute as a schema says it; a text of one value unless `more` says otherwise."""
    found: dict[str, Any] = {
        "name": name,
        "type": "string",
        "multiValued": False,
        "description": description,
        "required": False,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
        **more,
    }
    if found["type"] not in {"string", "reference"}:
        del found["caseExact"]
    return found


NAME = (
    _attribute("familyName", "The family name."),
    _attribute("givenName", "The given name."),
)
EMAILS = (
    _attribute("value", "The address.", required=True, uniqueness="server"),
    _attribute(
        "type",
        "What the address is for; work where nobody said it.",
        canonicalValues=["work", "home", "other"],
    ),
    _attribute("primary", "Whether mail goes here.", type="boolean"),
)
PHOTOS = (
    _attribute(
        "value",
        "The https address of a picture.",
        type="reference",
        referenceTypes=["external"],
        caseExact=True,
    ),
    _attribute("type", "Always photo.", canonicalValues=["photo"]),
)
ATTRIBUTES = (
    _attribute(
        "userName",
        "By which the directory names the user; one that is an email address signs in by it.",
        required=True,
        uniqueness="server",
    ),
    _attribute("name", "The user's name.", type="complex", subAttributes=list(NAME)),
    _attribute("displayName", "The name that is shown to others."),
    # The values are examples: others of the same form are taken too (RFC 7643, section 7).
    _attribute(
        "preferredLanguage",
        "Language tags, as in Accept-Language.",
        canonicalValues=["en", "fr-FR", "pt-BR"],
    ),
    _attribute(
        "locale",
        "A language tag by which dates and numbers are written.",
        canonicalValues=["en-US", "fr-FR", "pt-BR"],
    ),
    _attribute(
        "timezone",
        "A time zone of the IANA database.",
        canonicalValues=["America/New_York", "Asia/Tokyo", "Europe/Paris"],
    ),
    _attribute("active", "Whether the user may sign in.", type="boolean"),
    _attribute(
        "password",
        "The password, which is kept as a digest.",
        mutability="writeOnly",
        returned="never",
        caseExact=True,
    ),
    _attribute(
        "emails",
        "Addresses, which count as verified.",
        type="complex",
        multiValued=True,
        subAttributes=list(EMAILS),
    ),
    _attribute(
        "photos",
        "A picture: one is kept, that which is called primary or else the first.",
        type="complex",
        multiValued=True,
        subAttributes=list(PHOTOS),
    ),
)


def discovered(base: str) -> dict[str, dict[str, Any]]:
    """Every document by its path. base: the address of the endpoint."""
    schema = {
        "schemas": [_SCHEMA],
        "id": USER,
        "name": "User",
        "description": "A user of the application.",
        "attributes": list(ATTRIBUTES),
        "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{USER}"},
    }
    resource_type = {
        "schemas": [_RESOURCE_TYPE],
        "id": "User",
        "name": "User",
        "endpoint": "/Users",
        "description": "A user of the application.",
        "schema": USER,
        "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/User"},
    }
    return {
        "/ServiceProviderConfig": _provider(base),
        "/ResourceTypes": _listed(resource_type),
        "/ResourceTypes/User": resource_type,
        "/Schemas": _listed(schema),
        f"/Schemas/{USER}": schema,
    }


def _listed(*resources: dict[str, Any]) -> dict[str, Any]:
    return {
        "schemas": [LIST],
        "totalResults": len(resources),
        "startIndex": 1,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }


def _provider(base: str) -> dict[str, Any]:
    return {
        "schemas": [_PROVIDER],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST},
        "changePassword": {"supported": True},
        "sort": {"supported": True},
        "etag": {"supported": True},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer",
                "description": "A token of the application in the header Authorization.",
                "specUri": "https://www.rfc-editor.org/info/rfc6750",
                "primary": True,
            }
        ],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": f"{base}/ServiceProviderConfig",
        },
    }
