"""What Stripe keeps of customers, on loopback: checkouts, subscriptions, invoices, payments."""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.stripe_answers import error, metadata_of, missing

MONTH = 30 * 24 * 3600


@dataclass
class StripeBilling:
    """Objects by id, in the order in which they were made, and ways to have things happen.

    fails: how many requests are answered with a 500. late: set when the next one asks for
    entitlements, and what the answer then waits for.
    """

    secret: str = "sk_test_real"
    webhook_secret: str = "whsec_real"
    fails: int = 0
    late: tuple[asyncio.Event, asyncio.Event] | None = None
    now: int = field(default_factory=lambda: int(time.time()))
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    entitled: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    answers: dict[str, tuple[dict[str, str], dict[str, Any]]] = field(default_factory=dict)
    page: int = 100
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def make(self, prefix: str, kind: str, **fields: Any) -> dict[str, Any]:
        """A new object."""
        made = {"id": f"{prefix}_{next(self._numbers)}", "object": kind, "created": self.now}
        made |= fields
        self.objects[made["id"]] = made
        return made

    def customer(self, organization_id: str) -> str:
        """The id of the customer that an organization is."""
        return next(
            each["id"]
            for each in self.objects.values()
            if each["object"] == "customer"
            and each["metadata"].get("charter_organization") == organization_id
        )

    def subscribe(self, customer: str, price: str = "price_pro", **fields: Any) -> dict[str, Any]:
        """A subscription of a customer."""
        item = {
            "id": f"si_{next(self._numbers)}",
            "price": {"id": price, "object": "price"},
            "quantity": 1,
            "current_period_start": self.now,
            "current_period_end": self.now + MONTH,
        }
        return self.make(
            "sub",
            "subscription",
            **{
                "customer": customer,
                "status": "active",
                "cancel_at_period_end": False,
                "canceled_at": None,
                "items": {"object": "list", "data": [item]},
                "metadata": {},
                **fields,
            },
        )

    def finish(self, session_id: str) -> dict[str, Any]:
        """Have somebody pay in a checkout. Returns: the subscription."""
        session = self.objects[session_id]
        made = self.subscribe(session["customer"], session["price"])
        session |= {"status": "complete", "subscription": made["id"]}
        return made

    def bill(
        self, subscription: dict[str, Any], amount: int = 2000, *, is_paid: bool = True
    ) -> dict[str, Any]:
        """An invoice for the period of a subscription, with its payment."""
        item = subscription["items"]["data"][0]
        period = {"start": item["current_period_start"], "end": item["current_period_end"]}
        customer = subscription["customer"]
        invoice = self.make(
            "in",
            "invoice",
            customer=customer,
            number=f"A-{next(self._numbers)}",
            amount_due=amount,
            amount_paid=amount if is_paid else 0,
            currency="usd",
            status="paid" if is_paid else "open",
            due_date=None,
            status_transitions={"paid_at": self.now if is_paid else None},
            lines={"object": "list", "data": [{"id": "il_1", "period": period}]},
            parent={"subscription_details": {"subscription": subscription["id"]}},
        )
        if is_paid:
            invoice["payment"] = self.pay(customer, amount)["id"]
        return invoice

    def pay(self, customer: str, amount: int = 2000, **fields: Any) -> dict[str, Any]:
        """A payment of a customer, by card."""
        charge = {
            "id": f"ch_{next(self._numbers)}",
            "object": "charge",
            "created": self.now,
            "amount_refunded": 0,
            "payment_method_details": {"type": "card"},
        }
        return self.make(
            "pi",
            "payment_intent",
            **{
                "customer": customer,
                "amount": amount,
                "amount_received": amount,
                "currency": "usd",
                "status": "succeeded",
                "latest_charge": charge,
                "metadata": {},
                **fields,
            },
        )

    def refund(self, payment_id: str, amount: int | None = None) -> dict[str, Any]:
        """Give a payment back, or a part of it. Returns: the charge as an event shows it."""
        payment = self.objects[payment_id]
        charge = payment["latest_charge"]
        charge["amount_refunded"] = payment["amount"] if amount is None else amount
        return {**charge, "customer": payment["customer"], "payment_intent": payment_id}

    def event(self, kind: str, about: dict[str, Any], **fields: Any) -> bytes:
        """The body of an event."""
        made = {
            "id": f"evt_{next(self._numbers)}",
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": self.now,
            "type": kind,
            "data": {"object": about},
            **fields,
        }
        return json.dumps(made).encode()

    def sign(self, body: bytes, at: int | None = None, secret: str | None = None) -> str:
        """The header with which Stripe signs a body. Source: "Verify webhook signatures"."""
        at = int(time.time()) if at is None else at
        key = (secret or self.webhook_secret).encode()
        mark = hmac.new(key, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        return f"t={at},v1={mark}"

    def add_to(self, app: web.Application) -> None:
        """Serve it."""
        app.router.add_post("/v1/customers", self._customer)
        app.router.add_post("/v1/checkout/sessions", self._checkout)
        app.router.add_post("/v1/billing_portal/sessions", self._portal)
        app.router.add_get("/v1/checkout/sessions/{id}", self._get)
        app.router.add_get("/v1/subscriptions", self._list("subscription"))
        app.router.add_get("/v1/subscriptions/{id}", self._get)
        app.router.add_post("/v1/subscriptions/{id}", self._change)
        app.router.add_delete("/v1/subscriptions/{id}", self._cancel)
        app.router.add_get("/v1/invoices", self._list("invoice"))
        app.router.add_get("/v1/entitlements/active_entitlements", self._entitlements)

    def refuse(self, request: web.Request) -> web.Response | None:
        """What goes wrong before anything is done."""
        self.requests.append(f"{request.method} {request.path}")
        if request.headers.get("authorization") != f"Bearer {self.secret}":
            return error(401, "invalid_request_error", "Invalid API Key")
        if self.fails:
            self.fails -= 1
            return error(500, "api_error", "Something went wrong")
        return None

    async def _customer(self, request: web.Request) -> web.StreamResponse:
        given = {name: str(value) for name, value in (await request.post()).items()}
        if (refused := self.refuse(request)) is not None:
            return refused
        key = request.headers["idempotency-key"]
        if key in self.answers:
            return web.json_response(self.answers[key][1])
        made = self.make("cus", "customer", metadata=metadata_of(given))
        self.answers[key] = (given, made)
        return web.json_response(made)

    async def _checkout(self, request: web.Request) -> web.StreamResponse:
        given = {name: str(value) for name, value in (await request.post()).items()}
        if (refused := self.refuse(request)) is not None:
            return refused
        if not given["line_items[0][price]"].startswith("price_"):
            return error(400, "invalid_request_error", "No such price", code="resource_missing")
        made = self.make(
            "cs",
            "checkout.session",
            customer=given["customer"],
            client_reference_id=given["client_reference_id"],
            metadata=metadata_of(given),
            price=given["line_items[0][price]"],
            success_url=given["success_url"],
            cancel_url=given["cancel_url"],
            status="open",
            subscription=None,
            mode=given["mode"],
        )
        made["url"] = f"https://checkout.stripe.test/{made['id']}"
        return web.json_response(made)

    async def _portal(self, request: web.Request) -> web.StreamResponse:
        given = {name: str(value) for name, value in (await request.post()).items()}
        if (refused := self.refuse(request)) is not None:
            return refused
        made = self.make("bps", "billing_portal.session", **given)
        return web.json_response({**made, "url": f"https://portal.stripe.test/{made['id']}"})

    async def _get(self, request: web.Request) -> web.StreamResponse:
        if (refused := self.refuse(request)) is not None:
            return refused
        found = self.objects.get(request.match_info["id"])
        return missing() if found is None else web.json_response(found)

    async def _change(self, request: web.Request) -> web.StreamResponse:
        given = {name: str(value) for name, value in (await request.post()).items()}
        if (refused := self.refuse(request)) is not None:
            return refused
        found = self.objects[request.match_info["id"]]
        if given.get("cancel_at_period_end") == "true":
            found |= {"cancel_at_period_end": True, "canceled_at": self.now}
        if "items[0][id]" in given:
            item = next(
                each for each in found["items"]["data"] if each["id"] == given["items[0][id]"]
            )
            if "items[0][price]" in given:
                item["price"] = {"id": given["items[0][price]"], "object": "price"}
            if "items[0][quantity]" in given:
                item["quantity"] = int(given["items[0][quantity]"])
            found["proration"] = given["proration_behavior"]
        return web.json_response(found)

    async def _cancel(self, request: web.Request) -> web.StreamResponse:
        if (refused := self.refuse(request)) is not None:
            return refused
        found = self.objects[request.match_info["id"]]
        if found["status"] == "canceled":
            return missing()
        found |= {"status": "canceled", "canceled_at": self.now}
        return web.json_response(found)

    async def _entitlements(self, request: web.Request) -> web.StreamResponse:
        if (refused := self.refuse(request)) is not None:
            return refused
        found = self.entitled.get(request.query["customer"], [])
        if (late := self.late) is not None:
            self.late = None
            late[0].set()
            await late[1].wait()
        return web.json_response(
            {"object": "list", "data": found, "has_more": False, "url": request.path}
        )

    def _list(self, kind: str) -> Any:
        async def answer(request: web.Request) -> web.StreamResponse:
            if (refused := self.refuse(request)) is not None:
                return refused
            return self.listed(kind, request)

        return answer

    def listed(self, kind: str, request: web.Request) -> web.StreamResponse:
        """A page of a customer's objects, newest first."""
        found = [
            each
            for each in reversed(self.objects.values())
            if each["object"] == kind and each.get("customer") == request.query["customer"]
        ]
        after = request.query.get("starting_after")
        if after is not None:
            found = found[[each["id"] for each in found].index(after) + 1 :]
        return web.json_response(
            {
                "object": "list",
                "data": found[: self.page],
                "has_more": len(found) > self.page,
                "url": request.path,
            }
        )
