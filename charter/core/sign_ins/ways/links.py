"""Links by mail as a factor; they are followed, not answered."""

from charter.core.checks import links
from charter.core.checks.model import Check
from charter.core.email_addresses.model import EmailAddressNotFound
from charter.core.instances.model import Instance
from charter.core.links.model import EMAIL_LINK, Flow
from charter.core.second_factors.opening import open_by_mail
from charter.core.sign_ins import strangers
from charter.core.sign_ins.model import Entry, Offer, Preparation
from charter.core.sign_ins.ways.codes import address_of, by_email
from charter.core.sign_ins.ways.way import Way
from charter.core.users.model import User
from charter.kernel.operation import Context


def _offers(instance: Instance, user: User) -> list[Offer]:
    attribute = instance.settings.attributes.email_address
    is_open = attribute.is_enabled and EMAIL_LINK in attribute.first_factors
    return by_email(EMAIL_LINK, user) if is_open else []


def _mailed(instance: Instance, user: User) -> list[Offer]:
    return by_email(EMAIL_LINK, user) if EMAIL_LINK in open_by_mail(instance) else []


async def _prepare(ctx: Context, entry: Entry, given: Preparation) -> Check:
    user = entry.user
    if user is None:
        sign_in, back = entry.sign_in, given.redirect_url
        return await strangers.prepared_link(ctx, entry.instance, sign_in, back)
    try:
        target_id, to = address_of(user, given.email_address_id)
    except EmailAddressNotFound:
        if not strangers.are_hidden(entry.instance, entry.sign_in):
            raise
        return await strangers.prepared_link(ctx, entry.instance, entry.sign_in, given.redirect_url)
    return await links.send(
        ctx,
        entry.instance,
        flow=Flow.SIGN_IN,
        flow_id=entry.sign_in.id,
        client_id=entry.sign_in.client_id,
        to=to,
        redirect_url=given.redirect_url,
        target_id=target_id,
        locale=user.locale,
    )


WAY = Way(frozenset({EMAIL_LINK}), _offers, None, _prepare)
MAILED = Way(frozenset({EMAIL_LINK}), _mailed, None, _prepare)
