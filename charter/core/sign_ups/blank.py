"""A sign-up of which nothing is known yet."""

from datetime import timedelta

from charter.core.sign_ups.model import SignUp, SignUpStatus
from charter.kernel.operation import Context

LIFETIME = timedelta(days=1)
"""How long a sign-up may wait for its next step."""


def blank(ctx: Context) -> SignUp:
    """A new sign-up, in no browser yet."""
    return SignUp(
        id=ctx.new_id("sua_"),
        client_id="",
        status=SignUpStatus.MISSING_REQUIREMENTS,
        email_address=None,
        phone_number=None,
        username=None,
        web3_wallet=None,
        first_name=None,
        last_name=None,
        password_digest=None,
        unsafe_metadata={},
        public_metadata={},
        email_check=None,
        phone_check=None,
        web3_check=None,
        external_check=None,
        external_account=None,
        ticket=None,
        legal_accepted_at=None,
        external_id=None,
        has_custom_action=False,
        created_user_id=None,
        created_session_id=None,
        abandon_at=ctx.now + LIFETIME,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
