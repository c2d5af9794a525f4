"""Fixtures of the kubelet's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kubelet.fakes import Cluster, HttpServer


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path / "pods")
    yield made
    if isinstance(made.runtime.dial_result, HttpServer):
        made.runtime.dial_result.close()
