"""Domains of the instance in the Backend API, and checks of the proxies before them."""

from urllib.parse import urlsplit

from msgspec import UNSET, UnsetType

from charter.core.instance_domains import moving
from charter.core.instance_domains import operations as instance_domains
from charter.core.instance_domains.model import InstanceDomain
from charter.core.instances.addresses import portal_base
from charter.core.instances.origins import OWN_MACHINE, app_url, frontend_base
from charter.core.proxy_checks import operations as proxy_checks
from charter.core.proxy_checks.model import ProxyCheck
from charter.surfaces.backend.shapes import DeletedAs, Paged, millis
from charter.wire.call import Call, In, Out, View

TAG = "Domains"
HOSTNAMES = frozenset(each.strip("[]") for each in OWN_MACHINE)


class CnameTargetOut(Out):
    """A record that has to be set so that a host leads to this server."""

    host: str
    value: str
    required: bool


class InstanceDomainOut(Out):
    """A domain of the instance."""

    object: str
    id: str
    name: str
    is_satellite: bool
    frontend_api_url: str
    accounts_portal_url: str | None
    proxy_url: str | None
    development_origin: str
    cname_targets: list[CnameTargetOut] | None

    @classmethod
    def of(cls, row: InstanceDomain, view: View) -> "InstanceDomainOut":
        """As this API writes it."""
        portal = portal_base(view.instance, view.platform.addresses)
        return cls(
            object="domain",
            id=row.id,
            name=row.name,
            is_satellite=row.is_satellite,
            frontend_api_url=_frontend_url(row, view),
            accounts_portal_url=None if row.is_satellite else portal,
            proxy_url=row.proxy_url,
            development_origin=_development_origin(row, view),
            cname_targets=_targets(row, view),
        )


def _frontend_url(row: InstanceDomain, view: View) -> str:
    """Where browsers reach the Frontend API for a domain, without its version."""
    if view.instance.is_development:
        return frontend_base(view.instance, view.platform.addresses).removesuffix("/v1")
    return row.proxy_url or f"https://{row.frontend_host}"


def _development_origin(row: InstanceDomain, view: View) -> str:
    """Where the app of a domain is in development; empty in production."""
    if not view.instance.is_development:
        return ""
    if not row.is_satellite:
        return app_url(view.instance, view.platform.addresses)
    host = row.name.partition(":")[0]
    is_here = host in HOSTNAMES or host.endswith(".localhost")
    return f"{'http' if is_here or ':' in row.name else 'https'}://{row.name}"


def _targets(row: InstanceDomain, view: View) -> list[CnameTargetOut] | None:
    """The record by which the host of a domain leads here; none where it is this server's own."""
    if view.instance.is_development:
        return None
    here = urlsplit(view.platform.addresses.frontend_url).hostname or ""
    if row.frontend_host == here:
        return []
    # Behind a proxy of the app nobody looks the host up.
    return [
        CnameTargetOut(host=row.frontend_host, value=here, required=row.proxy_url is None),
    ]


class ProxyCheckOut(Out):
    """How the check of a proxy went."""

    object: str
    id: str
    domain_id: str
    last_run_at: int | None
    proxy_url: str
    successful: bool
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: ProxyCheck, _view: View) -> "ProxyCheckOut":
        """As this API writes it."""
        return cls(
            object="proxy_check",
            id=row.id,
            domain_id=row.domain_id,
            last_run_at=millis(row.last_run_at),
            proxy_url=row.proxy_url,
            successful=row.is_successful,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class AddDomain(In):
    """A new domain."""

    name: str
    is_satellite: bool
    proxy_url: str | None = None


class UpdateDomain(In):
    """What changes of a domain."""

    name: str | UnsetType | None = UNSET
    proxy_url: str | UnsetType | None = UNSET
    is_secondary: bool | UnsetType | None = UNSET


class ChangeDomain(In):
    """Where the app of a production instance moves to."""

    home_url: str
    is_secondary: bool | UnsetType = UNSET


class CheckProxy(In):
    """Which proxy is checked, for which domain."""

    domain_id: str | None = None
    proxy_url: str | None = None


CALLS = [
    Call("GET", "/domains", instance_domains.search, Paged(InstanceDomainOut), tag=TAG),
    Call("POST", "/domains", instance_domains.create, InstanceDomainOut, body=AddDomain, tag=TAG),
    Call(
        "PATCH",
        "/domains/{domain_id}",
        instance_domains.update,
        InstanceDomainOut,
        body=UpdateDomain,
        tag=TAG,
    ),
    Call("DELETE", "/domains/{domain_id}", instance_domains.delete, DeletedAs("domain"), tag=TAG),
    Call(
        "POST",
        "/instance/change_domain",
        moving.change,
        body=ChangeDomain,
        status=202,
        tag="Beta Features",
    ),
    Call(
        "PUT",
        "/beta_features/domain",
        moving.change,
        body=ChangeDomain,
        status=202,
        tag="Beta Features",
    ),
    Call(
        "POST",
        "/proxy_checks",
        proxy_checks.create,
        ProxyCheckOut,
        body=CheckProxy,
        is_body_optional=True,
        tag="Proxy Checks",
    ),
]
