"""Several processes on one file, and what is left of one that is killed."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from minikube_py.storage.interface import Query
from minikube_py.storage.sqlite import Store

from .conftest import key, put
from .writers import count_up, die_in_a_batch, write_some

SPAWN = multiprocessing.get_context("spawn")
WRITERS = 4
DEADLINE = 60.0


def run_together(writes: list[tuple[Callable[..., None], tuple[Any, ...]]]) -> list[Any]:
    """Run each in a process of its own, all let go at once; return what they report."""
    started = []
    for write, arguments in writes:
        here, there = SPAWN.Pipe()
        process = SPAWN.Process(target=write, args=(*arguments, there), daemon=True)
        process.start()
        there.close()
        started.append((process, here))
    ends: list[Connection] = [here for _, here in started]
    for here in ends:
        here.send("go")
    answers = [here.recv() if here.poll(DEADLINE) else None for here in ends]
    for process, here in started:
        process.join(DEADLINE)
        here.close()
    return answers


def test_all_of_many_writers_succeed(store: Store, path: Path) -> None:
    answers = run_together([(write_some, (path, writer, 25)) for writer in range(WRITERS)])
    revisions = [revision for answer in answers for revision in answer]
    assert sorted(revisions) == list(range(1, WRITERS * 25 + 1))
    assert all(answer == sorted(answer) for answer in answers)
    assert store.count("configmaps") == WRITERS * 25
    assert [change.revision for change in store.changes(0)] == sorted(revisions)


def test_no_update_is_lost(store: Store, path: Path) -> None:
    put(store, "counter", value=0)
    assert run_together([(count_up, (path, 25)) for _ in range(WRITERS)]) == ["done"] * WRITERS
    counter = store.get(key("counter"))
    assert counter is not None
    assert counter["data"]["value"] == WRITERS * 25


@pytest.mark.parametrize(("at", "kept"), [("inside", 0), ("after", 500)])
def test_a_killed_writer_leaves_all_or_nothing(store: Store, path: Path, at: str, kept: int) -> None:
    process = SPAWN.Process(target=die_in_a_batch, args=(path, at))
    process.start()
    process.join(DEADLINE)
    assert process.exitcode == -signal.SIGKILL
    assert len(store.list(Query("configmaps")).items) == kept
    assert len(store.changes(0)) == kept
    put(store, "after")
    assert store.current_revision() == kept + 1
