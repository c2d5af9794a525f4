"""Whatever happens to a cluster, it ends in what its objects ask for, with nothing left over.

Some random lives, the same ones each time; CONVERGENCE_EXAMPLES=1000 tries so many others.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.convergence.machine import ClusterMachine

LONG = os.environ.get("CONVERGENCE_EXAMPLES")
BOUNDED = settings(
    max_examples=int(LONG or 20),
    stateful_step_count=40,
    deadline=None,
    derandomize=LONG is None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink) if LONG else (Phase.generate,),
)


def test_every_cluster_comes_to_what_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINIKUBE_PY_HOME", str(tmp_path))
    monkeypatch.setattr(ClusterMachine, "home", tmp_path, raising=False)
    run_state_machine_as_test(ClusterMachine, settings=BOUNDED)  # type: ignore[no-untyped-call]
