"""Which event of the core is told under which name, and how: the one table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from charter.core.memberships import model as memberships
from charter.core.organization_domains import model as domains
from charter.core.organization_invitations import model as invitations
from charter.core.organizations import model as organizations
from charter.core.payments import model as payments
from charter.core.permissions import model as permissions
from charter.core.roles import model as roles
from charter.core.sessions import model as sessions
from charter.core.subscriptions import model as subscriptions
from charter.core.users import model as users
from charter.core.waitlist_entries import model as waitlist
from charter.core.webhooks.event_types import EMAIL, TEXT_MESSAGE
from charter.kernel.events import Event, RecordedEvent
from charter.surfaces.backend.organization_domains import DomainOut
from charter.surfaces.backend.organization_memberships import OrganizationMembershipOut
from charter.surfaces.backend.organization_permissions import PermissionOut
from charter.surfaces.backend.organization_roles import RoleOut
from charter.surfaces.backend.organizations import OrganizationOut
from charter.surfaces.backend.users_out import UserOut
from charter.surfaces.backend.waitlist_entries import WaitlistEntryOut
from charter.surfaces.webhooks.around import Around
from charter.surfaces.webhooks.billing import AttemptToldOut, ItemToldOut, SubscriptionToldOut
from charter.surfaces.webhooks.payloads import GoneOut, InvitationOut, session_of
from charter.wire.call import View

Write = Callable[[Any, View, Around], Any]


@dataclass(frozen=True, slots=True)
class Row:
    """An event of the core, the type of the row that it carries, and what writes it."""

    event: type[Event]
    row: Any
    write: Write

    def read(self, event: RecordedEvent) -> Any:
        """The row of an event, as it was when that happened.

        Raises: msgspec.ValidationError, for one that another version wrote otherwise.
        """
        carried = event.before if event.after is None else event.after
        return msgspec.convert(carried, self.row)


def _rows(
    noun: str, row: Any, write: Callable[[Any, View], Any], **verbs: type[Event]
) -> dict[str, Row]:
    """Events that carry all that is told of them."""
    return _rows_with(noun, row, lambda made, view, _around: write(made, view), **verbs)


def _rows_with(noun: str, row: Any, write: Write, **verbs: type[Event]) -> dict[str, Row]:
    """Events that are told with what lies around them."""
    return {f"{noun}.{verb}": Row(event, row, write) for verb, event in verbs.items()}


ROWS: dict[str, Row] = {
    **_rows("user", users.User, UserOut.of, created=users.UserCreated, updated=users.UserUpdated),
    **_rows("user", users.DeletedUser, GoneOut.of_user, deleted=users.UserDeleted),
    **_rows_with(
        "session",
        sessions.Session,
        session_of,
        created=sessions.SessionCreated,
        pending=sessions.SessionCreated,
        ended=sessions.SessionEnded,
        removed=sessions.SessionRemoved,
        revoked=sessions.SessionRevoked,
    ),
    **_rows(
        "organization",
        organizations.Organization,
        OrganizationOut.of,
        created=organizations.OrganizationCreated,
        updated=organizations.OrganizationUpdated,
    ),
    **_rows(
        "organization",
        organizations.Organization,
        GoneOut.of_organization,
        deleted=organizations.OrganizationDeleted,
    ),
    **_rows(
        "organizationMembership",
        memberships.Membership,
        OrganizationMembershipOut.of,
        created=memberships.MembershipCreated,
        updated=memberships.MembershipUpdated,
        deleted=memberships.MembershipEnded,
    ),
    **_rows(
        "organizationDomain",
        domains.OrganizationDomain,
        DomainOut.of,
        created=domains.OrganizationDomainCreated,
        updated=domains.OrganizationDomainUpdated,
    ),
    **_rows(
        "organizationDomain",
        domains.OrganizationDomain,
        GoneOut.of_domain,
        deleted=domains.OrganizationDomainDeleted,
    ),
    **_rows(
        "organizationInvitation",
        invitations.OrganizationInvitation,
        InvitationOut.of,
        created=invitations.OrganizationInvitationCreated,
        accepted=invitations.OrganizationInvitationAccepted,
        revoked=invitations.OrganizationInvitationRevoked,
    ),
    **_rows("role", roles.Role, RoleOut.of, created=roles.RoleCreated, updated=roles.RoleUpdated),
    **_rows("role", roles.Role, GoneOut.of_role, deleted=roles.RoleDeleted),
    **_rows(
        "permission",
        permissions.OrganizationPermission,
        PermissionOut.of,
        created=permissions.PermissionCreated,
        updated=permissions.PermissionUpdated,
    ),
    **_rows(
        "permission",
        permissions.OrganizationPermission,
        GoneOut.of_permission,
        deleted=permissions.PermissionDeleted,
    ),
    **_rows(
        "waitlistEntry",
        waitlist.WaitlistEntry,
        WaitlistEntryOut.of,
        created=waitlist.WaitlistEntryCreated,
        updated=waitlist.WaitlistEntryUpdated,
    ),
    **_rows_with(
        "subscription",
        subscriptions.Subscription,
        SubscriptionToldOut.of,
        active=subscriptions.SubscriptionActive,
        created=subscriptions.SubscriptionCreated,
        pastDue=subscriptions.SubscriptionPastDue,
        updated=subscriptions.SubscriptionUpdated,
    ),
    **_rows(
        "subscriptionItem",
        subscriptions.SubscriptionItem,
        ItemToldOut.of,
        abandoned=subscriptions.SubscriptionItemAbandoned,
        active=subscriptions.SubscriptionItemActive,
        canceled=subscriptions.SubscriptionItemCanceled,
        ended=subscriptions.SubscriptionItemEnded,
        freeTrialEnding=subscriptions.SubscriptionItemFreeTrialEnding,
        incomplete=subscriptions.SubscriptionItemIncomplete,
        pastDue=subscriptions.SubscriptionItemPastDue,
        upcoming=subscriptions.SubscriptionItemUpcoming,
        updated=subscriptions.SubscriptionItemUpdated,
    ),
    **_rows_with(
        "paymentAttempt",
        payments.PaymentAttempt,
        AttemptToldOut.of,
        created=payments.PaymentAttemptCreated,
        updated=payments.PaymentAttemptUpdated,
    ),
}
"""By the name under which it is told."""

MESSAGES = (EMAIL, TEXT_MESSAGE)
"""What is told without an event of the core: messages to people, from their sealed copies."""


def event_type_of(event: RecordedEvent) -> str | None:
    """The name under which an event of the core is told; None where it is not."""
    if event.name == sessions.SessionCreated.name:
        begun = event.after or {}
        is_pending = begun.get("status") == sessions.SessionStatus.PENDING
        return "session.pending" if is_pending else "session.created"
    return event.name if event.name in ROWS else None
