"""Shows on a terminal how far a long wait for many objects is; nothing in a pipe, and nothing where it is over at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from minikube_py.cli_runtime.factory import Factory

PATIENCE = 0.5  # seconds before anything is shown


class Progress:
    """Counts what is done of `total`. It appears after a while, on the line below what was printed, and leaves no trace."""

    def __init__(self, out: TextIO, doing: str, total: int) -> None:
        self._out, self._doing, self._total = out, doing, total
        self._done, self._name = 0, ""
        self._bar: Bar | None = None
        self._lock = Lock()
        self._over = False
        self._timer = Timer(PATIENCE, self.appear)
        self._timer.daemon = True
        self._timer.start()

    def appear(self) -> None:
        """Show it from now on."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._over:
                return
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            console = Console(file=self._out, force_terminal=True)
            self._bar = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
            self._bar.add_task(self._describe(), total=self._total, completed=self._done)
            self._bar.start()

    def _describe(self) -> str:
        return f"{self._doing} {self._name}".rstrip()

    def begin(self, name: str) -> None:
        """Tell which object is being waited for."""
        with self._lock:
            self._name = name
            self._update()

    def advance(self) -> None:
        """Count one more as done."""
        with self._lock:
            self._done += 1
            self._update()

    def _update(self) -> None:
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], description=self._describe(), completed=self._done)

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Take it away while something is printed."""
        with self._lock:
            if self._bar is not None:
                self._bar.stop()
            yield
            if self._bar is not None:
                self._bar.start()

    def end(self) -> None:
        """Remove it."""
        self._timer.cancel()
        with self._lock:
            self._over = True
            if self._bar is not None:
                self._bar.stop()


class NoProgress:
    """Where nobody watches."""

    def begin(self, name: str) -> None:
        """Do nothing."""

    def advance(self) -> None:
        """Do nothing."""

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Do nothing."""
        yield


@contextmanager
def show_progress(factory: Factory, doing: str, total: int) -> Iterator[Progress | NoProgress]:
    """Give what counts the objects that are done, shown on stderr if it is a terminal and there are several."""
    if total < 2 or not factory.streams.stderr.isatty():
        yield NoProgress()
        return
    progress = Progress(factory.streams.stderr, doing, total)
    try:
        yield progress
    finally:
        progress.end()
