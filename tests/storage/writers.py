"""What the writing processes of test_processes do; a module of its own, so that a spawned interpreter can import it."""

from __future__ import annotations

import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from minikube_py.storage.sqlite import Store

from .conftest import key, make


def write_some(path: Path, writer: int, count: int, go: Connection) -> None:
    """Create `count` objects, each in a transaction of its own, once told to."""
    store = Store(path)
    go.recv()
    revisions = []
    for number in range(count):
        with store.transaction():
            made = store.create(key(f"w{writer}-{number}"), make("x"))
        revisions.append(int(made["metadata"]["resourceVersion"]))
    go.send(revisions)
    store.close()


def count_up(path: Path, count: int, go: Connection) -> None:
    """Add one to a number `count` times, each time from what is there."""
    store = Store(path)
    go.recv()
    for _ in range(count):
        with store.transaction():
            before = store.get(key("counter"))
            assert before is not None
            value = before["data"]["value"] + 1
            store.update(key("counter"), make("counter", value=value), int(before["metadata"]["resourceVersion"]))
    go.send("done")
    store.close()


def die_in_a_batch(path: Path, at: str) -> None:
    """Write many objects and be killed before the end of the transaction, or right after it."""
    store = Store(path)
    with store.transaction():
        for number in range(500):
            store.create(key(f"n{number}"), make(f"n{number}", text="x" * 20_000))
        if at == "inside":
            os.kill(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
