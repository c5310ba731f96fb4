"""What the holders of domains have published, as the resolvers of this machine tell it."""

import dns.asyncresolver
import dns.exception
import dns.resolver

from charter.kernel.errors import Unavailable

SECONDS = 5.0
"""How long all servers of a domain together may take."""
MOST = 100
"""Records of one name that are looked at."""
NOTHING = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)


class DnsRecords:
    """Asks the resolvers that the machine is configured with, or one that is named.

    server: an IP address, and the port behind it.
    """

    def __init__(self, server: tuple[str, int] | None = None, *, seconds: float = SECONDS) -> None:
        self._server = server
        self._seconds = seconds

    async def texts(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name; the parts of one are put together (RFC 7208, section 3.3).

        Raises: Unavailable.
        """
        try:
            # With its dot, so that no domain of this machine is tried behind the name.
            found = await self._resolver().resolve(f"{name}.", "TXT", lifetime=self._seconds)
        except NOTHING:
            return ()
        except (dns.exception.DNSException, OSError) as away:
            raise Unavailable from away
        return tuple(
            b"".join(record.strings).decode("utf-8", "replace") for record in list(found)[:MOST]
        )

    def _resolver(self) -> dns.asyncresolver.Resolver:
        resolver = dns.asyncresolver.Resolver(configure=self._server is None)
        if self._server is not None:
            resolver.nameservers, resolver.port = [self._server[0]], self._server[1]
        return resolver
