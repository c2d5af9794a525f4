"""Several writers at once, over TLS: what was answered is in the history, once and in order, and each change is of what was there.

So no write is lost: neither one that was answered, nor what another had written before.
"""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any, NamedTuple

import pytest

from minikube_py.apimachinery.unstructured import deep_copy
from tests.apiserver.serving.conftest import MAPS, Api, Folder, serve
from tests.fuzz.conftest import FIRST

Object = dict[str, Any]
WRITERS, NAMES = 4, ("a", "b", "c")
STEPS = int(os.environ.get("FUZZ_STEPS", "40"))
PATCHES = ("json", "merge", "strategic-merge")
END = "the-end"


class Written(NamedTuple):
    """A write that was answered with success: the object as the answer shows it, the revision that it was to follow, and what it added.

    A deletion names the uid of what it deleted.
    """

    verb: str
    name: str
    obj: Object | None = None
    expected: str = ""
    key: str = ""
    uid: str = ""


class Writer:
    """Makes, changes and deletes the same few objects as all others."""

    def __init__(self, api: Api, number: int) -> None:
        self._rng = random.Random(FIRST * WRITERS + number)
        self._connection, self._number = api.connect(), number
        self.written: list[Written] = []
        self.codes: list[int] = []

    def run(self) -> None:
        """Write."""
        for step in range(STEPS):
            verb = self._rng.choice(
                (self._create, self._create, self._update, self._update, self._patch, self._patch, self._apply, self._delete)
            )
            name, key = self._rng.choice(NAMES), f"w{self._number}-{step}"
            if (done := verb(name, key)) is not None:
                self.written.append(done)

    def _ask(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> tuple[int, Object]:
        data = None if body is None else json.dumps(body).encode()
        self._connection.request(method, path, data, {"Content-Type": content_type, "User-Agent": f"w{self._number}"})
        answer = self._connection.getresponse()
        obj: Object = json.loads(answer.read())
        self.codes.append(answer.status)
        return answer.status, obj

    def _create(self, name: str, key: str) -> Written | None:
        status, obj = self._ask("POST", MAPS, {"metadata": {"name": name}, "data": {key: "1"}})
        return Written("create", name, obj, key=key) if status == 201 else None

    def _update(self, name: str, key: str) -> Written | None:
        """Read, change and write, as one does who wants to lose nothing."""
        status, obj = self._ask("GET", f"{MAPS}/{name}")
        if status != 200:
            return None
        read = obj["metadata"]["resourceVersion"]
        obj.setdefault("data", {})[key] = "1"
        status, obj = self._ask("PUT", f"{MAPS}/{name}", obj)
        return Written("update", name, obj, read, key) if status == 200 else None

    def _patch(self, name: str, key: str) -> Written | None:
        kind = self._rng.choice(PATCHES)
        merge: Any = {"data": {key: "1"}}
        body = [{"op": "add", "path": f"/data/{key}", "value": "1"}] if kind == "json" else merge
        status, obj = self._ask("PATCH", f"{MAPS}/{name}", body, f"application/{kind}-patch+json")
        return Written("patch", name, obj, key=key) if status == 200 else None

    def _apply(self, name: str, key: str) -> Written | None:
        path = f"{MAPS}/{name}?fieldManager={key}&force=true"
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {key: "1"}}
        status, obj = self._ask("PATCH", path, body, "application/apply-patch+yaml")
        return Written("create" if status == 201 else "patch", name, obj, key=key) if status in (200, 201) else None

    def _delete(self, name: str, key: str) -> Written | None:
        status, obj = self._ask("DELETE", f"{MAPS}/{name}")
        return Written("delete", name, uid=obj["details"]["uid"]) if status == 200 else None


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = Folder(tmp_path_factory.mktemp("written"))
    folder.fill()
    yield from serve(folder)


def run_all(writers: list[Writer]) -> None:
    """Let them write at the same time."""
    threads = [threading.Thread(target=writer.run) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def is_before_end(event: Object) -> bool:
    """Return whether an event is of what the writers did."""
    return bool(event["object"]["metadata"]["name"] != END)


def test_no_write_is_lost(api: Api) -> None:
    start = api.create_map("start")["metadata"]["resourceVersion"]
    watches = [api.watch(f"resourceVersion={start}") for _ in range(2)]
    writers = [Writer(api, number) for number in range(WRITERS)]
    run_all(writers)
    api.create_map(END)
    seen, again = (list(takewhile(is_before_end, events)) for events in watches)
    assert seen == again
    assert {code for writer in writers for code in writer.codes} <= {200, 201, 404, 409, 422}
    written = [one for writer in writers for one in writer.written]
    assert {one.verb for one in written} == {"create", "update", "patch", "delete"}
    check_history(seen, written)
    present = {obj["metadata"]["name"]: obj for obj in api.read("GET", MAPS)[1]["items"]}
    last = {event["object"]["metadata"]["name"]: event for event in seen}
    for name, event in last.items():
        assert (name in present) == (event["type"] != "DELETED")
        assert name not in present or plain(event["object"]) == present[name]


def plain(obj: Object) -> Object:
    """Return an object as a list shows it, without what it is."""
    return {key: value for key, value in obj.items() if key not in ("kind", "apiVersion")}


def check_history(seen: list[Object], written: list[Written]) -> None:
    """Fail unless the events of a watch are just what was answered, each made from the one before."""
    revisions = [int(event["object"]["metadata"]["resourceVersion"]) for event in seen]
    assert revisions == sorted(set(revisions))
    answered = {one.obj["metadata"]["resourceVersion"]: one for one in written if one.obj is not None}
    deleted = [one.uid for one in written if one.verb == "delete"]
    assert sorted(deleted) == sorted(event["object"]["metadata"]["uid"] for event in seen if event["type"] == "DELETED")
    state: dict[str, Object] = {}
    for event in seen:
        obj = event["object"]
        name = obj["metadata"]["name"]
        if event["type"] == "DELETED":
            assert state.pop(name)["metadata"]["uid"] == obj["metadata"]["uid"]
            continue
        one = answered.pop(obj["metadata"]["resourceVersion"])
        assert one.obj == obj
        CHECKS[one.verb](one, state.get(name), obj)
        state[name] = obj
    assert answered == {}


def check_creation(one: Written, before: Object | None, obj: Object) -> None:
    """Fail unless there was nothing before."""
    assert before is None
    assert obj["data"] == {one.key: "1"}


def check_change(one: Written, before: Object | None, obj: Object) -> None:
    """Fail unless a change added what it was to, and took nothing away: of an update, unless it followed what was read."""
    assert before is not None
    wanted = deep_copy(before.get("data") or {}) | {one.key: "1"}
    assert (obj["metadata"]["uid"], obj["data"]) == (before["metadata"]["uid"], wanted)
    assert one.expected in ("", before["metadata"]["resourceVersion"])


CHECKS: dict[str, Callable[[Written, Object | None, Object], None]] = {
    "create": check_creation,
    "update": check_change,
    "patch": check_change,
}
