"""Every SQL statement about actor tokens."""

from charter.core.actor_tokens.model import ActorToken
from charter.core.actor_tokens.tables import actor_tokens
from charter.core.grants.settling import PendingTokens

TOKENS = PendingTokens(actor_tokens, ActorToken)
