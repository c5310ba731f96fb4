"""Every SQL statement about sign-in tokens."""

from charter.core.grants.settling import PendingTokens
from charter.core.sign_in_tokens.model import SignInToken
from charter.core.sign_in_tokens.tables import sign_in_tokens

TOKENS = PendingTokens(sign_in_tokens, SignInToken)
