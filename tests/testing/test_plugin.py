"""The pytest plugin, as somebody meets it whose tests fail."""

from __future__ import annotations

import re
from pathlib import Path

from tests.nested_pytest import run_nested

TESTS = """
import pytest

STUCK = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "stuck"},
    "spec": {"containers": [{"name": "main", "image": "nginx"}], "nodeSelector": {"no": "such"}},
}


def test_that_fails(make_cluster):
    cluster = make_cluster(clock="fake")
    cluster.apply(STUCK)
    assert cluster.get("pod/stuck")["status"]["phase"] == "Running"


@pytest.mark.cluster(node=3)
def test_of_an_unknown_option(cluster):
    pass


@pytest.mark.cluster(3)
def test_of_an_option_without_name(cluster):
    pass


seen = set()


@pytest.mark.parametrize("turn", [1, 2])
def test_in_a_namespace(session_cluster, session_namespace, turn):
    session_cluster.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}}, session_namespace)
    seen.add(session_namespace)
    assert len(seen) == turn


def test_without_it(session_cluster):
    active = [found["metadata"]["name"] for found in session_cluster.list("namespaces") if found["status"]["phase"] == "Active"]
    assert "default" in active
    assert seen.isdisjoint(active)
"""


def test_failures_tell_enough(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(TESTS)
    told = run_nested(tmp_path).stdout
    assert "1 failed, 3 passed, 2 errors" in told
    assert re.search(
        r"^-+ cluster https://127\.0\.0\.1:\d+ -+\npod/stuck: Pending; PodScheduled=False \(Unschedulable", told, re.M
    )
    assert "TypeError: a cluster has no node; it has nodes, clock, seed, runtime, cpus, memory" in told
    assert "TypeError: @pytest.mark.cluster takes its options by name, not 3" in told
