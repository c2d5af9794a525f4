"""Programs as real processes: started on a port that the system chooses, waited for by their own word, ended by SIGTERM."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

import minikube_py.kubelet.images as images

RUNNER = Path(images.__file__).with_name("run_program.py")
DEADLINE = 20


class Running(NamedTuple):
    """A program that listens. `get` returns the answer's status, headers and text."""

    process: subprocess.Popen[bytes]
    host: str
    port: int

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=DEADLINE)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()

    def get(self, path: str = "/", headers: Mapping[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        return self.request("GET", path, headers=headers)

    def end(self) -> tuple[int, str, str]:
        """Send SIGTERM; return exit code, standard output and standard error."""
        self.process.terminate()
        out, err = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, out.decode(), err.decode()


Start = Callable[..., Running]


def make_env(**extra: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOSTNAME": "web-0", "MINIKUBE_PY_BIND": "127.0.0.1", **extra}


@pytest.fixture
def start() -> Iterator[Start]:
    """Start `start(program, *arguments, **environment)` and wait until it listens."""
    with ExitStack() as stack:

        def start_program(name: str, *arguments: str, **env: str) -> Running:
            reading, writing = os.pipe()
            process = subprocess.Popen(
                [sys.executable, "-S", "-E", str(RUNNER), name, *arguments],
                env=make_env(**{"MINIKUBE_PY_PORT": "0", "MINIKUBE_PY_READY_FD": str(writing), **env}),
                pass_fds=[writing], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            stack.callback(_end, process)
            os.close(writing)
            with open(reading, encoding="ascii") as pipe:
                line = pipe.read()
            if not line:
                raise AssertionError(f"{name} does not listen: {process.communicate(timeout=DEADLINE)!r}")
            host, port = line.split()
            return Running(process, host, int(port))

        yield start_program


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate(timeout=DEADLINE)


@pytest.fixture
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `run(program, *arguments, stdin="", **environment)` to its end."""

    def run_program(name: str, *arguments: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-S", "-E", str(RUNNER), name, *arguments]
        return subprocess.run(
            command, env=make_env(**env), input=stdin, capture_output=True, text=True, timeout=DEADLINE, check=False
        )

    return run_program
