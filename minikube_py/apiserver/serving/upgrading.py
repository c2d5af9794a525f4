"""Which protocol an upgraded connection speaks: WebSocket or SPDY/3.1, and which of Kubernetes' protocols inside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from minikube_py.apimachinery.errors import BadRequest, Forbidden
from minikube_py.apimachinery.httpstream.websocket import accept_key
from minikube_py.client.http_message import HttpRequest

SPDY = "SPDY/3.1"
Headers = tuple[tuple[str, str], ...]


class Agreed(NamedTuple):
    """What was agreed on; `headers` go with the answer 101."""

    websocket: bool
    protocol: str
    headers: Headers


def agree(message: HttpRequest, websocket: Sequence[str], spdy: Sequence[str]) -> Agreed:
    """Return the first of the client's protocols that is spoken here; one that offers none speaks the oldest. Raises StatusError."""
    if message.header("upgrade").lower() == "websocket":
        return _agree_on_websocket(message, websocket)
    if message.header("upgrade").upper() == SPDY:
        return _agree_on_spdy(message, spdy)
    raise BadRequest(f"unable to upgrade: unknown protocol {message.header('upgrade')!r}")


def _agree_on_websocket(message: HttpRequest, known: Sequence[str]) -> Agreed:
    key = message.header("sec-websocket-key")
    if message.method != "GET" or not key or message.header("sec-websocket-version") != "13":
        raise BadRequest("unable to upgrade: this is no WebSocket handshake of version 13")
    protocol = _choose(message.header("sec-websocket-protocol"), known)
    if protocol is None:
        raise BadRequest(
            f"unable to upgrade: none of the protocols offered is known; known are {', '.join(filter(None, known))}"
        )
    chosen = (("Sec-WebSocket-Protocol", protocol),) if protocol else ()
    headers = (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept_key(key)), *chosen)
    return Agreed(True, protocol, headers)


def _agree_on_spdy(message: HttpRequest, known: Sequence[str]) -> Agreed:
    offered = message.header("x-stream-protocol-version")
    protocol = _choose(offered, known) if offered else known[-1]
    if protocol is None:
        listed = f"client supports [{' '.join(_split(offered))}], server accepts [{' '.join(known)}]"
        raise Forbidden(f"unable to upgrade: unable to negotiate protocol: {listed}")
    chosen = (("X-Stream-Protocol-Version", protocol),) if offered else ()
    return Agreed(False, protocol, (("Upgrade", SPDY), ("Connection", "Upgrade"), *chosen))


def _choose(offered: str, known: Sequence[str]) -> str | None:
    return next((one for one in _split(offered) or [""] if one in known), None)


def _split(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
