"""Stores in temporary folders, and objects to put into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from minikube_py.storage.interface import Key
from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
Open = Callable[[], Store]


def key(name: str, namespace: str = "default", resource: str = "configmaps") -> Key:
    """Return the key of a ConfigMap."""
    return Key(resource, namespace, name)


def make(name: str, **data: Any) -> Object:
    """Return an object of that name."""
    return {"metadata": {"name": name}, "data": data}


def put(store: Store, name: str, namespace: str = "default", **data: Any) -> Object:
    """Create an object in a transaction of its own."""
    with store.transaction():
        return store.create(key(name, namespace), make(name, **data))


def replace(store: Store, name: str, expected: int = 0, **data: Any) -> Object:
    """Update an object in a transaction of its own."""
    with store.transaction():
        return store.update(key(name), make(name, **data), expected)


def remove(store: Store, name: str) -> Object:
    """Delete an object in a transaction of its own."""
    with store.transaction():
        return store.delete(key(name), make(name))


def revision_of(obj: Object) -> int:
    """Return an object's resourceVersion as a number."""
    return int(obj["metadata"]["resourceVersion"])


def names(objects: list[Object]) -> list[str]:
    """Return the objects' names."""
    return [obj["metadata"]["name"] for obj in objects]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "state.db"


@pytest.fixture
def open_store(path: Path) -> Iterator[Open]:
    """Opens the same file again and again; all are closed at the end."""
    opened: list[Store] = []

    def open_one() -> Store:
        opened.append(Store(path, create=True))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Open) -> Store:
    return open_store()
