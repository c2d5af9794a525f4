"""Every case is described to the letter as kubectl 1.33 did it."""

from __future__ import annotations

import pytest

from minikube_py.kubectl.describe.registry import MODULES

from .conftest import CASES, Describe, load_case

NAMES = sorted(path.stem for path in CASES.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_matches_kubectl(name: str, describe: Describe) -> None:
    assert describe(*load_case(name)) == (CASES / f"{name}.txt").read_text()


def test_every_kind_has_a_case() -> None:
    first = [load_case(name)[0] for name in NAMES]
    described = {f"{obj['kind']}.{obj['apiVersion'].rpartition('/')[0]}".rstrip(".") for obj in first}
    assert set(MODULES) <= described


def test_every_case_was_recorded() -> None:
    assert sorted(path.stem for path in CASES.glob("*.txt")) == NAMES
