"""Arguments for the operations of domains, requests, suggestions and the waitlist."""

from collections.abc import Callable
from typing import Any

from charter.core.organization_domains.model import EnrollmentMode
from charter.core.waitlist_entries.model import NewWaitlistEntry
from charter.kernel.lists import Search
from tests.cast import Cast


def of_organization(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"organization_id": cast["organization"], **more}


def of_domain(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {
        "organization_id": cast["organization"],
        "domain_id": cast["organization_domain"],
        **more,
    }


def of_domains(cast: Cast) -> dict[str, Any]:
    return {
        "organization_id": cast["organization"],
        "domain_ids": [cast["organization_domain"]],
    }


def request(cast: Cast) -> dict[str, Any]:
    return {
        "organization_id": cast["organization"],
        "request_id": cast["membership_request"],
    }


def waiting(cast: Cast) -> dict[str, Any]:
    return {"waitlist_entry_id": cast["waitlist_entry"]}


def fresh(_: Cast) -> dict[str, Any]:
    return {"email_address": "new@example.com"}


MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "membership_requests.accept": request,
    "membership_requests.reject": request,
    "membership_requests.search": of_organization(search=Search()),
    "organization_domains.add": of_organization(name="fresh.test"),
    "organization_domains.attempt_affiliation": of_domain(code="000000"),
    "organization_domains.attempt_ownership": of_domain(),
    "organization_domains.attempt_ownership_of_several": of_domains,
    "organization_domains.create": of_organization(name="fresh.test"),
    "organization_domains.create_several": of_organization(names=["fresh.test"]),
    "organization_domains.delete": of_domain(),
    "organization_domains.enroll": of_domain(),
    "organization_domains.get": of_domain(),
    "organization_domains.prepare_affiliation": of_domain(
        affiliation_email_address="head@acme.test"
    ),
    "organization_domains.prepare_ownership": of_domain(),
    "organization_domains.prepare_ownership_of_several": of_domains,
    "organization_domains.search": of_organization(search=Search()),
    "organization_domains.search_all": lambda _: {"search": Search()},
    "organization_domains.set_enrollment_mode": of_domain(
        enrollment_mode=EnrollmentMode.MANUAL_INVITATION
    ),
    "organization_domains.update": of_domain(is_verified=False),
    "organization_domains.verify_ownership": of_domain(),
    "organization_invitations.accept_own": lambda cast: {
        "invitation_id": cast["organization_invitation"]
    },
    "organization_invitations.create_alike": of_organization(
        email_addresses=["new@example.com"], role="org:viewer", notify=False
    ),
    "organizations.creation_defaults": lambda _: {},
    "roles.search_of_organization": of_organization(search=Search()),
    "suggestions.accept_own": lambda cast: {"suggestion_id": cast["suggestion"]},
    "suggestions.search_own": lambda _: {"search": Search()},
    "waitlist_entries.create": fresh,
    "waitlist_entries.create_several": lambda _: {"entries": [NewWaitlistEntry("new@example.com")]},
    "waitlist_entries.delete": waiting,
    "waitlist_entries.invite": waiting,
    "waitlist_entries.join": fresh,
    "waitlist_entries.reject": waiting,
    "waitlist_entries.search": lambda _: {"search": Search()},
}

FAILING = {
    "organization_domains.attempt_affiliation": "no code was sent yet",
    "organization_domains.attempt_ownership": "no record was asked for yet",
    "waitlist_entries.join": "the instance keeps no waitlist",
}
"""Those that even those who may do not succeed with here, and why."""
