"""What `proxy` serves, as a handler of HTTP requests: the API as the server behind answers it, beside a folder's files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from minikube_py.client.http_message import HttpAnswer, HttpRequest
from minikube_py.client.kubeconfig import ConfigError
from minikube_py.client.request import Unreachable
from minikube_py.kubectl.api_proxy import Filter, Places, route
from minikube_py.kubectl.static_files import answer_text

if TYPE_CHECKING:
    from minikube_py.client.http.records import Peer, Reply
    from minikube_py.client.remote.forwarder import Forwarder


class ProxyHandler:
    """Answers with files and refusals of its own, and passes the rest on. `tell` is told why the server could not be asked."""

    def __init__(
        self, forwarder: Forwarder, places: Places, allowed: Filter | None, tell: Callable[[str], None] = lambda text: None
    ) -> None:
        self._forwarder, self._places, self._allowed, self._tell = forwarder, places, allowed, tell

    async def answer(self, message: HttpRequest, peer: Peer) -> Reply:
        """Answer a request."""
        if self._places.folder:
            routed = await asyncio.to_thread(route, message, self._places, self._allowed)
        else:
            routed = route(message, self._places, self._allowed)
        if isinstance(routed, HttpAnswer):
            return routed
        try:
            return await self._forwarder.forward(routed, peer.address)
        except (Unreachable, ConfigError) as error:
            told = error.cause if isinstance(error, Unreachable) else str(error)
            self._tell(told)
            return self.refuse(500, told)

    def refuse(self, status: int, text: str) -> HttpAnswer:
        """Return the answer for a request that was not read to its end, or could not be passed on."""
        return answer_text(status, f"{text}\n".encode())
