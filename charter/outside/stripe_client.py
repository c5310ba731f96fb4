"""Stripe's official package, set up for one exchange."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import stripe

TIMEOUT_SECONDS = 40.0
"""Stripe waits that long for banks; the lease of the job that asks is longer."""


@asynccontextmanager
async def stripe_client(api_url: str, secret: str) -> AsyncIterator[stripe.StripeClient]:
    """A client for as long as the block runs."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield stripe.StripeClient(
            secret,
            http_client=stripe.AIOHTTPClient(session=session, timeout=timeout),
            base_addresses={"api": api_url},
            max_network_retries=0,
        )
