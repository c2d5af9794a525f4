"""A cluster's time as commands see it: they read it from the state, and ask there for it to be moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cmd.timekeeper import ADVANCE, SETTLED
from minikube_py.component_base.clock import Clock, format_rfc3339
from minikube_py.component_base.sockets import wait_readable

if TYPE_CHECKING:
    from collections.abc import Callable

    from minikube_py.component_base.poke import Listener
    from minikube_py.storage.sqlite import Store

LOOK_SECONDS = 1.0  # should a poke be lost, and for a daemon that died


class Cluster:
    """What a command knows of its cluster: the state, the time, how to listen for changes and whether its daemon lives."""

    def __init__(self, store: Store, clock: Clock, listen: Callable[[], Listener], is_alive: Callable[[], bool]) -> None:
        self._store, self._clock, self._listen, self._is_alive = store, clock, listen, is_alive

    def advance(self, seconds: float) -> tuple[str, int]:
        """Move the time forward and wait until all is done that was due. Return what time it is then and how many changes there were."""
        before = self._store.current_revision()
        with self._store.transaction():
            asked = self._store.read_fact(ADVANCE)
            goal = (float(asked) if asked else self._clock.now()) + seconds
            self._store.write_fact(ADVANCE, repr(goal))
        self._wait(lambda: not self._store.read_fact(ADVANCE))
        if self._store.read_fact(ADVANCE):
            raise CliError('the cluster was stopped on the way; it goes on when "mk start" starts it')
        return format_rfc3339(goal), self._store.current_revision() - before

    def settle(self) -> None:
        """Wait until the daemon has done all that follows from what was written, on a cluster that is to repeat itself."""
        revision = self._store.current_revision()
        self._wait(lambda: int(self._store.read_fact(SETTLED) or revision) >= revision)

    def _wait(self, is_done: Callable[[], bool]) -> None:
        listener = self._listen()
        try:
            while not is_done() and self._is_alive():
                if wait_readable((listener,), LOOK_SECONDS):
                    listener.drain()
        finally:
            listener.close()
