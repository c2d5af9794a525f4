"""The Store does what a dict and a list of changes would: hypothesis plays any order of writes, undone ones and compactions."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from minikube_py.storage import interface as api
from minikube_py.storage.interface import Key, Query
from minikube_py.storage.sqlite import Store

KEYS = st.builds(Key, st.just("configmaps"), st.sampled_from(["a", "b"]), st.sampled_from(["x", "y", "z"]))
VALUES = st.integers(0, 9)
Contents = dict[tuple[str, str], int]


class Undo(Exception):
    """Undoes a transaction."""


class StoreMachine(RuleBasedStateMachine):
    """`states[revision]` is what was there at that revision."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store(self.folder / "state.db", create=True)
        self.states: list[Contents] = [{}]
        self.changes: list[tuple[int, str, tuple[str, str]]] = []
        self.compacted = 0

    @property
    def now(self) -> Contents:
        return self.states[-1]

    @property
    def current(self) -> int:
        return len(self.states) - 1

    def _write(self, kind: str, key: Key, value: int) -> None:
        """Do a write in the store and, where it is allowed, in the model."""
        obj = {"metadata": {"name": key.name, "namespace": key.namespace}, "value": value}
        place = (key.namespace, key.name)
        if kind == "ADDED" and place in self.now:
            with pytest.raises(api.Exists):
                self.store.create(key, obj)
            return
        if kind != "ADDED" and place not in self.now:
            with pytest.raises(api.Missing):
                self.store.update(key, obj, 0) if kind == "MODIFIED" else self.store.delete(key, obj)
            return
        after = {**self.now, place: value}
        if kind == "ADDED":
            self.store.create(key, obj)
        elif kind == "MODIFIED":
            self.store.update(key, obj, 0)
        else:
            self.store.delete(key, obj)
            del after[place]
        self.states.append(after)
        self.changes.append((self.current, kind, place))

    @rule(writes=st.lists(st.tuples(st.sampled_from(["ADDED", "MODIFIED", "DELETED"]), KEYS, VALUES), min_size=1, max_size=4))
    def commit(self, writes: list[tuple[str, Key, int]]) -> None:
        with self.store.transaction():
            for write in writes:
                self._write(*write)

    @rule(kept=st.tuples(KEYS, VALUES), undone=st.tuples(KEYS, VALUES), whole=st.booleans())
    def undo(self, kept: tuple[Key, int], undone: tuple[Key, int], whole: bool) -> None:
        """Undo an inner transaction, or it and the outer one."""
        outer, marks = self.current, len(self.changes)
        try:
            with self.store.transaction():
                self._write("ADDED", *kept)
                inner, inner_marks = self.current, len(self.changes)
                with pytest.raises(Undo), self.store.transaction():
                    self._write("ADDED", *undone)
                    self._write("DELETED", *undone)
                    raise Undo
                del self.states[inner + 1 :], self.changes[inner_marks:]
                if whole:
                    raise Undo
        except Undo:
            del self.states[outer + 1 :], self.changes[marks:]

    @rule(key=KEYS, value=VALUES)
    def refuse_stale(self, key: Key, value: int) -> None:
        """An update from another revision than the present one changes nothing."""
        if (key.namespace, key.name) in self.now:
            with pytest.raises(api.RevisionMismatch), self.store.transaction():
                self.store.update(key, {"metadata": {}, "value": value}, self.current + 1)

    @rule(back=st.integers(0, 5), batch=st.integers(1, 4))
    def compact(self, back: int, batch: int) -> None:
        self.store.compact(self.current - back, batch)
        self.compacted = max(self.compacted, min(self.current - back, self.current - 1))

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = Store(self.folder / "state.db")

    @rule(limit=st.integers(0, 4), back=st.integers(0, 6), namespace=st.sampled_from(["", "a", "b"]))
    def list_pages(self, limit: int, back: int, namespace: str) -> None:
        revision = max(self.current - back, 1)
        if revision > self.current:
            return
        query = Query("configmaps", namespace, limit=limit, revision=revision)
        if revision < self.compacted:
            with pytest.raises(api.Compacted):
                self.store.list(query)
            return
        found: list[Any] = []
        while True:
            page = self.store.list(query)
            found += page.items
            if page.next is None:
                break
            query = query._replace(after=page.next)
        shown = [(o["metadata"]["namespace"], o["metadata"]["name"], o["value"]) for o in found]
        wanted = [(*place, value) for place, value in sorted(self.states[revision].items())]
        assert shown == [w for w in wanted if namespace in ("", w[0])]

    @rule(back=st.integers(0, 6))
    def resume(self, back: int) -> None:
        after = max(self.current - back, 0)
        if after < self.compacted:
            with pytest.raises(api.Compacted):
                self.store.changes(after)
            return
        told = self.store.changes(after)
        assert [(c.revision, c.type, c.key[1:]) for c in told] == self.changes[after:]
        for change in told:
            before = self.store.get_at(change.previous)
            known = self.states[change.revision - 1].get(change.key[1:])
            assert (None if before is None else before["value"]) == known

    @invariant()
    def the_present_is_right(self) -> None:
        assert self.store.current_revision() == self.current
        assert self.store.compacted_revision() == self.compacted
        for place in [("a", "x"), ("b", "z")]:
            found = self.store.get(Key("configmaps", *place))
            assert (None if found is None else found["value"]) == self.now.get(place)

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)


TestStore = StoreMachine.TestCase
TestStore.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
