"""A thread that waits for many sockets at once, and does what others ask of it between two looks."""

from __future__ import annotations

import selectors
import threading
from collections.abc import Callable

from minikube_py.component_base.waker import Waker

Ready = Callable[[int], object]  # is given the events that a socket is ready for, as `selectors` has them


class SelectorThread:
    """Calls what is registered with `selector` as its data. Only what runs in the thread may touch the selector."""

    def __init__(self, name: str) -> None:
        self.selector = selectors.DefaultSelector()
        self._todo: list[Callable[[], object]] = []
        self._lock = threading.Lock()
        self._closed = False
        self._waker = Waker()
        self.selector.register(self._waker, selectors.EVENT_READ, self._run_todo)
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)
        self._thread.start()

    def do(self, action: Callable[[], object]) -> bool:
        """Have the thread do something; return whether it still will."""
        with self._lock:
            if self._closed:
                return False
            self._todo.append(action)
        self._waker.wake()
        return True

    def end(self) -> None:
        """Do what was asked for, then end the thread. The selector stays, for who has to close what is in it."""
        with self._lock:
            self._closed = True
        self._waker.wake()
        self._thread.join()

    def close(self) -> None:
        """Let go of the selector; after `end`."""
        self._waker.close()
        self.selector.close()

    def _loop(self) -> None:
        while not self._closed:
            for key, mask in self.selector.select():
                if (
                    self.selector.get_map().get(key.fd) is key
                ):  # what came before may have closed it: who waits still is told again
                    key.data(mask)
        self._run_todo(0)

    def _run_todo(self, mask: int) -> None:
        self._waker.drain()
        with self._lock:
            todo, self._todo = self._todo, []
        for action in todo:
            action()
