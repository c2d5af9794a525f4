"""The two folders that diff compares, LIVE and MERGED: a file an object in each, and the program that tells how they differ."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from types import TracebackType

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Streams
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.component_base.os_errors import tell_os_error

DIFFERENT = 1  # what diff programs exit with when they found differences
_OPTION = re.compile("[a-zA-Z0-9-=]+")  # what KUBECTL_EXTERNAL_DIFF may pass on; anything else is dropped


class DiffFolders:
    """A context manager: makes both folders below TMPDIR, readable by their owner only, and removes them at its end."""

    def __enter__(self) -> DiffFolders:
        self.live = _make_folder("LIVE")
        try:
            self.merged = _make_folder("MERGED")
        except OSError:
            shutil.rmtree(self.live, ignore_errors=True)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for folder in (self.live, self.merged):
            shutil.rmtree(folder, ignore_errors=True)

    def write_live(self, name: str, text: str) -> None:
        """Write an object as it is."""
        _write(os.path.join(self.live, name), text)

    def write_merged(self, name: str, text: str) -> None:
        """Write an object as it would be."""
        _write(os.path.join(self.merged, name), text)

    def compare(self, streams: Streams) -> int:
        """Run the diff program on both folders and return 0 (the same) or 1 (not). Raises CliError where it fails."""
        command = make_command(os.environ.get("KUBECTL_EXTERNAL_DIFF", ""), self.live, self.merged)
        code = _run(command, streams)
        if code > DIFFERENT or code < 0:
            raise CliError(f'failed to run "{command[0]}": {_describe_exit(code)}')
        return code


def file_name(info: Info) -> str:
    """Return `apps.v1.Deployment.default.web`."""
    resource = info.resource
    return f"{resource.group}{'.' * bool(resource.group)}{resource.version}.{resource.kind}.{info.namespace}.{info.name}"


def _make_folder(name: str) -> str:
    """Return a new folder `name-NUMBER` below TMPDIR, its owner's only."""
    while True:
        path = os.path.join(tempfile.gettempdir(), f"{name}-{secrets.randbits(32)}")
        with suppress(FileExistsError):
            os.mkdir(path, 0o700)
            return path


def make_command(external: str, live: str, merged: str) -> list[str]:
    """Return the command that compares: `external` (KUBECTL_EXTERNAL_DIFF) split at spaces without a shell, else diff."""
    if not external:
        return ["diff", "-u", "-N", live, merged]
    program, *options = external.split(" ")
    return [program, live, merged, *(option for option in options if _OPTION.fullmatch(option))]


def _write(path: str, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o700), "w", encoding="utf-8") as file:
        file.write(text)


def _run(command: list[str], streams: Streams) -> int:
    streams.stdout.flush()
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=not _has_files(streams), check=False)
    except FileNotFoundError as error:
        name = command[0]
        why = (
            f"fork/exec {name}: no such file or directory"
            if "/" in name
            else f'exec: "{name}": executable file not found in $PATH'
        )
        raise CliError(f'failed to run "{name}": {why}') from error
    except OSError as error:
        raise CliError(f'failed to run "{command[0]}": {tell_os_error(error)}') from error
    if done.stdout:
        streams.stdout.write(done.stdout.decode("utf-8", "surrogateescape"))
    if done.stderr:
        streams.stderr.write(done.stderr.decode("utf-8", "surrogateescape"))
    return done.returncode


def _has_files(streams: Streams) -> bool:
    """Return whether the streams are this process's own, which the program inherits: it may colour, page, and be slow."""
    return streams.stdout is sys.__stdout__ and streams.stderr is sys.__stderr__


def _describe_exit(code: int) -> str:
    if code >= 0:
        return f"exit status {code}"
    import signal

    return f"signal: {signal.strsignal(-code) or -code}".lower()
