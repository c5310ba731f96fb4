"""Serves the pages: who visits, from where, and the answer in HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import falcon
import falcon.asgi
import structlog
from falcon.asgi import Request, Response

from charter.core.clients.state import get_own
from charter.core.instances.hosts import hosts
from charter.core.keys.lookup import lookup
from charter.core.sessions.recent import ReverificationRequired
from charter.kernel.errors import DomainError, Kind, NotFound, Unavailable
from charter.kernel.platform import Platform
from charter.web.pages import TEMPLATES
from charter.web.portal import errors, guarding
from charter.web.portal.arriving import Arrival, arrive
from charter.web.portal.cookies import browser_cookies, changed_cookies
from charter.web.portal.forms import read_fields
from charter.web.portal.headers import protect
from charter.web.portal.pages import Answer, Over, Page, Shown, Went, Who
from charter.web.portal.visits import Complaint, Visit
from charter.web.portal.words import CATALOGUES
from charter.wire.serving import Limits
from charter.wire.theme import theme_of

log = structlog.get_logger("charter.web.portal")
PROBLEMS = frozenset({400, 403, 404, 405, 413, 429, 500, 503})
"""Statuses of which there are words."""


@dataclass(frozen=True)
class Portal:
    """All pages, over one platform."""

    platform: Platform
    limits: Limits

    async def show(
        self, request: Request, response: Response, page: Page, names: Mapping[str, str]
    ) -> None:
        """Answer a GET."""
        arrival = None
        try:
            arrival = await self._arrive(request, page, names)
            answer = await self._shown(arrival.visit, page)
        except DomainError as error:
            self.refuse(request, response, error, arrival)
        except Exception as defect:  # noqa: BLE001  # whatever it is, a person reads the answer
            self._fail(request, response, defect, arrival)
        else:
            self._write(request, response, arrival, answer)

    async def take(
        self, request: Request, response: Response, page: Page, names: Mapping[str, str]
    ) -> None:
        """Answer a POST: a form that is refused is shown again, with the reason."""
        arrival = None
        try:
            arrival = await self._arrive(request, page, names)
            answer = await self._taken(request, arrival, page)
            if not isinstance(answer, Shown):
                await self._tell_change(arrival.visit)
        except DomainError as error:
            self.refuse(request, response, error, arrival)
        except Exception as defect:  # noqa: BLE001  # as above
            self._fail(request, response, defect, arrival)
        else:
            self._write(request, response, arrival, answer)

    async def _arrive(self, request: Request, page: Page, names: Mapping[str, str]) -> Arrival:
        known = dict(names)
        instance_id = await self.instance_id(request, known.pop("instance_id", None))
        base = "/account" if "instance_id" not in names else f"/account/i/{instance_id}"
        instance = await lookup(self.platform).instance(instance_id)
        return await arrive(
            self.platform,
            instance,
            request,
            base=base,
            path=page.path,
            names=known,
            trusted_proxies=self.limits.trusted_proxies,
        )

    async def instance_id(self, request: Request, named: str | None) -> str:
        """The instance that the path names, or that of the host. Raises: NotFound."""
        known = hosts(self.platform.database)
        if named is None:
            found = await known.instance_of(request.get_header("host") or "")
        else:
            found = await known.existing(named)
        if found is None:
            raise NotFound("instance")
        return found

    async def _shown(self, visit: Visit, page: Page) -> Answer:
        if page.who is Who.SIGNED_IN and visit.user is None:
            return Went("sign-in", {"next": visit.path})
        return await page.show(visit)

    async def _taken(self, request: Request, arrival: Arrival, page: Page) -> Answer:
        visit = arrival.visit
        if page.send is None:
            raise FormNotTaken
        guarding.check_origin(request, arrival.own_hosts)
        fields, visit.file = await read_fields(request, page, self.limits)
        visit.values = {name: text for name, text in fields.items() if name not in page.secret}
        try:
            guarding.check_token(visit.form_token, fields[guarding.TOKEN_FIELD])
            if page.who is Who.SIGNED_IN and visit.user is None:
                return Went("sign-in", {"next": visit.path})
            return await page.send(visit, fields)
        except (NotFound, Unavailable):
            raise
        except ReverificationRequired:
            # What was sent has to be sent again: it is not kept in the meantime.
            return Went("confirm", {"next": page.form_at or visit.path})
        except DomainError as error:
            return await self._again(visit, page, error)

    async def _tell_change(self, visit: Visit) -> None:
        """Have the answer say how the browser's sessions are now."""
        if not visit.instance.is_development:
            visit.changed = changed_cookies(visit, await visit.ask(get_own))

    async def _again(self, visit: Visit, page: Page, error: DomainError) -> Answer:
        """The form once more, with what was wrong."""
        fields = () if page.is_in_rows else page.fields
        visit.complaints = (errors.complaint(error, visit.words, fields),)
        visit.retry_after_seconds = error.meta.get("retry_after_seconds")
        answer = await page.show(visit)
        if not isinstance(answer, Shown):
            return answer
        return replace(answer, status=errors.STATUSES[error.kind])

    def refuse(
        self,
        request: Request,
        response: Response,
        error: DomainError,
        arrival: Arrival | None = None,
    ) -> None:
        """Answer with a page that says what is wrong."""
        status = 405 if isinstance(error, FormNotTaken) else errors.STATUSES[error.kind]
        if isinstance(error, Unavailable):
            response.set_header("Retry-After", str(error.retry_after_seconds))
        self._problem(request, response, status if status in PROBLEMS else 400, arrival, error)

    def _fail(
        self, request: Request, response: Response, defect: Exception, arrival: Arrival | None
    ) -> None:
        trace_id = request.context.trace_id
        log.error("defect", trace_id=trace_id, route=request.uri_template, exc_info=defect)
        self._problem(request, response, 500, arrival)

    def _problem(
        self,
        request: Request,
        response: Response,
        status: int,
        arrival: Arrival | None,
        error: DomainError | None = None,
    ) -> None:
        if arrival is None:
            arrival = Arrival.nowhere(self.platform, request)
        words = arrival.visit.words
        facts: dict[str, Any] = {
            "problem": status,
            "trace_id": request.context.trace_id,
            "reason": None,
        }
        if error is not None and f"error.{error.code}" in words:
            facts["reason"] = errors.text(error, words)
        self._write(request, response, arrival, Shown("problem", facts, status))

    def _write(
        self, request: Request, response: Response, arrival: Arrival, answer: Answer
    ) -> None:
        visit = arrival.visit
        guest, form_to = (
            (answer.guest, answer.form_to) if isinstance(answer, Shown) else (None, None)
        )
        protect(request, response, visit.instance.settings.branding, guest, form_to)
        cookies = [*arrival.cookies, *browser_cookies(visit, is_secure=arrival.is_secure)]
        for cookie in cookies + list(visit.changed):
            response.append_header("set-cookie", cookie)
        if visit.retry_after_seconds:
            response.set_header("Retry-After", str(int(visit.retry_after_seconds)))
        if isinstance(answer, Shown):
            response.status = answer.status
            response.content_type = falcon.MEDIA_HTML
            response.set_header("Content-Language", visit.words.locale)
            response.set_header("Vary", "Accept-Language, Cookie")
            response.text = render(visit, answer)
            return
        response.status = 303
        if isinstance(answer, Over):
            answer = Went("continue")
        query = {**answer.query, **({"done": answer.done} if answer.done else {})}
        response.set_header("Location", visit.to(answer.path, **query))


class FormNotTaken(DomainError):
    """A form was sent to a page that has none."""

    kind, code = Kind.INVALID, "form_not_taken"
    message = "This page takes no form."


def render(visit: Visit, answer: Shown) -> str:
    """The page in HTML."""
    settings = visit.instance.settings
    return TEMPLATES.get_template(f"portal/templates/{answer.template}.html").render(
        {
            **answer.facts,
            "visit": visit,
            "catalogues": tuple(CATALOGUES.values()),
            "say": visit.words,
            "to": visit.to,
            "branding": settings.branding,
            "settings": settings,
            "name": visit.instance.application_name,
            "theme": theme_of(settings.branding.primary_color).version,
            "complaint": complaint_of(visit.complaints),
        }
    )


def complaint_of(complaints: tuple[Complaint, ...]) -> Mapping[str | None, str]:
    """What is wrong, by field."""
    return {each.field: each.text for each in reversed(complaints)}
