"""Who may speak to the server: whoever was given the token, from a page of this very server, under one of its names."""

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """Lets through what comes from the person who started the studio, and answers everybody else with a word.

    - ``Host`` must be a name of this machine's loopback, or one that the server was told to listen on, whatever the
      port, so that ports can be forwarded. A foreign name that was made to point here (DNS rebinding) is refused.
    - ``Origin``, which browsers send along from other pages, must be the same as ``Host``; a websocket must have one.
    - The token must be in a cookie. It gets there from the address that was printed, which is then forgotten by the
      browser's history.

    Args:
        app: what is guarded.
        token: the secret.
        hosts: names, beside the loopback's, that the server is reached by.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: Iterable[str] = ()) -> None:
        self.app, self.token, self.hosts = app, token, {host.lower() for host in hosts}
        # Cookies know no ports, so that those of two studios on one machine need two names.
        self.cookie = f"motionkit-studio-{hashlib.sha256(token.encode()).hexdigest()[:8]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is None:
            await self.app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
        else:
            await refusal(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if not self._is_ours(host):
            return PlainTextResponse("This name is not one of the studio's.", 421)
        origin = headers.get("origin")
        foreign = origin is not None and origin.lower() not in (f"http://{host}".lower(), f"https://{host}".lower())
        if foreign or (origin is None and scope["type"] == "websocket"):
            return PlainTextResponse("Another page may not speak to the studio.", 403)
        if self._is_token(_cookie(headers, self.cookie)):
            return None
        if scope["type"] == "http" and scope["path"] == "/" and self._is_token(_asked(scope)):
            answer = RedirectResponse("/", 303)
            answer.set_cookie(self.cookie, self.token, httponly=True, samesite="lax", path="/")
            return answer
        return PlainTextResponse("Open the address that motionkit studio printed, with its token.", 403)

    def _is_ours(self, host: str) -> bool:
        name = _without_port(host).lower()
        if name in self.hosts or name == "localhost":
            return True
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return False

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self.token.encode())


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _cookie(headers: Headers, name: str) -> str:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel is not None else ""


def _asked(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return next((part[6:] for part in query.split("&") if part.startswith("token=")), "")


def _with_headers(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return with_headers
