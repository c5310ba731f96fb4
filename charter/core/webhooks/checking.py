"""What an endpoint may be."""

from collections.abc import Sequence

from charter.core.instances.origins import parsed
from charter.core.instances.reaching import may_be_private
from charter.core.keys.lookup import instance_of
from charter.core.webhooks.event_types import EVENT_TYPES
from charter.core.webhooks.model import LONGEST_DESCRIPTION, LONGEST_URL
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context


async def checked_url(ctx: Context, url: str) -> str:
    """The address as browsers write it. Whom it stands for is checked at each attempt.

    Raises: InvalidInput.
    """
    instance = await instance_of(ctx)
    found = parsed(url) if len(url) <= LONGEST_URL else None
    schemes = ("https:", "http:") if may_be_private(ctx.platform, instance) else ("https:",)
    if found is None or found.protocol not in schemes or len(found.href) > LONGEST_URL:
        reason = f"it must be an absolute https address of at most {LONGEST_URL} characters"
        raise InvalidInput("url", reason=reason)
    return str(found.href)


def checked_types(given: Sequence[str] | None) -> list[str] | None:
    """The names, each once and in order; None for none. Raises: InvalidInput."""
    if not given:
        return None
    if unknown := [name for name in given if name not in EVENT_TYPES]:
        reason = f"there is no event {unknown[0][:64]!r}"
        raise InvalidInput("event_types", reason=reason)
    return sorted(set(given))


def checked_description(given: str) -> str:
    """The text without spaces around it. Raises: InvalidInput."""
    text = given.strip()
    if len(text) > LONGEST_DESCRIPTION or "\0" in text:
        reason = f"it must have at most {LONGEST_DESCRIPTION} characters"
        raise InvalidInput("description", reason=reason)
    return text
