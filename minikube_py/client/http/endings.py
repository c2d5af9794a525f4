"""Who wants to know when an answer that goes on is over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial

from minikube_py.client.http.pumping import Pump
from minikube_py.client.http.records import Channel, Parts, Reply, Streamed, Upgrade
from minikube_py.client.http_message import HttpAnswer


def when_over(reply: Reply, call: Callable[[], None]) -> Reply:
    """Return the same answer, one that goes on; `call` is called once, when it is over or its client is gone."""
    if isinstance(reply, Upgrade):
        return reply._replace(run=partial(_run, reply, call))
    if isinstance(reply, HttpAnswer):
        reply = Streamed(reply.status, reply.headers, Pump(reply.parts))
    return reply._replace(parts=_Ending(reply.parts, call))


async def _run(upgrade: Upgrade, call: Callable[[], None], channel: Channel) -> None:
    try:
        await upgrade.run(channel)
    finally:
        call()


class _Ending:
    def __init__(self, parts: Parts, call: Callable[[], None]) -> None:
        self._parts, self._call = parts, call

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        return await self._parts.__anext__()

    async def aclose(self) -> None:
        call, self._call = self._call, lambda: None
        try:
            await self._parts.aclose()
        finally:
            call()
