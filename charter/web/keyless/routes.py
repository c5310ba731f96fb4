"""The addresses of keyless starts' pages. The secret key is shown to who holds the claim token."""

from typing import Any
from urllib.parse import urlsplit

import falcon
import falcon.asgi

from charter.core.accountless_applications import operations as accountless
from charter.core.accountless_applications.addresses import API_KEYS_PATH, CLAIM_PATH, TOKEN
from charter.core.accountless_applications.model import (
    UNCLAIMED_KEPT,
    AccountlessApplicationNotFound,
    AccountlessKeys,
    AccountlessShown,
)
from charter.core.grants.links import ReturnUrlNotAllowed, checked_site_url
from charter.core.grants.model import GRANT_ERRORS
from charter.core.instances.hosts import hosts
from charter.core.instances.model import InstanceNotFound
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import InvalidInput, MalformedInput, TooLarge
from charter.kernel.operation import Operation, run
from charter.kernel.platform import Platform
from charter.web.keyless.variables import variables
from charter.web.known_hosts import THIS_MACHINE, ForHosts, FormForHosts
from charter.web.pages import CONTENT_SECURITY_POLICY, TEMPLATES, answer
from charter.web.portal.arriving import own_hosts
from charter.web.portal.forms import read_form
from charter.web.portal.guarding import ForeignForm, check_origin
from charter.wire.request_facts import facts_of
from charter.wire.serving import Limits

RETURN_URL = "return_url"
UNREADABLE = (ForeignForm, InvalidInput, MalformedInput, TooLarge)
MISSING = (AccountlessApplicationNotFound, InstanceNotFound)
POLICY = CONTENT_SECURITY_POLICY.replace("form-action 'none'", "form-action 'self'")


class _Page:
    """What both pages do."""

    def __init__(self, platform: Platform, limits: Limits) -> None:
        self._platform = platform
        self._limits = limits

    async def _run(
        self,
        req: falcon.asgi.Request,
        instance_id: str,
        operation: Operation[..., Any],
        **given: str,
    ) -> Any:
        """Call an operation as anybody. Raises: InstanceNotFound; what it raises."""
        found = await hosts(self._platform.database).existing(instance_id)
        if found is None:
            raise InstanceNotFound
        facts = facts_of(req, self._limits.trusted_proxies)
        actor = Actor(ActorKind.ANONYMOUS, found)
        return await run(self._platform, actor, operation, facts, arguments=given)

    async def _shown(
        self, req: falcon.asgi.Request, application_id: str, instance_id: str
    ) -> AccountlessShown:
        """What anybody may know. Raises: MISSING."""
        shown: AccountlessShown = await self._run(req, instance_id, accountless.show)
        if shown.instance.application_id != application_id:
            raise InstanceNotFound
        return shown

    def _write(
        self, req: falcon.asgi.Request, resp: falcon.asgi.Response, name: str, **given: Any
    ) -> None:
        answer(req, resp, TEMPLATES.get_template(f"keyless/templates/{name}.html").render(**given))
        resp.set_header("Content-Security-Policy", POLICY)
        # With `no-referrer` a browser would not say where a form of ours comes from.
        resp.set_header("Referrer-Policy", "same-origin")

    def _close(
        self, req: falcon.asgi.Request, resp: falcon.asgi.Response, status: str, reason: str
    ) -> None:
        resp.status = status
        self._write(req, resp, "closed", reason=reason)


class ClaimPage(_Page):
    """Shows what is claimed and its keys, to who holds the token; its button claims it."""

    async def on_get(
        self,
        req: falcon.asgi.Request,
        resp: falcon.asgi.Response,
        application_id: str,
        instance_id: str,
    ) -> None:
        """Show it. Opening it spends nothing."""
        given = {name: _one(req.params.get(name)) for name in (TOKEN, RETURN_URL)}
        await self._show(req, resp, (application_id, instance_id), accountless.look, given)

    async def on_post(
        self,
        req: falcon.asgi.Request,
        resp: falcon.asgi.Response,
        application_id: str,
        instance_id: str,
    ) -> None:
        """Claim it, for a form that a page of ours sent. Its token is no other site's to know."""
        try:
            check_origin(req, own_hosts(self._platform, req))
            given = await read_form(req, (TOKEN, RETURN_URL), self._limits)
        except UNREADABLE:
            self._close(req, resp, falcon.HTTP_BAD_REQUEST, "form")
            return
        await self._show(req, resp, (application_id, instance_id), accountless.claim, given)

    async def _show(
        self,
        req: falcon.asgi.Request,
        resp: falcon.asgi.Response,
        ids: tuple[str, str],
        operation: Operation[..., Any],
        given: dict[str, str],
    ) -> None:
        try:
            # The link names its application whole.
            await self._shown(req, *ids)
        except MISSING:
            self._close(req, resp, falcon.HTTP_NOT_FOUND, "missing")
            return
        try:
            keys: AccountlessKeys = await self._run(req, ids[1], operation, token=given[TOKEN])
        except (*GRANT_ERRORS, AccountlessApplicationNotFound):
            # Read again: of two who claim at once, the other may have done it since.
            is_claimed = await self._is_claimed(req, *ids)
            status = falcon.HTTP_GONE if is_claimed else falcon.HTTP_NOT_FOUND
            self._close(req, resp, status, "claimed" if is_claimed else "missing")
            return
        self._write(
            req,
            resp,
            "claim",
            keys=keys,
            variables=variables(
                keys.instance, self._platform.addresses, keys.application.source, keys.secret_key
            ),
            removed_at=keys.application.created_at + UNCLAIMED_KEPT,
            return_url=self._way_back(keys, given[RETURN_URL]),
        )

    async def _is_claimed(
        self, req: falcon.asgi.Request, application_id: str, instance_id: str
    ) -> bool:
        try:
            shown = await self._shown(req, application_id, instance_id)
        except MISSING:
            return False
        return shown.application.claimed_at is not None

    def _way_back(self, keys: AccountlessKeys, url: str) -> str | None:
        """Where the app is that sent somebody here; None, where it is somewhere else."""
        try:
            return checked_site_url(keys.instance, self._platform.addresses, url) if url else None
        except ReturnUrlNotAllowed:
            return None


class ApiKeysPage(_Page):
    """Says where the keys are; no secret is on it."""

    async def on_get(
        self,
        req: falcon.asgi.Request,
        resp: falcon.asgi.Response,
        application_id: str,
        instance_id: str,
    ) -> None:
        """Show it to everybody."""
        try:
            shown = await self._shown(req, application_id, instance_id)
        except MISSING:
            self._close(req, resp, falcon.HTTP_NOT_FOUND, "missing")
            return
        instance, application = shown.instance, shown.application
        found = variables(instance, self._platform.addresses, application.source, None)
        self._write(
            req, resp, "api_keys", instance=instance, application=application, variables=found
        )


def _one(given: Any) -> str:
    return given if isinstance(given, str) else ""


def routes(platform: Platform, limits: Limits) -> list[tuple[str, object]]:
    """Path and page; under the addresses of this server alone."""
    addresses = platform.addresses
    own = {
        (urlsplit(url).hostname or "").lower()
        for url in (addresses.api_url, addresses.frontend_url)
    }
    known = THIS_MACHINE | own
    return [
        (CLAIM_PATH, FormForHosts(ClaimPage(platform, limits), known)),
        (API_KEYS_PATH, ForHosts(ApiKeysPage(platform, limits), known)),
    ]
