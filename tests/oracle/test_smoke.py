"""The smoke list, played by the real kubectl of our version, and its streams by older ones. `make smoke` plays all of it with all."""

from __future__ import annotations

import shutil

import pytest

from tests.oracle.find_kubectl import VERSION, find_minor
from tests.oracle.smoke import MINORS, play_all, read_list

OURS = VERSION[1]


def test_the_list_is_long_and_its_short_form_has_the_streams() -> None:
    steps = read_list().steps
    assert len(steps) >= 100
    short = " ".join(step.command for step in steps if step.short)
    assert [verb for verb in ("exec", "cp", "logs -f", "port-forward", "attach", "run") if f"kubectl {verb}" not in short] == []


@pytest.mark.e2e
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("minor", MINORS, ids=lambda minor: f"1.{minor}")
def test_a_day_with_kubectl(minor: int) -> None:
    program = find_minor(minor)
    if program is None:
        pytest.skip(f"no kubectl 1.{minor} on PATH, nor beside the one that is")
    _, problems = play_all(program, minor, short=minor != OURS)
    assert not problems, "\n".join(problems)
