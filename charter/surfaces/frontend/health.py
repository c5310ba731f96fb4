"""Whether this API is there, itself or behind an app's proxy."""

from charter.core.instances import health
from charter.wire.call import Call, In, Out, View


class HealthOut(Out):
    """That all is well."""

    status: str

    @classmethod
    def of(cls, _result: None, _view: View) -> "HealthOut":
        """As this API writes it."""
        return cls(status="healthy")


class ProxyHealthOut(Out):
    """That all is well behind the proxy, and from where the proxy says that the request came."""

    status: str
    x_forwarded_for: str

    @classmethod
    def of(cls, address: str | None, _view: View) -> "ProxyHealthOut":
        """As this API writes it."""
        return cls(status="healthy", x_forwarded_for=address or "")


class Domain(In):
    """Which domain."""

    domain_id: str | None = None


CALLS = [
    Call("GET", "/health", health.check, HealthOut, tag="Health"),
    Call(
        "GET",
        "/proxy-health",
        health.check_proxy,
        ProxyHealthOut,
        query=Domain,
        tag="Health",
    ),
]
