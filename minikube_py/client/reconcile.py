"""The reconcile loop, once for all controllers, the scheduler and the kubelets.

A controller is a frozen description: what it watches, and a `reconcile(key)` that compares what is with what should be. The
Manager keeps one cache a resource, feeds the queues and runs what is due, all in one thread: many reconciles share one commit, and
each sees the writes of those before it. Level, not edge: after an error or a lost event the next look at the caches is the truth.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from minikube_py.apimachinery import errors
from minikube_py.client.events import EventRecorder
from minikube_py.client.lister import Lister, key_of, without_managers
from minikube_py.client.resources import Resource
from minikube_py.client.rest import Client
from minikube_py.client.series_events import SeriesRecorder
from minikube_py.client.workqueue import Workqueue
from minikube_py.component_base.clock import Clock
from minikube_py.component_base.logging import Logger

Object = dict[str, Any]
Objects = list[Object]


class Key(NamedTuple):
    """What is reconciled: an object's namespace and name."""

    namespace: str
    name: str


class Result(NamedTuple):
    """What a reconcile wants next: to be asked again after so many seconds, or only upon a change (None)."""

    requeue_after: float | None = None


class Reconciler(Protocol):
    """Brings one object's world to what it should be. Raises StatusError to be tried again later."""

    def reconcile(self, key: Key) -> Result: ...


class Watch(NamedTuple):
    """A resource to watch, and which keys a changed object concerns. `to_keys(obj, context)`; None: the object's own key."""

    resource: Resource
    to_keys: Callable[[Object, Context], Iterable[Key]] | None = None


class Controller(NamedTuple):
    """A controller: `new(context)` makes its reconciler."""

    name: str
    watches: tuple[Watch, ...]
    new: Callable[[Context], Reconciler]


class Context:
    """What a reconciler is given: the client, the caches, the recorder, the clock, randomness, and a way to queue a key."""

    def __init__(self, manager: Manager, controller: str, client: Client, host: str = "") -> None:
        self._manager, self._controller, self._host = manager, controller, host
        self.client = client
        self._listers: dict[Resource, Lister] = {}
        self.reconciler: Any = None  # the controller's own, for mappings that need its memory
        self.clock = manager.clock
        self.rng = manager.rng
        self.settings = manager.settings

    def lister(self, resource: Resource) -> Lister:
        """Return the cache of a resource; it is filled before the first reconcile."""
        lister = self._listers.get(resource)
        if lister is None:
            lister = self._listers[resource] = self._manager.lister(resource)
        return lister

    def recorder(self, component: str) -> EventRecorder:
        """Return a recorder of events in that component's name."""
        return EventRecorder(self.client.with_manager(component), component, self.clock, self._host)

    def series_recorder(self, component: str) -> SeriesRecorder:
        """Return a recorder of events in that component's name, which counts up what repeats in a series."""
        return SeriesRecorder(self.client.with_manager(component), component, self.clock)

    def watch(self, watch: Watch) -> None:
        """Watch one more resource: that of a CustomResourceDefinition."""
        self._manager.watch(self._controller, watch)

    def enqueue(self, key: Key, after: float = 0.0) -> None:
        """Queue a key of this controller, from any thread."""
        self._manager.enqueue(self._controller, key, after)


class Change(Protocol):
    """One change of an object, as storage logs it: `key.resource`, `type`, `object`."""

    @property
    def key(self) -> Any: ...

    @property
    def type(self) -> str: ...

    @property
    def object(self) -> Object: ...


class Source(Protocol):
    """Where the Manager's caches come from; `cmd` makes one over storage."""

    def list(self, resource: Resource) -> Objects: ...

    def changes(self) -> Sequence[Change]:
        """Return the changes of all resources since the last call (or since the lists). Raises Expired."""

    def reset(self) -> None:
        """Begin again at the present: the lists will be read anew."""


class _Runner(NamedTuple):
    controller: Controller
    reconciler: Reconciler
    context: Context
    queue: Workqueue[Key]


TURN = 64  # keys of one controller in a row: those that look at many objects then look once for many changes
HEAVY = 16  # so many changes by one reconcile count as one more key: who makes hundreds of pods lets others go on in between
BATCH = 256  # reconciles that share a commit at most
BATCH_SECONDS = 0.05  # and for how long a batch may go on taking new ones


class Manager:
    """Runs controllers. `run_until_idle` is one turn of the loop; the daemon calls it whenever something wakes it."""

    def __init__(self, source: Source, clock: Clock, rng: random.Random, logger: Logger) -> None:
        self.clock, self.rng = clock, rng
        self.settings: dict[str, Any] = {}  # facts of this cluster that controllers publish: "ca"
        self._source, self._log = source, logger
        self._listers: dict[str, Lister] = {}
        self._resources: dict[str, Resource] = {}
        self._runners: dict[str, _Runner] = {}
        self._watchers: dict[str, list[tuple[_Runner, Watch]]] = {}
        self._incoming: list[tuple[str, Key, float]] = []
        self._lock = threading.Lock()
        self._synced = False
        self._turn = ""  # the controller that the last batch ended with
        self._spent = 0  # what it has had of its turn
        self.wake: Callable[[], None] = lambda: None  # called when another thread queued something

    def lister(self, resource: Resource) -> Lister:
        """Return the cache of a resource, beginning to keep it if nobody has asked before."""
        if resource.key not in self._listers:
            self._listers[resource.key] = Lister()
            self._resources[resource.key] = resource
            if self._synced:
                self._fill(resource)
        return self._listers[resource.key]

    def add(self, controller: Controller, client: Client, host: str = "") -> None:
        """Take on a controller."""
        context = Context(self, controller.name, client, host)
        for watch in controller.watches:
            self.lister(watch.resource)
        context.reconciler = controller.new(context)
        runner = _Runner(controller, context.reconciler, context, Workqueue(self.clock.now))
        self._runners[controller.name] = runner
        for watch in controller.watches:
            self.watch(controller.name, watch)

    def watch(self, controller: str, watch: Watch) -> None:
        """Let a controller watch one resource from now on; what it watches already it does not watch twice."""
        runner, watchers = self._runners[controller], self._watchers.setdefault(watch.resource.key, [])
        if any(known is runner and other == watch for known, other in watchers):
            return
        lister = self.lister(watch.resource)
        watchers.append((runner, watch))
        if self._synced:
            for obj in lister.list():
                self._queue_for(runner, watch, obj)

    def remove(self, name: str) -> None:
        """Let go of a controller."""
        runner = self._runners.pop(name, None)
        for watchers in self._watchers.values():
            watchers[:] = [w for w in watchers if w[0] is not runner]

    def enqueue(self, controller: str, key: Key, after: float = 0.0) -> None:
        """Queue a key from any thread."""
        with self._lock:
            self._incoming.append((controller, key, after))
        self.wake()

    def sync(self) -> None:
        """Fill the caches from lists, and queue everything."""
        self._source.reset()
        for lister, resource in [(self._listers[k], r) for k, r in self._resources.items()]:
            lister.__init__()  # type: ignore[misc]
            for obj in self._source.list(resource):
                lister.replace(without_managers(obj))
        self._synced = True
        for key, watchers in list(self._watchers.items()):  # who watches definitions watches more by what it finds
            for obj in self._listers[key].list():
                for runner, watch in watchers:
                    self._queue_for(runner, watch, obj)

    def _fill(self, resource: Resource) -> None:
        lister = self._listers[resource.key]
        for obj in self._source.list(resource):
            lister.replace(without_managers(obj))

    def drain(self) -> int:
        """Take in what changed and what other threads queued; return how many changes there were."""
        changes = self._source.changes()
        for change in changes:
            lister = self._listers.get(change.key.resource)
            if lister is None:
                continue
            before, obj = None, without_managers(change.object)
            if change.type == "DELETED":
                lister.remove(obj)
            else:
                before = lister.replace(obj)
            for runner, watch in list(self._watchers.get(change.key.resource, ())):
                self._queue_for(runner, watch, obj)
                if before is not None and watch.to_keys is not None:
                    self._queue_for(runner, watch, before)  # what it concerned until now
        if self._incoming:
            with self._lock:
                incoming, self._incoming = self._incoming, []
            for name, key, after in incoming:
                if (runner := self._runners.get(name)) is not None:  # type: ignore[assignment]
                    runner.queue.add_after(key, after) if after else runner.queue.add(key)
        return len(changes)

    def _queue_for(self, runner: _Runner, watch: Watch, obj: Object) -> None:
        if watch.to_keys is None:
            runner.queue.add(Key(*key_of(obj)))
            return
        for key in watch.to_keys(obj, runner.context):
            runner.queue.add(key)

    def run_batch(self, should_stop: Callable[[int], bool]) -> int:
        """Reconcile what is due, taking turns between controllers, until nothing is or `should_stop(done)`. Return how many.

        The next batch goes on with the controller whose turn it was: those that look at many objects get no extra turns.
        """
        done = 0
        while True:
            self.drain()
            worked = False
            for runner in self._list_by_turn():
                if runner.controller.name != self._turn or self._spent >= TURN:
                    self._turn, self._spent = runner.controller.name, 0
                while self._spent < TURN and (key := runner.queue.pop()) is not None:
                    worked = True
                    self._run_one(runner, key)
                    done += 1
                    self._spent += 1 + self.drain() // HEAVY
                    if should_stop(done):
                        return done
                self._spent = TURN
            if not worked:
                return done

    def _list_by_turn(self) -> list[_Runner]:
        """Return all runners, beginning with the one whose turn it is, or with the next if that is over."""
        names = list(self._runners)
        first = names.index(self._turn) + (self._spent >= TURN) if self._turn in self._runners else 0
        return [self._runners[name] for name in names[first:] + names[:first]]

    def _run_one(self, runner: _Runner, key: Key) -> None:
        try:
            result = runner.reconciler.reconcile(key)
        except errors.Conflict:
            runner.queue.add_rate_limited(key)
        except Exception as error:  # noqa: BLE001 - the queue worker: one of the three places
            delay = runner.queue.add_rate_limited(key)
            if isinstance(error, errors.StatusError):
                self._log.info(
                    "reconcile failed", controller=runner.controller.name, key="/".join(key), error=str(error), retry=delay
                )
            else:
                self._log.exception(
                    "reconcile failed", error, controller=runner.controller.name, key="/".join(key), retry=delay
                )
        else:
            runner.queue.forget(key)
            if result.requeue_after is not None:
                runner.queue.add_after(key, result.requeue_after)

    def next_due(self) -> float | None:
        """Return when the next key is due (cluster time), or None."""
        dues = [due for runner in self._runners.values() if (due := runner.queue.next_due()) is not None]
        return min(dues, default=None)

    def next_timer(self) -> float | None:
        """Return the time for which the first key was queued that was to wait (cluster time, maybe past), or None."""
        return min((due for runner in self._runners.values() if (due := runner.queue.next_timer()) is not None), default=None)
