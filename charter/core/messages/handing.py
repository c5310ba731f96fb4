"""Messages that the app delivers itself, as its webhook endpoints are told of them."""

from datetime import timedelta

from charter.kernel.jobs import BACKOFF_SECONDS

KEPT = timedelta(seconds=sum(BACKOFF_SECONDS))
"""How long the outbox shows them: as long as the server would try to send one itself."""
