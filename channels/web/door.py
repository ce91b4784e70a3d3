"""Who may come in, and as whom: the page's origin, the browser's token, and a site's word for whoever holds it."""

from __future__ import annotations

import logging
from dataclasses import replace
from urllib.parse import urlsplit

from fastapi import Request

from bot.contract.body import body_of
from bot.contract.channel import Ports
from bot.contract.errors import NotTheirs, Refused
from bot.contract.messages import Address
from channels.web import identity
from channels.web.parse import sender

log = logging.getLogger("linli.web")

_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_WORD_LIMIT = 8_000


class Door:
    """Turned away is counted and logged, each time once."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._accounts = {account.community: (name, account) for name, account in ports.accounts.items()}
        self._secrets = {name: identity.secret_of(name, account) for name, account in ports.accounts.items()}

    def pass_(self, request: Request, community: str) -> str:
        """The account's name. A page of another site must be on the account's list."""
        if community not in self._accounts:
            raise Refused("there is no such community", status=404)
        name, account = self._accounts[community]
        origin = request.headers.get("origin")
        request.state.headers = dict(_PRIVATE)
        if origin is None or urlsplit(origin).netloc == request.headers.get("host"):
            return name
        if origin not in account.origins:
            self._ports.turned_away()
            log.warning("a page of another site was turned away", extra={"account": name, "origin": origin[:200]})
            raise Refused("this site is not on the list of those that may show the chat", status=403)
        request.state.headers |= {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
        return name

    async def enter(self, request: Request, community: str) -> Address:
        """Whose conversation it is: the browser's own, or of whom a site named for it."""
        browser = self._browser(request, community)
        if not _stands_for_another(request):
            return browser
        user = await self._ports.known(browser)
        if user is None:
            self._ports.turned_away()
            raise NotTheirs("what this site's signed identity opened is shut: it must vouch again")
        return replace(browser, user=user)

    async def vouch(self, request: Request, community: str) -> None:
        """`{"identity": "<jwt>"}`: from now on this browser stands for whom the site has signed in."""
        browser = self._browser(request, community)
        if not _stands_for_another(request):
            raise Refused(f"a token that begins with {identity.MARK} is needed", status=400)
        word = identity.word_in(await body_of(request, _WORD_LIMIT))
        try:
            secret, real = self._secrets[browser.account], self._ports.clock.real()
            await self._ports.vouch(browser, identity.vouched(word, secret, browser.account, community, real))
        except NotTheirs:
            self._ports.turned_away()
            raise
        except Refused as error:
            if error.status == 403:
                self._ports.turned_away()
                log.warning("a site's identity was turned away: %s", error.reason, extra={"account": browser.account})
            raise

    def _browser(self, request: Request, community: str) -> Address:
        name = self.pass_(request, community)
        try:
            return sender(request.headers.get("authorization"), name)
        except NotTheirs:
            self._ports.turned_away()
            raise


def _stands_for_another(request: Request) -> bool:
    return request.headers.get("authorization", "").partition(" ")[2].startswith(identity.MARK)
