"""The pytest plugin: fixtures for clusters, and the mark `cluster`. A test that fails is told what is amiss in its clusters.

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
CLUSTERS = pytest.StashKey[list["Cluster"]]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", MARK)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Add to the report of a test that failed what is amiss in its clusters."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if call.when == "call" and report.failed:
        shared = item.session.stash.get(CLUSTERS, []) if "session_cluster" in getattr(item, "fixturenames", ()) else []
        for cluster in (*item.stash.get(CLUSTERS, []), *shared):
            if told := cluster.tell():
                report.sections.append((f"cluster {cluster.url}", told))


def _make(request: pytest.FixtureRequest, options: dict[str, Any]) -> Cluster:
    """Return a cluster that is not started yet. Raises TypeError for options that there are not."""
    from minikube_py.testing.cluster import Cluster
    from minikube_py.testing.options import ClusterOptions

    unknown = sorted(set(options) - set(ClusterOptions._fields))
    if unknown:
        raise TypeError(f"a cluster has no {', '.join(unknown)}; it has {', '.join(ClusterOptions._fields)}")
    cluster = Cluster(ClusterOptions(**options))
    request.node.stash.setdefault(CLUSTERS, []).append(cluster)
    return cluster


def _read_marks(node: pytest.Item) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for mark in reversed(list(node.iter_markers("cluster"))):  # the nearest counts
        if mark.args:
            raise TypeError(f"@pytest.mark.cluster takes its options by name, not {', '.join(map(repr, mark.args))}")
        options |= mark.kwargs
    return options


@pytest.fixture
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A cluster of this test's own; `@pytest.mark.cluster(nodes=3, clock="fake")` says what it is made of."""
    with _make(request, _read_marks(request.node)) as made:
        yield made


@pytest.fixture
def make_cluster(request: pytest.FixtureRequest) -> Iterator[Callable[..., Cluster]]:
    """A function that starts a cluster with the options of the mark; all end with the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(_make(request, options))


@pytest.fixture(scope="session")
def session_cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A cluster that all tests of the session share: each had better use `session_namespace`."""
    with _make(request, {}) as made:
        yield made


@pytest.fixture
def session_namespace(session_cluster: Cluster) -> Iterator[str]:
    """A new namespace of `session_cluster`, deleted when the test ends."""
    (made,) = session_cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"generateName": "test-"}})
    yield made["metadata"]["name"]
    session_cluster.delete("namespace", made["metadata"]["name"])


@pytest.fixture
def kubeconfig(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of the kubeconfig of `cluster`, which $KUBECONFIG names until the end of the test."""
    monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig))
    return cluster.kubeconfig
