"""The Python clients of Kubernetes do here what their own examples do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nested_pytest import run_nested

SUITES = Path(__file__).parent / "suites"


@pytest.mark.parametrize("library", ["kubernetes", "kr8s", "lightkube", "kopf"])
def test_its_examples_pass(library: str) -> None:
    pytest.importorskip(library)
    done = run_nested(SUITES, f"test_{library}.py")
    assert done.returncode == 0, done.stdout + done.stderr
