"""An account at an identity provider as a first factor; it names the person too."""

from charter.core.checks.model import Check
from charter.core.identity_providers.speaking import STRATEGIES, Flow, Question, ask
from charter.core.instances.model import Instance
from charter.core.sign_ins.model import Entry, Offer, Preparation
from charter.core.sign_ins.ways.way import Way
from charter.core.users.model import User
from charter.kernel.operation import Context


def _offers(_instance: Instance, user: User) -> list[Offer]:
    return [
        Offer(account.provider)
        for account in user.external_accounts
        if account.is_verified and account.is_open
    ]


async def _prepare(ctx: Context, entry: Entry, given: Preparation) -> Check:
    question = Question(
        flow=Flow.SIGN_IN,
        flow_id=entry.sign_in.id,
        strategy=given.strategy,
        client_id=entry.sign_in.client_id,
        redirect_url=given.redirect_url,
        complete_url=given.action_complete_redirect_url,
        login_hint=given.oidc_login_hint,
        prompt=given.oidc_prompt,
    )
    return await ask(ctx, entry.instance, question)


# The provider's answer arrives by the callback, not by an attempt.
WAY = Way(STRATEGIES, _offers, None, _prepare, needs_person=False)
