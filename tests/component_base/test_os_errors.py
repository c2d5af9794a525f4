"""Refusals of the operating system, in Go's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from minikube_py.component_base.os_errors import tell_os_error


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught:
        (tmp_path / "none").read_bytes()
    assert tell_os_error(caught.value) == "no such file or directory"


def test_an_error_without_a_number() -> None:
    assert tell_os_error(OSError("Odd thing")) == "odd thing"
