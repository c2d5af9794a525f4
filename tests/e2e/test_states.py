"""What a user sees when a cluster's files or its daemon are not as they should be: one clear line, exit code 1, no traceback."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .homes import Home, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")]

HINT = 'the cluster "minikube" is not running; "mk start" starts it\n'
MAP = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}}'


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A cluster that ran a pod and was killed, its pod with it."""
    home = Home(tmp_path_factory.mktemp("states") / "home")
    home.start()
    home.apply_pod("web", "sleep 1000")
    home.wait_running("web")
    home.kill(home.daemon, home.agent)
    wait_until(lambda: not home.processes())
    yield home
    home.clean_up()


@pytest.mark.parametrize("words", [("get", "pods"), ("describe", "pod", "web"), ("logs", "web"), ("get", "events")])
def test_reading_needs_no_daemon(stopped: Home, words: tuple[str, ...]) -> None:
    outcome = stopped.mk(*words)
    assert (outcome.code, outcome.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("exec", "web", "--", "true"), 1),
        (("wait", "--for=delete", "pod/web", "--timeout=100ms"), 1),
        (("delete", "pod", "web", "--timeout=100ms"), 1),
    ],
    ids=["exec", "wait", "delete"],
)
def test_who_needs_the_daemon_is_told_how_to_start_it(stopped: Home, words: tuple[str, ...], code: int) -> None:
    outcome = stopped.mk(*words)
    assert outcome.code == code
    assert outcome.stderr.count(HINT) == 1
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize(
    "words", [("logs", "-f", "web"), ("get", "pods", "-w"), ("port-forward", "web", ":80")], ids=["logs", "get", "port-forward"]
)
def test_who_follows_is_told_at_once(stopped: Home, words: tuple[str, ...]) -> None:
    following = stopped.popen(*words)
    assert following.stderr is not None
    assert following.stderr.readline() == HINT
    following.terminate()
    following.communicate()


def test_writing_works_and_scripts_are_not_bothered(stopped: Home) -> None:
    outcome = stopped.mk("create", "-f", "-", stdin=MAP)
    assert outcome == ("configmap/m created\n", "", 0)


def test_writing_on_a_terminal_gives_the_hint(stopped: Home) -> None:
    import os
    import pty

    master, terminal = pty.openpty()
    writing = stopped.popen("label", "pod", "web", "a=b", "--overwrite", stderr=terminal)
    os.close(terminal)
    stdout, _ = writing.communicate()
    assert (stdout, os.read(master, 1000).decode().replace("\r\n", "\n")) == ("pod/web labeled\n", HINT)
    os.close(master)


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"garbage " * 50)


def make_foreign(path: Path) -> None:
    for part in path.parent.glob("state.db*"):
        part.unlink()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE bookmarks (url TEXT)")
    db.close()


def make_newer(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version=99")
    db.close()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (damage, "damaged: file is not a database"),
        (make_foreign, "not the state of a minikube_py cluster"),
        (make_newer, "written by a newer minikube_py (format 99, this one knows 1)"),
        (Path.unlink, "is gone"),
    ],
    ids=["damaged", "foreign", "newer", "gone"],
)
def test_a_state_file_that_cannot_be_read(tmp_path: Path, change: Callable[[Path], None], text: str) -> None:
    home = Home(tmp_path / "home")
    try:
        home.start("fake")
        home.do("stop")
        change(home.directory / "state.db")
        for words in (("get", "pods"), ("create", "configmap", "a"), ("get", "pods", "-w"), ("logs", "x")):
            outcome = home.mk(*words)
            assert (outcome.stdout, outcome.code, outcome.stderr.count("\n")) == ("", 1, 1), outcome
            assert outcome.stderr.startswith("error: ")
            assert text in outcome.stderr
        home.do("cluster", "delete")
        assert not home.directory.exists()
    finally:
        home.clean_up()


def test_damage_under_a_running_daemon_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    try:
        home.start("fake")
        (home.directory / "config.json").write_text("{damaged")
        assert home.mk("get", "pods").code == 0
        listed = home.mk("cluster", "list")
        assert (listed.code, listed.stderr.count("\n")) == (0, 1)
        home.do("stop")
        started = home.mk("start")
        assert started.code == 1
        assert started.stderr.startswith("error: the configuration of profile 'minikube' cannot be read: ")
        home.do("cluster", "delete")
    finally:
        home.clean_up()


def test_a_damaged_state_keeps_the_daemon_from_starting(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    try:
        home.start("fake")
        home.do("stop")
        damage(home.directory / "state.db")
        started = home.mk("start")
        assert started.code == 1
        assert started.stderr.endswith("state.db: damaged: file is not a database\n")
    finally:
        home.clean_up()


def test_two_starts_at_once_make_one_daemon(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    try:
        starts = [home.popen("start", "--runtime", "fake") for _ in range(3)]
        outputs = [start.communicate(timeout=60) for start in starts]
        assert [start.returncode for start in starts] == [0, 0, 0], outputs
        assert sum("is running already" in stdout for stdout, _ in outputs) == 2
        assert len([c for c in home.processes().values() if "minikube_py.cmd.daemon" in c]) == 1
        second = subprocess.run(
            [sys.executable, "-m", "minikube_py.cmd.daemon", str(home.directory), "1"],
            env=home.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (second.returncode, second.stdout) == (1, "another daemon runs this profile already\n")
    finally:
        home.clean_up()


@pytest.mark.parametrize("runtime", ["process", "fake"])
def test_a_very_long_home(tmp_path: Path, runtime: str) -> None:
    folder = tmp_path / ("d" * 100) / ("e" * 100) / "home"
    folder.parent.mkdir(parents=True)
    home = Home(folder)
    try:
        home.start(runtime)
        home.apply_pod("web", "echo ready; sleep 1000")
        home.wait_running("web")
        if runtime == "process":
            wait_until(lambda: home.do("logs", "web") == "ready\n")
            assert home.do("exec", "web", "--", "echo", "inside") == "inside\n"
        home.do("delete", "pod", "web")
    finally:
        home.clean_up()


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    home = Home(tmp_path / "file" / "home")
    home.kubeconfig = tmp_path / "kubeconfig"
    home.env["KUBECONFIG"] = str(home.kubeconfig)
    outcome = home.mk("start")
    assert (outcome.code, outcome.stderr) == (1, f"error: {home.folder}: not a directory\n")
    assert home.mk("cluster", "list").code == 0
    read = home.mk("get", "pods")
    assert (read.code, "Traceback" in read.stderr) == (1, False)


def test_everything_is_the_owners_alone(tmp_path: Path) -> None:
    """Folders are 0700; files and sockets 0600, or 0644 where a pod's own programs read them, inside folders of 0700."""
    home = Home(tmp_path / "home")
    try:
        home.start()
        home.apply_pod("web", "echo ready; sleep 1000")
        home.wait_running("web")
        wait_until(lambda: home.do("logs", "web") == "ready\n")
        home.do("create", "configmap", "m")
        open_to_others = []
        for path in (home.folder, *home.folder.rglob("*")):
            mode = path.lstat().st_mode
            of_pods = any(part in ("pods", "commands") for part in path.relative_to(home.folder).parts[1:-1])
            if not stat.S_ISLNK(mode) and stat.S_IMODE(mode) & 0o077 and not of_pods:
                open_to_others.append((str(path), oct(mode)))
        assert open_to_others == []
        assert stat.S_IMODE(home.kubeconfig.stat().st_mode) == 0o600
    finally:
        home.clean_up()


def test_a_watch_of_one_object_shows_it_once_and_then_its_changes(stopped: Home) -> None:
    stopped.do("create", "configmap", "watched")
    watching = stopped.popen("get", "configmap", "watched", "-w", "--no-headers", "--output-watch-events")
    assert watching.stdout is not None
    assert watching.stdout.readline().split()[:3] == ["ADDED", "watched", "0"]
    stopped.do("label", "configmap", "watched", "a=b")
    assert watching.stdout.readline().split()[:3] == ["MODIFIED", "watched", "0"]
    watching.terminate()
    watching.communicate()
