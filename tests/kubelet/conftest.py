"""Fixtures of the kubelet's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kubelet.fakes import Cluster


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path / "pods")
