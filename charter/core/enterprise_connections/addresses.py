"""Where the identity provider of a connection finds us."""

from dataclasses import dataclass

from charter.core.enterprise_connections.model import ConnectionFields
from charter.core.instances.model import Instance
from charter.core.instances.origins import frontend_base
from charter.kernel.platform import Addresses


@dataclass(frozen=True, slots=True)
class ServiceProvider:
    """Where a connection's identity provider finds us (SAML 2.0 Metadata, section 2.4.4).

    acs_url: where it sends browsers back to, with what it says of their person.
    """

    entity_id: str
    acs_url: str
    metadata_url: str


def service_provider(
    connection: ConnectionFields, instance: Instance, addresses: Addresses
) -> ServiceProvider:
    """What an identity provider has to know of us, for one connection."""
    base = frontend_base(instance, addresses)
    metadata_url = f"{base}/saml/metadata/{connection.saml_id}.xml"
    return ServiceProvider(
        # An entity is named by where its metadata is, so that a connection is an entity of its own.
        entity_id=metadata_url,
        acs_url=f"{base}/saml/acs/{connection.saml_id}",
        metadata_url=metadata_url,
    )
