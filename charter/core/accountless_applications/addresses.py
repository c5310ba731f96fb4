"""Where an accountless application is reached, and where it is claimed."""

import ipaddress
import secrets
from urllib.parse import urlencode, urlsplit

from charter.core.accountless_applications.model import AccountlessKeys
from charter.core.instances.model import Instance
from charter.kernel.platform import Addresses

# Browsers' prompts read the ids of application and instance from an address of this form.
INSTANCE_PATH = "/apps/{application_id}/instances/{instance_id}"
API_KEYS_PATH = INSTANCE_PATH + "/api-keys"
CLAIM_PATH = INSTANCE_PATH + "/claim"
TOKEN = "token"  # noqa: S105  # the name of a parameter
LABEL_BYTES = 8


def new_frontend_host(addresses: Addresses) -> str:
    """A host of its own below that of this server, with the same port.

    On a machine alone it is a name below `localhost`, which browsers look up nowhere (RFC 6761,
    section 6.3); elsewhere one below the configured host, whose names all have to lead here.
    """
    parts = urlsplit(addresses.frontend_url)
    host = (parts.hostname or "localhost").lower()
    try:
        ipaddress.ip_address(host)
        host = "localhost"
    except ValueError:
        pass
    port = "" if parts.port is None else f":{parts.port}"
    return f"app-{secrets.token_hex(LABEL_BYTES)}.{host}{port}"


def claim_url(addresses: Addresses, keys: AccountlessKeys) -> str:
    """The link to the page where it is claimed; with the token where that is known."""
    query = "" if keys.claim_token is None else "?" + urlencode({TOKEN: keys.claim_token})
    return addresses.frontend_url + _path(CLAIM_PATH, keys.instance) + query


def api_keys_url(addresses: Addresses, instance: Instance) -> str:
    """The page that says where its keys are."""
    return addresses.frontend_url + _path(API_KEYS_PATH, instance)


def _path(path: str, instance: Instance) -> str:
    return path.format(application_id=instance.application_id, instance_id=instance.id)
