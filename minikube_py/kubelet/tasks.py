"""Work that may block, done by a thread pool on behalf of a loop that may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from minikube_py.kubelet.interfaces import Executor

T = TypeVar("T")


class Tasks(Generic[T]):
    """Runs each named task once and keeps its result until it is forgotten.

    Only the loop's thread calls the methods; the pool's threads only put results. `notify` is called from such a thread
    when a result has come.
    """

    def __init__(self, executor: Executor, notify: Callable[[], None]) -> None:
        self._executor = executor
        self._notify = notify
        self._running: set[object] = set()
        self._results: dict[object, T | None] = {}

    def start(self, name: object, work: Callable[[], T]) -> None:
        """Start the task unless it runs or has a result."""
        if name in self._running or name in self._results:
            return
        self._running.add(name)

        def run() -> None:
            result: T | None = None
            try:
                result = work()
            finally:  # a task that breaks ends with the result None, lest its pod wait for ever
                self._results[name] = result
                self._notify()

        self._executor.submit(run)

    def is_done(self, name: object) -> bool:
        """Tell whether the task has ended."""
        return name in self._results

    def is_running(self, name: object) -> bool:
        """Tell whether the task was started and has not ended."""
        return name in self._running and name not in self._results

    def get_result(self, name: object) -> T | None:
        """Return the result of a task that has ended; None where it broke."""
        return self._results[name]

    def pop_result(self, name: object) -> T | None:
        """Return the result and forget the task, so that it can be started again."""
        self._running.discard(name)
        return self._results.pop(name)
