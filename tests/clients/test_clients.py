"""The Python clients of Kubernetes do here what their own examples do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nested_pytest import run_nested

SUITES = Path(__file__).parent / "suites"


@pytest.mark.parametrize("suite", [path.name for path in sorted(SUITES.glob("test_*.py"))])
def test_what_clients_do_works(suite: str) -> None:
    for library in ("kubernetes", "kr8s", "lightkube", "kopf"):
        pytest.importorskip(library)
    done = run_nested(SUITES, suite)
    assert done.returncode == 0, done.stdout + done.stderr
