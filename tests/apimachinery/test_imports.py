"""The pure modules are on the way of `mk get pods`: they must load nothing slow."""

from __future__ import annotations

import subprocess
import sys

import pytest

SLOW = {"dataclasses", "datetime", "decimal", "fractions", "inspect", "ipaddress", "random", "uuid", "logging", "subprocess"}
MODULES = [
    "duration",
    "fields",
    "gosyntax",
    "intstr",
    "labels",
    "names",
    "quantity",
    "unstructured",
    "validation_meta",
]


@pytest.mark.parametrize("module", MODULES)
def test_importing_loads_nothing_slow(module: str) -> None:
    code = f"import sys; import minikube_py.apimachinery.{module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert not SLOW & set(loaded.stdout.split())
