"""A Stripe on loopback that speaks the protocol of PaymentIntents, for the official package."""

import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.stripe_billing import StripeBilling

DECLINED = {"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds"}


@dataclass
class StripeServer:
    """What Stripe knows, and how it behaves.

    behaves: by payment method, what becomes of a charge: `succeeds`, `declines`, `processes`,
    `needs_action`; others succeed. loses: how many answers get lost after the charge was made.
    fails: how many requests are answered with a 500 before anything is done.
    """

    secret: str = "sk_test_real"
    behaves: dict[str, str] = field(default_factory=dict)
    loses: int = 0
    fails: int = 0
    intents: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, tuple[dict[str, str], int, dict[str, Any]]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    url: str = ""
    clock: Callable[[], float] = time.time
    numbers: Any = field(default_factory=lambda: itertools.count(1))
    billing: StripeBilling = field(default_factory=StripeBilling)

    @property
    def taken(self) -> list[int]:
        """What was taken from cards, in the smallest unit."""
        return [each["amount"] for each in self.intents if each["status"] == "succeeded"]

    async def create(self, request: web.Request) -> web.StreamResponse:
        form = dict(await request.post())
        given = {name: str(value) for name, value in form.items()}
        self.requests.append(f"POST {given.get('amount')}")
        if (refused := self._refuse(request)) is not None:
            return refused
        key = request.headers.get("idempotency-key", "")
        assert key, "a charge without a key would be made twice"
        if key in self.answers:
            before, status, body = self.answers[key]
            if before != given:
                error = {"type": "idempotency_error", "message": "another request had this key"}
                return web.json_response({"error": error}, status=400)
            return web.json_response(body, status=status)
        status, body = self._charge(given)
        self.answers[key] = (given, status, body)
        if self.loses:
            self.loses -= 1
            assert request.transport is not None
            request.transport.close()
        return web.json_response(body, status=status)

    async def list(self, request: web.Request) -> web.StreamResponse:
        if "created[gte]" not in request.query:
            # The whole history of a customer is asked for.
            refused = self.billing.refuse(request)
            return refused or self.billing.listed("payment_intent", request)
        self.requests.append("GET")
        if (refused := self._refuse(request)) is not None:
            return refused
        since = int(request.query["created[gte]"])
        found = [
            each
            for each in reversed(self.intents)
            if each["customer"] == request.query["customer"] and each["created"] >= since
        ]
        body = {"object": "list", "data": found, "has_more": False, "url": "/v1/payment_intents"}
        return web.json_response(body)

    def _refuse(self, request: web.Request) -> web.Response | None:
        if request.headers.get("authorization") != f"Bearer {self.secret}":
            error = {"type": "invalid_request_error", "message": "Invalid API Key"}
            return web.json_response({"error": error}, status=401)
        if self.fails:
            self.fails -= 1
            error = {"type": "api_error", "message": "Something went wrong"}
            return web.json_response({"error": error}, status=500)
        return None

    def _charge(self, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        assert given["confirm"] == given["off_session"] == given["error_on_requires_action"]
        behaviour = self.behaves.get(given["payment_method"], "succeeds")
        if behaviour == "unknown":
            error = {
                "type": "invalid_request_error",
                "code": "resource_missing",
                "message": "No such customer",
                "param": "customer",
            }
            return 400, {"error": error}
        states = {"succeeds": "succeeded", "processes": "processing"}
        intent = {
            "id": f"pi_{next(self.numbers)}",
            "object": "payment_intent",
            "amount": int(given["amount"]),
            "currency": given["currency"],
            "customer": given["customer"],
            "created": int(self.clock()),
            "status": states.get(behaviour, "requires_payment_method"),
            "metadata": {
                name[9:-1]: value for name, value in given.items() if name.startswith("metadata[")
            },
            "last_payment_error": None,
        }
        self.intents.append(intent)
        if behaviour == "declines":
            intent["last_payment_error"] = DECLINED
            error = {**DECLINED, "message": "Declined", "payment_intent": intent}
            return 402, {"error": error}
        if behaviour == "needs_action":
            error = {
                "type": "card_error",
                "code": "authentication_required",
                "message": "Act",
                "payment_intent": intent,
            }
            return 402, {"error": error}
        return 200, intent


@asynccontextmanager
async def stripe_server(**behaviour: Any) -> AsyncIterator[StripeServer]:
    """Run one while the block runs."""
    server = StripeServer(**behaviour)
    app = web.Application()
    app.router.add_post("/v1/payment_intents", server.create)
    app.router.add_get("/v1/payment_intents", server.list)
    server.billing.add_to(app)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = str(site.name)
    try:
        yield server
    finally:
        await runner.cleanup()
