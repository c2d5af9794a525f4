"""The pytest plugin: the fixtures `cluster`, `kubeconfig`, `make_cluster` and `session_cluster`, and the mark `cluster`.

Every pytest run imports this, so it imports nothing of weight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from minikube_py.testing.cluster import Cluster

MARK = (
    "cluster(nodes=1, clock='real', seed=None, runtime='fake', cpus='4', memory='8Gi'): what the fixture `cluster` is made of"
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", MARK)


def _make(**options: Any) -> Cluster:
    from minikube_py.testing.cluster import Cluster
    from minikube_py.testing.options import ClusterOptions

    return Cluster(ClusterOptions(**options))


@pytest.fixture
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A cluster of this test's own; `@pytest.mark.cluster(nodes=3, clock="fake")` says what it is made of."""
    options: dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers("cluster"))):  # the nearest counts
        options |= mark.kwargs
    with _make(**options) as made:
        yield made


@pytest.fixture
def make_cluster() -> Iterator[Callable[..., Cluster]]:
    """A function that starts a cluster with the options of the mark; all end with the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(_make(**options))


@pytest.fixture(scope="session")
def session_cluster() -> Iterator[Cluster]:
    """A cluster that all tests of the session share: each had better use a namespace of its own."""
    with _make() as made:
        yield made


@pytest.fixture
def kubeconfig(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of the kubeconfig of `cluster`, which $KUBECONFIG names until the end of the test."""
    monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig))
    return cluster.kubeconfig
