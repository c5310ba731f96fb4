"""What happens later: which job is done by what, and what is cleared when it has expired."""

from datetime import timedelta

from charter.core.account_logins import mailing
from charter.core.accountless_applications import removing
from charter.core.directories.queries import CLEAR_KEYS as CLEAR_DIRECTORY_KEYS
from charter.core.files import freeing, sweeping
from charter.core.files.queries import CLEAR as CLEAR_FILE_UPLOADS
from charter.core.grants.granting import KEPT_AFTER_EXPIRY
from charter.core.grants.queries import CLEAR as CLEAR_GRANTS
from charter.core.grants.queries import CLEAR_HANDSHAKES
from charter.core.images.keeping import FORGET, delete_file
from charter.core.instance_domains import moving
from charter.core.limits.queries import CLEAR as CLEAR_LIMITS
from charter.core.m2m_tokens.queries import CLEAR as CLEAR_M2M_TOKENS
from charter.core.m2m_tokens.queries import KEPT_AFTER_EXPIRY as M2M_TOKENS_KEPT
from charter.core.machines.queries import CLEAR as CLEAR_MACHINE_SECRETS
from charter.core.messages import delivery
from charter.core.messages.queries import CLEAR as FORGET_HANDED_OVER
from charter.core.messages.queries import HANDED_OVER_KEPT
from charter.core.messages.queueing import SEND
from charter.core.oauth_authorizations.queries import CLEAR_REVOKED as CLEAR_OAUTH_REVOKED
from charter.core.oauth_authorizations.queries import CLEAR_TOKENS as CLEAR_OAUTH_TOKENS
from charter.core.organization_domains.claiming import ENROLL
from charter.core.organization_domains.enrolling import enroll_people
from charter.core.passwords import locking
from charter.core.payments.charging import COLLECT
from charter.core.payments.collecting import collect
from charter.core.provider_subscriptions import ending
from charter.core.provider_subscriptions.queries import CLEAR_EVENTS as CLEAR_GATEWAY_EVENTS
from charter.core.provider_subscriptions.receiving import REMEMBERED_FOR
from charter.core.query_deletions.queries import CLEAR as CLEAR_TOMBSTONES
from charter.core.sign_ins import trusting
from charter.core.sign_ins.queries import CLEAR as CLEAR_SIGN_INS
from charter.core.sign_ups.queries import CLEAR as CLEAR_SIGN_UPS
from charter.core.subscriptions.advancing import advance_later
from charter.core.subscriptions.changing import ADVANCE
from charter.core.webhooks.model import KEPT_FOR, SEALED_KEPT_FOR
from charter.core.webhooks.queries import (
    CLEAR_MESSAGES,
    CLEAR_SEALED_MESSAGES,
    CLEAR_SECRETS,
)
from charter.kernel import idempotency
from charter.kernel.db import Statement
from charter.kernel.jobs import Handler

HANDLERS: dict[str, Handler] = {
    SEND: delivery.deliver,
    removing.REMOVE: removing.remove_later,
    FORGET: delete_file,
    freeing.FREE: freeing.free_later,
    freeing.FREE_BELOW: freeing.free_below_later,
    sweeping.LOOK: sweeping.look_later,
    ENROLL: enroll_people,
    moving.END_SESSIONS: moving.end_batch,
    ADVANCE: advance_later,
    COLLECT: collect,
    ending.END: ending.end_by_job,
    ending.END_LEFT: ending.end_left_by_job,
    locking.TELL: locking.tell,
    trusting.TELL: trusting.tell_later,
    mailing.MAIL: mailing.mail_now,
}
"""Job kind → what does it. Handlers may be called again for the same job."""

EXPIRED: tuple[tuple[Statement[None], timedelta], ...] = (
    (idempotency.EXPIRE, idempotency.LIFETIME),
    (CLEAR_DIRECTORY_KEYS, timedelta()),
    (CLEAR_GATEWAY_EVENTS, REMEMBERED_FOR),
    (CLEAR_FILE_UPLOADS, sweeping.KEPT_AFTER_END),
    (CLEAR_GRANTS, KEPT_AFTER_EXPIRY),
    (CLEAR_HANDSHAKES, timedelta()),
    (CLEAR_LIMITS, timedelta()),
    (CLEAR_M2M_TOKENS, M2M_TOKENS_KEPT),
    (CLEAR_MACHINE_SECRETS, timedelta()),
    (FORGET_HANDED_OVER, HANDED_OVER_KEPT),
    (CLEAR_OAUTH_REVOKED, timedelta(days=30)),
    (CLEAR_OAUTH_TOKENS, timedelta(days=1)),
    (CLEAR_SIGN_INS, timedelta(days=1)),
    (CLEAR_SIGN_UPS, timedelta(days=1)),
    (CLEAR_TOMBSTONES, timedelta()),
    (CLEAR_MESSAGES, KEPT_FOR),
    (CLEAR_SEALED_MESSAGES, SEALED_KEPT_FOR),
    (CLEAR_SECRETS, timedelta()),
)
"""Statements that delete or forget what is older than a time, which they take as `before`."""
