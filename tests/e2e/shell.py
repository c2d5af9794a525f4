"""What a learner has: a shell whose kubectl and minikube lead to a cluster of its own."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

PAUSE = 0.1
COMMAND_SECONDS = 60.0


class Outcome(NamedTuple):
    """What a command printed, and its exit code."""

    stdout: str
    stderr: str
    code: int


class Shell:
    """Runs command lines with sh in `directory`, where the manifests are. `told` keeps what earlier commands said."""

    def __init__(self, directory: Path, env: Mapping[str, str]) -> None:
        self.directory, self.env = directory, dict(env)
        self.told: dict[str, Outcome] = {}

    def run(self, text: str) -> Outcome:
        """Run a command line to its end."""
        done = subprocess.run(
            ["sh", "-c", text],
            cwd=self.directory,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        self.told[text] = Outcome(done.stdout, done.stderr, done.returncode)
        return self.told[text]

    def out(self, text: str) -> str:
        """Run a command line that must succeed and return its standard output."""
        outcome = self.run(text)
        assert outcome.code == 0, f"$ {text}\n{outcome.stdout}{outcome.stderr}[exit {outcome.code}]"
        return outcome.stdout

    def fail(self, text: str) -> str:
        """Run a command line that must fail with 1 and print nothing else; return its standard error."""
        outcome = self.run(text)
        assert (outcome.code, outcome.stdout) == (1, ""), f"$ {text}\n{outcome.stdout}{outcome.stderr}[exit {outcome.code}]"
        return outcome.stderr

    def wait_for(self, text: str, contains: str, seconds: float = 20.0) -> str:
        """Repeat a command until its output matches the pattern `contains`, and return that output."""
        deadline = time.monotonic() + seconds
        while True:
            outcome = self.run(text)
            if re.search(contains, outcome.stdout, re.MULTILINE):
                return outcome.stdout
            assert time.monotonic() < deadline, f"$ {text}\nnever showed {contains!r}:\n{outcome.stdout}{outcome.stderr}"
            time.sleep(PAUSE)

    def on_terminal(self, text: str) -> Outcome:
        """Run a command line whose three streams are a terminal; all that appears there is `stdout`."""
        master, slave = pty.openpty()
        command = ["sh", "-c", text]
        process = subprocess.Popen(
            command, cwd=self.directory, env=self.env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        shown = b"".join(_read_terminal(master)).decode().replace("\r\n", "\n")
        os.close(master)
        self.told[text] = Outcome(shown, "", process.wait(COMMAND_SECONDS))
        return self.told[text]

    @contextmanager
    def port_forward(self, target: str, remote: int) -> Iterator[tuple[str, int]]:
        """Forward a free local port while the context lasts; give the URL and the port. The lines it printed are checked."""
        port = free_port()
        process = subprocess.Popen(
            ["sh", "-c", f"exec kubectl port-forward {target} {port}:{remote}"],
            cwd=self.directory,
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == f"Forwarding from 127.0.0.1:{port} -> {remote}\n"
            yield f"http://127.0.0.1:{port}/", port
        finally:
            process.terminate()
            process.wait(COMMAND_SECONDS)
            process.stdout.close()


def _read_terminal(master: int) -> Iterator[bytes]:
    deadline = time.monotonic() + COMMAND_SECONDS
    while select.select([master], [], [], max(0.0, deadline - time.monotonic()))[0]:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # EIO: the last process closed its side
            return
        if not chunk:
            return
        yield chunk
    raise AssertionError("nothing more came, but the command goes on")


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url: str, seconds: float = 10.0) -> str:
    """Return a page, as curl would; a server that is still starting is asked again."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urlopen(url, timeout=seconds) as answer:
                return str(answer.read().decode())
        except (URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE)


def read_table(text: str) -> list[dict[str, str]]:
    """Return the rows of a kubectl table, by their column's heading."""
    header, *lines = text.rstrip("\n").split("\n")
    starts = [m.start() for m in re.finditer(r"(?<!\S)\S+(?: \S+)*", header)]
    names = [header[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)]
    return [{n: line[a:b].strip() for n, a, b in zip(names, starts, [*starts[1:], None], strict=True)} for line in lines]


def events_of(shell: Shell, name: str, namespace: str = "default") -> list[tuple[str, str, str]]:
    """Return (type, reason, message) of an object's events, oldest first."""
    where = f"-n {namespace} --field-selector involvedObject.name={name}"
    events = json.loads(shell.out(f"kubectl get events {where} -o json"))["items"]
    return [(event["type"], event["reason"], event["message"]) for event in events]
