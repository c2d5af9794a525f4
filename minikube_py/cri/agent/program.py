"""Finding and running a container's program, with the words runc has for what goes wrong."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping, Sequence

CREATE_FAILED = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: {}: unknown"
)
EXEC_FAILED = (
    'failed to exec in container: failed to start exec "{}": OCI runtime exec failed: exec failed: '
    "unable to start container process: {}: unknown"
)


class ProgramError(Exception):
    """A program that cannot be started; its text is runc's, without prefix."""


def find_program(name: str, path: str) -> str:
    """Return the file to execute. Raises ProgramError."""
    if "/" in name:
        problem = _examine(name)
        if problem:
            raise ProgramError(f'exec: "{name}": {problem}')
        return name
    for folder in path.split(os.pathsep):
        candidate = os.path.join(folder or ".", name)
        if not _examine(candidate):
            return candidate
    raise ProgramError(f'exec: "{name}": executable file not found in $PATH')


def _examine(file: str) -> str:
    try:
        mode = os.stat(file).st_mode
    except OSError as error:
        return f"stat {file}: {_words(error)}"
    if stat.S_ISDIR(mode) or not os.access(file, os.X_OK):
        return "permission denied"
    return ""


def enter_directory(directory: str) -> None:
    """Make the working directory if it is not there, and go there. Raises ProgramError."""
    try:
        os.makedirs(directory, exist_ok=True)
        os.chdir(directory)
    except (NotADirectoryError, FileExistsError):
        file = directory
        while not os.path.lexists(file):
            file = os.path.dirname(file)
        raise ProgramError(f"error during container init: mkdir {file}: not a directory") from None
    except OSError as error:
        message = f'error during container init: chdir to cwd ("{directory}") set in config.json failed: {_words(error)}'
        raise ProgramError(message) from None


def execute(argv: Sequence[str], env: Mapping[str, str]) -> None:
    """Become the program. Raises ProgramError; returns only for a file of no executable format, after saying so on stderr."""
    file = find_program(argv[0], env.get("PATH", os.defpath))
    try:
        os.execve(file, list(argv), dict(env))  # noqa: S606
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise ProgramError(f'exec: "{argv[0]}": {_words(error)}') from None
        # runc learns of this only after the container has started, so it ends up in the log.
        os.write(2, f"exec {file}: exec format error\n".encode())


def _words(error: OSError) -> str:
    return os.strerror(error.errno or 0).lower()
