"""Builds compared byte for byte with what kubectl 1.33 prints: as recorded, and by kubectl itself where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from minikube_py.cli_runtime.kustomize.build import build, encode_resources
from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from tests.cli_runtime.kustomize.casebook import Case, read_cases, run_in_folder, run_kubectl
from tests.oracle.find_kubectl import find_kubectl

ALL = list(read_cases())
IDS = [f"{case.topic}-{case.name}" for case in ALL]


def run_own(folder: str) -> tuple[str, str]:
    """Return what the verb prints."""
    stderr: list[str] = []
    try:
        resources = build(folder, stderr.append, lambda text: stderr.append(f"I<time> log.go:245] {text}"))
        return encode_resources(resources), "".join(f"{line}\n" for line in stderr)
    except KustomizeError as error:
        return "", "".join(f"{line}\n" for line in [*stderr, f"error: {error}".removesuffix("\n")])


@pytest.mark.parametrize("case", ALL, ids=IDS)
def test_as_recorded(case: Case, tmp_path: Path) -> None:
    assert run_in_folder(case, tmp_path, run_own) == (case.stdout, case.stderr)


@pytest.mark.skipif(find_kubectl() is None, reason="no kubectl of our version on PATH or beside it")
@pytest.mark.parametrize("case", ALL, ids=IDS)
def test_records_are_what_kubectl_prints(case: Case, tmp_path: Path) -> None:
    program = find_kubectl()
    assert program is not None
    assert run_in_folder(case, tmp_path, lambda folder: run_kubectl(program, folder)) == (case.stdout, case.stderr)
