"""Pods that store too much are evicted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from minikube_py.kubelet.storage_limits import find_excess, has_limits
from tests.kubelet.fakes import Cluster, make_pod

Object = dict[str, Any]
CACHE = {"name": "cache", "emptyDir": {"sizeLimit": "64Ki"}}
PLAIN = {"name": "cache", "emptyDir": {}}
MEMORY = {"name": "cache", "emptyDir": {"medium": "Memory"}}


def make_limited(*limits: str) -> list[Object]:
    return [
        {"name": f"c{i}", "image": "busybox", "resources": {"limits": {"ephemeral-storage": limit}}}
        for i, limit in enumerate(limits)
    ]


def fill(directory: Path, path: str, kib: int) -> None:
    file = directory / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"x" * kib * 1024)


@pytest.mark.parametrize(
    ("containers", "volume", "path", "kib", "message"),
    [
        ([], CACHE, "volumes/cache/sub/f", 128, 'Usage of EmptyDir volume "cache" exceeds the limit "64Ki". '),
        ([], CACHE, "volumes/cache/f", 16, ""),
        ([], CACHE, "logs/c0/0.log", 512, ""),
        (
            make_limited("64Ki", "64Ki"),
            PLAIN,
            "volumes/cache/f",
            256,
            "Pod ephemeral local storage usage exceeds the total limit of containers 128Ki. ",
        ),
        (make_limited("64Ki", "64Ki"), MEMORY, "volumes/cache/f", 256, ""),
        (
            make_limited("64Ki", "1Mi"),
            PLAIN,
            "logs/c0/0.log",
            128,
            'Container c0 exceeded its local ephemeral storage limit "64Ki". ',
        ),
    ],
    ids=["volume", "small volume", "logs without limits", "pod", "volume in memory", "container"],
)
def test_what_exceeds_a_limit(
    tmp_path: Path, containers: list[Object], volume: Object, path: str, kib: int, message: str
) -> None:
    pod = make_pod(containers=containers or [{"name": "c0", "image": "busybox"}], volumes=[volume])
    fill(tmp_path, path, kib)
    assert has_limits(pod)
    assert find_excess(pod, tmp_path) == message


def test_a_pod_that_fills_its_volume_is_evicted(cluster: Cluster) -> None:
    cluster.apply(make_pod(volumes=[CACHE]))
    cluster.advance(30)
    assert cluster.status()["phase"] == "Running"
    fill(cluster.pods_dir / "uid-web", "volumes/cache/f", 256)
    cluster.advance(30)
    told = 'Usage of EmptyDir volume "cache" exceeds the limit "64Ki". '
    status = cluster.status()
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "Evicted", told)
    assert ("Warning", "Evicted", told) in cluster.events.events
    assert cluster.runtime.stopped[-1] == ("main/0", 1.0)
    assert list(cluster.container()["state"]) == ["terminated"]
