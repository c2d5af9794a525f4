"""Progress: shown on terminals, after a while, and gone at the end."""

from __future__ import annotations

import io
import sys

from minikube_py.cli_runtime.factory import Factory, Streams
from minikube_py.cli_runtime.progress import NoProgress, Progress, show_progress
from tests.kubectl.cmd.conftest import Stdout


def _factory(*, terminal: bool) -> Factory:
    stderr = Stdout()
    stderr.terminal = terminal
    return Factory(lambda target: None, streams=Streams(sys.stdin, io.StringIO(), stderr))  # type: ignore[arg-type, return-value]


def test_nothing_in_a_pipe() -> None:
    factory = _factory(terminal=False)
    with show_progress(factory, "waiting for", 9) as progress:
        assert isinstance(progress, NoProgress)
        progress.begin("pod/a")
        progress.advance()
    assert factory.streams.stderr.getvalue() == ""  # type: ignore[attr-defined]


def test_nothing_for_one_object() -> None:
    with show_progress(_factory(terminal=True), "waiting for", 1) as progress:
        assert isinstance(progress, NoProgress)


def test_what_is_over_at_once_shows_nothing() -> None:
    out = io.StringIO()
    progress = Progress(out, "waiting for", 2)
    progress.end()
    progress.appear()
    assert out.getvalue() == ""


def test_a_terminal_sees_how_far_it_is() -> None:
    factory = _factory(terminal=True)
    with show_progress(factory, "waiting for", 3) as progress:
        assert isinstance(progress, Progress)
        progress.begin("pod/a")
        progress.advance()
        progress.appear()
        with progress.hidden():
            pass
    shown = factory.streams.stderr.getvalue()  # type: ignore[attr-defined]
    assert "waiting for pod/a" in shown
    assert "1/3" in shown
