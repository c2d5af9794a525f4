"""All watches of one process, fed by one thread: it reads what changed once and encodes each change once for each form it is wanted in."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import Expired
from minikube_py.apiserver.custom_resources import find_ended
from minikube_py.apiserver.serving.subscriptions import Backlog, Subscription
from minikube_py.apiserver.watches import PAGE, Filter
from minikube_py.client.request import WatchEvent
from minikube_py.client.transport.exchange import write_event
from minikube_py.component_base.sockets import wait_readable
from minikube_py.component_base.waker import Waker
from minikube_py.storage.interface import Change, Compacted, StorageError

if TYPE_CHECKING:
    from minikube_py.apiserver.kube_apiserver import KubeApiServer
    from minikube_py.client.transport.local import Wakeup

SELF_CHECK_SECONDS = 5.0
BOOKMARK_SECONDS = 60.0
PAUSE_SECONDS = 0.0001  # for each watch, between two looks: under load, changes are told of together
MAX_PAUSE_SECONDS = 0.025


class Member(NamedTuple):
    """A watch that is fed: what it wants, in which form, and from which revision on."""

    filter: Filter
    form: Any
    subscription: Subscription
    start: int
    bookmarks: bool


class Hub:
    """Feeds watches. `add` may be called by any thread; `close` ends the feeding thread and all watches."""

    def __init__(
        self,
        open_server: Callable[[], KubeApiServer],
        listen: Callable[[], Wakeup],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._open_server, self._listen, self._loop = open_server, listen, loop
        self.backlog = Backlog()  # the loop's
        self._members: dict[str, list[Member]] = {}
        self._lock = threading.Lock()
        self._joining: list[Member] = []
        self._leaving: list[Member] = []
        self._waker = Waker()
        self._closing = False
        self._thread: threading.Thread | None = None
        self._revision = 0
        self._bookmarks_at = 0.0

    def add(self, member: Member) -> None:
        """Feed a watch from its start on."""
        member.subscription.on_close.append(lambda: self._tell(self._leaving, member))
        self._tell(self._joining, member)

    def _tell(self, box: list[Member], member: Member) -> None:
        with self._lock:
            if self._closing:
                return
            box.append(member)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="watch-hub", daemon=True)
                self._thread.start()
        self._waker.wake()

    def close(self) -> None:
        """End all."""
        with self._lock:
            self._closing = True
            thread = self._thread
        if thread is not None:
            self._waker.wake()
            thread.join()
        self._waker.close()

    # -- in the hub's thread; only the two boxes are touched by others

    def _run(self) -> None:
        server, wakeup = self._open_server(), self._listen()
        try:
            self._revision = server.store.current_revision()
            while not self._closing:
                self._change_members(server)
                self._look(server)
                self._wait(wakeup)
        finally:  # also after a fault: the clients then watch anew, which another thread feeds
            wakeup.close()
            server.store.close()
            with self._lock:
                self._thread = None if not self._closing else self._thread
                members = [*(m for known in self._members.values() for m in known), *self._joining]
                self._members, self._joining = {}, []
            self._end(members)

    def _wait(self, wakeup: Wakeup) -> None:
        count = sum(map(len, self._members.values()))
        pause = min(MAX_PAUSE_SECONDS, count * PAUSE_SECONDS)
        if pause:
            wait_readable((self._waker,), pause)
        wait_readable((self._waker, wakeup), SELF_CHECK_SECONDS)
        wakeup.drain()
        self._waker.drain()

    def _change_members(self, server: KubeApiServer) -> None:
        with self._lock:
            joining, self._joining[:] = list(self._joining), []
            leaving, self._leaving[:] = list(self._leaving), []
        for member in joining:
            if server.custom_resources.is_outdated(member.filter.kind):
                self._end([member])
                continue
            self._members.setdefault(member.filter.kind.resource, []).append(member)
            self._catch_up(server, member)
        for member in leaving:
            known = self._members.get(member.filter.kind.resource, [])
            if member in known:
                known.remove(member)

    def _catch_up(self, server: KubeApiServer, member: Member) -> None:
        """Tell a new watch what happened since its start that the others know already."""
        after = member.start
        while after < self._revision:
            changes = server.store.changes(after, PAGE, member.filter.kind.resource)
            known = [change for change in changes if change.revision <= self._revision]
            self._deliver(server, ((change, [member]) for change in known))
            if len(known) < PAGE:
                return
            after = known[-1].revision

    def _look(self, server: KubeApiServer) -> None:
        """Tell everybody what happened."""
        try:
            changes = server.store.changes(self._revision, PAGE)
            while changes:
                self._deliver(server, ((change, self._members.get(change.key.resource, ())) for change in changes))
                for change in changes:
                    self._end(self._members.pop(find_ended(change, server.store), ()))
                self._revision = changes[-1].revision
                changes = server.store.changes(self._revision, PAGE) if len(changes) == PAGE else []
        except Compacted as error:
            self._end_all(server, Expired(str(error)))
        except StorageError:
            return  # a disk in trouble: the next look goes on from here
        self._send_bookmarks(server)

    def _deliver(self, server: KubeApiServer, told: Iterator[tuple[Change, Any]]) -> None:
        lines: list[tuple[Subscription, bytes]] = []
        for change, members in told:
            written: dict[Any, bytes] = {}
            for member in members:
                if change.revision <= member.start:
                    continue
                chosen = member.filter.choose(server, change)
                if chosen is None:
                    continue
                key = (chosen[0], member.filter.shape, member.form)
                if key not in written:
                    event = WatchEvent(chosen[0], member.filter.show(server, chosen[1]))
                    written[key] = write_event(server, event, member.form)
                lines.append((member.subscription, written[key]))
        self._hand_over(lines)

    def _hand_over(self, lines: list[tuple[Subscription, bytes]]) -> None:
        if not lines:
            return
        together: dict[Subscription, list[bytes]] = {}
        for subscription, line in lines:
            together.setdefault(subscription, []).append(line)
        joined = [(subscription, b"".join(texts)) for subscription, texts in together.items()]
        with suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(_put_all, joined)

    def _end_all(self, server: KubeApiServer, error: Expired) -> None:
        event = WatchEvent("ERROR", error.to_status())
        members = [member for known in self._members.values() for member in known]
        self._hand_over([(m.subscription, write_event(server, event, m.form._replace(convert=""))) for m in members])
        self._members.clear()
        self._end(members)
        self._revision = server.store.current_revision()

    def _end(self, members: Sequence[Member]) -> None:
        if not members:
            return
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(_end_all, [member.subscription for member in members])

    def _send_bookmarks(self, server: KubeApiServer) -> None:
        """Tell those who want it how far this is, now and then."""
        now = self._loop.time()
        if now < self._bookmarks_at:
            return
        self._bookmarks_at = now + BOOKMARK_SECONDS
        wanting = [member for known in self._members.values() for member in known if member.bookmarks]
        lines = []
        for member in wanting:
            event = member.filter.make_bookmark(max(self._revision, member.start))
            lines.append((member.subscription, write_event(server, event, member.form)))
        self._hand_over(lines)


def _put_all(lines: list[tuple[Subscription, bytes]]) -> None:
    for subscription, text in lines:
        subscription.put(text)


def _end_all(subscriptions: list[Subscription]) -> None:
    for subscription in subscriptions:
        subscription.end()
