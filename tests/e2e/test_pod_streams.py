"""logs, exec, attach, run, port-forward and cp on pods that are real processes."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.conftest import SECONDS, Machine
from tests.e2e.shell import Outcome

pytestmark = pytest.mark.e2e
SHELL = ("--image=busybox", "--restart=Never", "-q", "--")


@pytest.fixture(scope="module")
def box(machine: Machine) -> str:
    """A pod that waits."""
    assert machine.mk("run", "box", "--image=busybox", "--", "sleep", "3600").code == 0
    assert machine.mk("wait", "--for=condition=Ready", "pod/box").code == 0
    return "box"


def test_exec_passes_on_output_input_and_exit_code(machine: Machine, box: str) -> None:
    done = machine.mk("exec", box, "--", "sh", "-c", "echo out; echo err >&2; exit 7")
    assert done == Outcome("out\n", "err\ncommand terminated with exit code 7\n", 7)
    text = "some input\n" * 100_000
    assert machine.mk("exec", "-i", box, "--", "cat", stdin=text).stdout == text
    assert machine.mk("exec", box, "--", "cat", stdin=text) == Outcome("", "", 0)


def test_exec_tells_what_is_not_a_program(machine: Machine, box: str) -> None:
    done = machine.mk("exec", box, "--", "nope")
    assert done.code == 1
    assert re.sub(r'"[0-9a-f]{64}"', '"ID"', done.stderr) == (
        "error: Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: "
        'failed to start exec "ID": OCI runtime exec failed: exec failed: unable to start container process: '
        'exec: "nope": executable file not found in $PATH: unknown\n'
    )


def test_run_joins_a_pod_and_deletes_it(machine: Machine) -> None:
    assert machine.mk("run", "cat", "-i", "--rm", *SHELL, "cat", stdin="typed in\n") == Outcome("typed in\n", "", 0)
    assert machine.mk("wait", "--for=delete", "pod/cat").code == 0


def test_run_shows_what_was_said_before_it_joined(machine: Machine) -> None:
    done = machine.mk("run", "early", "-i", *SHELL, "sh", "-c", "echo early; cat; echo late; exit 4", stdin="typed\n")
    assert done == Outcome("early\ntyped\nlate\n", "pod default/early terminated (Error)\n", 4)


def test_following_a_log_ends_with_the_container(machine: Machine) -> None:
    machine.mk("run", "count", *SHELL, "sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.2; done")
    machine.mk("wait", "--for=jsonpath={.status.containerStatuses[0].state.running}", "pod/count", "--timeout=5s")
    assert machine.mk("logs", "-f", "count") == Outcome("1\n2\n3\n", "", 0)


def test_attach_shows_what_comes(machine: Machine) -> None:
    machine.mk("run", "tick", "--image=busybox", "--", "sh", "-c", "while true; do echo tick; sleep 0.1; done")
    machine.mk("wait", "--for=condition=Ready", "pod/tick")
    attached = machine.start_mk("attach", "tick")
    assert attached.stdout is not None
    assert attached.stdout.readline() == "tick\n"
    attached.send_signal(signal.SIGINT)
    attached.communicate(timeout=SECONDS)


@contextmanager
def forwarding(machine: Machine, *words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Forward a port and give the process and the local port."""
    process = machine.start_mk("port-forward", *words)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.match(r"Forwarding from 127\.0\.0\.1:(\d+) -> ", line)
        assert found, line
        yield process, int(found[1])
    finally:
        process.kill()
        process.communicate(timeout=SECONDS)


def test_port_forward_carries_requests_until_interrupted(machine: Machine) -> None:
    machine.mk("run", "web", "--image=nginx", "--port=80")
    assert machine.mk("wait", "--for=condition=Ready", "pod/web").code == 0
    with forwarding(machine, "pod/web", ":80") as (process, port):
        for _ in range(3):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=SECONDS) as answer:
                assert b"Welcome to nginx!" in answer.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0


def test_port_forward_ends_when_nothing_listens(machine: Machine, box: str) -> None:
    with forwarding(machine, f"pod/{box}", ":9") as (process, port):
        with pytest.raises(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=SECONDS)
        assert process.wait(SECONDS) == 1
        assert process.stderr is not None
        assert process.stderr.read().endswith("error: lost connection to pod\n")


def test_cp_there_and_back(machine: Machine, box: str) -> None:
    source = machine.folder / "source"
    (source / "below").mkdir(parents=True)
    (source / "one").write_bytes(os.urandom(3_000_000))
    (source / "below" / "two").write_text("two")
    inside = machine.folder / "inside"
    assert machine.mk("cp", "source", f"{box}:{inside}") == Outcome("", "", 0)
    assert machine.mk("cp", f"{box}:{inside}", "back").code == 0
    assert (machine.folder / "back" / "one").read_bytes() == (source / "one").read_bytes()
    assert (machine.folder / "back" / "below" / "two").read_text() == "two"


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, machine: Machine, *words: str) -> None:
        self._master, slave = pty.openpty()
        self.resize(40, 100)
        command = machine.command(words)
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=machine.env, cwd=machine.folder, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(slave)
        self.seen = ""

    def resize(self, rows: int, columns: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text: str) -> None:
        """Type."""
        os.write(self._master, text.encode())

    def expect(self, pattern: str) -> str:
        """Read until a pattern has come, and return what fitted it."""
        while not re.search(pattern, self.seen):
            assert select.select([self._master], [], [], SECONDS)[0], self.seen
            self.seen += os.read(self._master, 65536).decode(errors="replace")
        found = re.search(pattern, self.seen)
        assert found is not None
        self.seen = self.seen[found.end() :]
        return found[0]


def test_terminal_is_handed_over_with_its_size(machine: Machine, box: str) -> None:
    terminal = Terminal(machine, "exec", "-it", box, "--", "sh", "-c", "echo ready; while read line; do $line; done")
    terminal.expect("ready")
    terminal.type("tty\r")
    terminal.expect(r"/dev/pts/\d+")
    terminal.type("stty size\r")
    terminal.expect("40 100")
    terminal.resize(50, 120)
    terminal.type("stty size\r")
    while terminal.expect("40 100|50 120") != "50 120":  # the news of the new size goes beside what is typed
        terminal.type("stty size\r")
    terminal.type("exit 5\r")
    terminal.expect("command terminated with exit code 5")
    assert terminal.process.wait(SECONDS) == 5


def test_streams_of_a_stopped_cluster(machine: Machine) -> None:
    machine.mk("run", "last", *SHELL, "echo", "last words")
    machine.mk("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/last")
    machine.mk("stop")
    assert machine.mk("logs", "last") == Outcome("last words\n", "", 0)
    done = machine.mk("exec", "box", "--", "ls")
    assert (done.code, done.stdout) == (1, "")
    assert 'unable to upgrade connection: container not found ("box")' in done.stderr
