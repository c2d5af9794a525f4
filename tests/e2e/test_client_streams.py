"""The Python clients' exec, logs and port-forward, with real processes."""

from __future__ import annotations

import pytest

from tests.clients.test_clients import SUITES
from tests.nested_pytest import run_nested


def test_the_clients_open_streams() -> None:
    for library in ("kubernetes", "kr8s", "lightkube"):
        pytest.importorskip(library)
    done = run_nested(SUITES, "test_streams.py")
    assert done.returncode == 0, done.stdout + done.stderr
