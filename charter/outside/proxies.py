"""Asks proxies of apps for the health of the Frontend API behind them."""

import msgspec
import structlog

from charter.outside.guarded import Asked, Refused, fetch

log = structlog.get_logger("charter.outside.proxies")


class _Health(msgspec.Struct):
    status: str


class AppProxies:
    """The proxies of apps, wherever their owners say that they are."""

    async def is_healthy(self, url: str, *, may_be_private: bool) -> bool:
        """Whether an address answers that all is well behind it."""
        try:
            answer = await fetch(Asked(url), may_be_private=may_be_private)
        except Refused as refused:
            log.info("a proxy was not reached", reason=refused.reason)
            return False
        try:
            health = msgspec.json.decode(answer.body, type=_Health)
        except (msgspec.DecodeError, RecursionError):
            return False
        return answer.status == 200 and health.status == "healthy"
