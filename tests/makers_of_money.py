"""Arguments for what organizations pay outside, and for their subscriptions at a gateway."""

from collections.abc import Callable
from typing import Any

from charter.core.query_deletions.model import Deletion
from charter.core.recorded_payments.model import NewRecordedPayment
from charter.kernel.lists import Search
from tests.cast import Cast

Maker = Callable[[Cast], dict[str, Any]]
BACK = "http://localhost:3000/back"


def organization(**more: Any) -> Maker:
    return lambda cast: {"organization_id": cast["organization"], **more}


MAKERS: dict[str, Maker] = {
    "gateway_customers.get": organization(),
    "invoices.delete_by_query": organization(deletion=Deletion(query="external_id:in_*")),
    "invoices.get": lambda cast: {"invoice_id": cast["invoice"]},
    "invoices.search": organization(search=Search()),
    "provider_subscriptions.begin_checkout": organization(
        price_id="price_1", success_url=BACK, cancel_url=BACK
    ),
    "provider_subscriptions.cancel": organization(),
    "provider_subscriptions.change": organization(quantity=2),
    "provider_subscriptions.end_all": organization(),
    "provider_subscriptions.open_portal": organization(return_url=BACK),
    "provider_subscriptions.receive": lambda _: {"payload": b"{}", "signature": "t=1,v1=00"},
    "provider_subscriptions.search": organization(search=Search()),
    "provider_subscriptions.search_features": organization(),
    "provider_subscriptions.sync": organization(),
    "provider_subscriptions.sync_checkout": organization(session_id="cs_1"),
    "recorded_payments.delete_by_query": organization(deletion=Deletion(query="currency:usd")),
    "recorded_payments.get": lambda cast: {"payment_id": cast["payment"]},
    "recorded_payments.merge_metadata": lambda cast: {
        "payment_id": cast["payment"],
        "metadata": {"plan": "max"},
    },
    "recorded_payments.record": organization(new=NewRecordedPayment(amount=5, currency="usd")),
    "recorded_payments.search": organization(search=Search()),
}
"""Every operation, with what makes its arguments."""

FAILING = {
    **dict.fromkeys(
        (
            "provider_subscriptions.begin_checkout",
            "provider_subscriptions.cancel",
            "provider_subscriptions.change",
            "provider_subscriptions.end_all",
            "provider_subscriptions.open_portal",
            "provider_subscriptions.sync",
            "provider_subscriptions.sync_checkout",
        ),
        "the gateway is asked, and is not there",
    ),
    "provider_subscriptions.receive": "the gateway alone can sign",
}
