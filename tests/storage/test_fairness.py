"""Who waits to write gets the lock between two transactions of one who writes all the time."""

from __future__ import annotations

import threading
from pathlib import Path

from minikube_py.storage.interface import Key
from minikube_py.storage.sqlite import Store


def make(name: str) -> dict[str, object]:
    return {"metadata": {"name": name}}


def test_a_write_gets_in_between_the_commits_of_a_busy_writer(tmp_path: Path) -> None:
    """The busy one gives the lock back for a few milliseconds at a time, as the daemon does, until the other has written."""
    began, written = threading.Event(), threading.Event()
    store = Store(tmp_path / "state.db", create=True)

    def write_once() -> None:
        mine = Store(tmp_path / "state.db")
        began.wait()
        with mine.transaction():
            mine.create(Key("pods", "a", "late"), make("late"))
        written.set()
        mine.close()

    thread = threading.Thread(target=write_once)
    thread.start()
    for number in range(1000):
        with store.transaction():
            store.create(Key("pods", "a", f"p{number}"), make(f"p{number}"))
            began.set()
        if written.wait(0.006):
            break
    thread.join()
    assert store.get(Key("pods", "a", "late")) is not None and number < 999
    store.close()
