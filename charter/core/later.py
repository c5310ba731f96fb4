"""What happens later: which job is done by what, and what is cleared when it has expired."""

from datetime import timedelta

from charter.core.grants.granting import KEPT_AFTER_EXPIRY
from charter.core.grants.queries import CLEAR as CLEAR_GRANTS
from charter.core.grants.queries import CLEAR_HANDSHAKES
from charter.core.images.keeping import FORGET, delete_file
from charter.core.limits.queries import CLEAR as CLEAR_LIMITS
from charter.core.m2m_tokens.queries import CLEAR as CLEAR_M2M_TOKENS
from charter.core.m2m_tokens.queries import KEPT_AFTER_EXPIRY as M2M_TOKENS_KEPT
from charter.core.machines.queries import CLEAR as CLEAR_MACHINE_SECRETS
from charter.core.messages import delivery
from charter.core.messages.queueing import SEND
from charter.core.organization_domains.claiming import ENROLL
from charter.core.organization_domains.enrolling import enroll_people
from charter.core.passwords import locking
from charter.core.payments.charging import COLLECT
from charter.core.payments.collecting import collect
from charter.core.sign_ins import trusting
from charter.core.sign_ins.queries import CLEAR as CLEAR_SIGN_INS
from charter.core.sign_ups.queries import CLEAR as CLEAR_SIGN_UPS
from charter.core.subscriptions.advancing import advance_later
from charter.core.subscriptions.changing import ADVANCE
from charter.kernel import idempotency
from charter.kernel.db import Statement
from charter.kernel.jobs import Handler

HANDLERS: dict[str, Handler] = {
    SEND: delivery.deliver,
    FORGET: delete_file,
    ENROLL: enroll_people,
    ADVANCE: advance_later,
    COLLECT: collect,
    locking.TELL: locking.tell,
    trusting.TELL: trusting.tell_later,
}
"""Job kind → what does it. Handlers may be called again for the same job."""

EXPIRED: tuple[tuple[Statement[None], timedelta], ...] = (
    (idempotency.EXPIRE, idempotency.LIFETIME),
    (CLEAR_GRANTS, KEPT_AFTER_EXPIRY),
    (CLEAR_HANDSHAKES, timedelta()),
    (CLEAR_LIMITS, timedelta()),
    (CLEAR_M2M_TOKENS, M2M_TOKENS_KEPT),
    (CLEAR_MACHINE_SECRETS, timedelta()),
    (CLEAR_SIGN_INS, timedelta(days=1)),
    (CLEAR_SIGN_UPS, timedelta(days=1)),
)
"""Statements that delete what is older than a time, which they take as `before`."""
