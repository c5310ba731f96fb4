"""The pages on which somebody who is signed in shows anew who they are, before a change."""

from charter.core.reverifications import operations as reverifications
from charter.core.reverifications.model import Level, ReverificationProgress, ReverificationStatus
from charter.core.sign_ins.model import Answer, Offer
from charter.core.sign_ins.ways import table
from charter.core.users.model import User
from charter.kernel.errors import Unauthenticated
from charter.web.portal import ways
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Fields, Page, Shown, Went, Who
from charter.web.portal.visits import Visit

TYPED = ("password", "totp", "backup_code")
SENT = ("email_code", "phone_code")


def _offers(visit: Visit) -> tuple[Offer, ...]:
    """What the person may show: the second factor of who has one, else a first."""
    user = _person(visit)
    second = table.offers(table.SECOND, visit.instance, user)
    found = second or table.offers(table.FIRST, visit.instance, user)
    return tuple(each for each in found if each.strategy in (*TYPED, *SENT))


def _person(visit: Visit) -> User:
    if visit.user is None:
        raise Unauthenticated("user")
    return visit.user


def _is_second(visit: Visit) -> bool:
    return bool(table.offers(table.SECOND, visit.instance, _person(visit)))


async def show(visit: Visit) -> Told:
    """Ask for what the person knows, or let them choose what is sent."""
    offers = _offers(visit)
    asked = visit.query.get("way")
    typed = [each.strategy for each in offers if each.strategy in TYPED]
    strategy = asked if asked in typed else (typed[0] if typed else None)
    if strategy is None or asked == "sent":
        sent = [ways.shown(each) for each in offers if each.strategy in SENT]
        return Shown("confirm", {"strategy": None, "ways": sent, "others": bool(typed)})
    return Shown("confirm", {"strategy": strategy, "ways": [], "others": len(offers) > 1})


async def send(visit: Visit, fields: Fields) -> Told:
    """Try what was typed, or have a code sent."""
    session_id = _session_id(visit)
    is_second = _is_second(visit)
    level = Level.SECOND_FACTOR if is_second else Level.FIRST_FACTOR
    strategy = fields["strategy"]
    if strategy in SENT:
        given = ways.preparation(fields, _offers(visit))
        await visit.ask(reverifications.start, session_id=session_id, level=level)
        prepare = (
            reverifications.prepare_second_factor
            if is_second
            else reverifications.prepare_first_factor
        )
        await visit.ask(prepare, session_id=session_id, given=given)
        return Went("confirm/code", {"way": strategy}, done="code_sent")
    if strategy == "password":
        if not fields["password"]:
            raise ways.nothing("password")
        answer = Answer(strategy=strategy, password=fields["password"])
    else:
        answer = Answer(strategy=strategy, code=ways.code_in(fields))
    await visit.ask(reverifications.start, session_id=session_id, level=level)
    return await _attempted(visit, answer)


async def show_code(visit: Visit) -> Told:
    """Ask for the code that was sent."""
    strategy = visit.query.get("way", SENT[0])
    offer = next((each for each in _offers(visit) if each.strategy == strategy), None)
    if offer is None:
        return Went("confirm")
    facts = {
        "texts": "code",
        "sent_to": offer.safe_identifier,
        "identifier": None,
        "changes_at": "confirm",
        "action": "confirm/code",
        "resend": "confirm",
        "strategy": strategy,
        "target": offer.email_address_id or offer.phone_number_id or "",
        "ways": None,
        "way": strategy,
    }
    return Shown("code", facts)


async def send_code(visit: Visit, fields: Fields) -> Told:
    """Try the code."""
    strategy = fields["way"] if fields["way"] in SENT else SENT[0]
    return await _attempted(visit, Answer(strategy=strategy, code=ways.code_in(fields)))


async def _attempted(visit: Visit, answer: Answer) -> Told:
    attempt = (
        reverifications.attempt_second_factor
        if _is_second(visit)
        else reverifications.attempt_first_factor
    )
    progress: ReverificationProgress = await visit.ask(
        attempt, session_id=_session_id(visit), given=answer
    )
    visit.adopt(progress.client_token)
    if progress.reverification.status is ReverificationStatus.COMPLETE:
        return Went("continue", done="confirmed")
    return Went("confirm")


def _session_id(visit: Visit) -> str:
    if visit.session is None:
        raise Unauthenticated("user")
    return visit.session.id


SIGNED_IN = Who.SIGNED_IN
FIELDS = ("strategy", "target", "password", "code")
SECRET = ("password", "code")
PAGES = (
    Page("confirm", show, send, FIELDS, secret=SECRET, who=SIGNED_IN),
    Page("confirm/code", show_code, send_code, ("code", "way"), secret=("code",), who=SIGNED_IN),
)
