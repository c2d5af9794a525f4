"""The user's editor, run on a temporary file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping

from minikube_py.cli_runtime.errors import CliError

VARIABLES = ("KUBE_EDITOR", "EDITOR")
_QUOTING = "\"'\\"


def find_editor(environment: Mapping[str, str]) -> str:
    """Return the command of $KUBE_EDITOR or $EDITOR, else vi."""
    return next((environment[name] for name in VARIABLES if environment.get(name)), "notepad" if os.name == "nt" else "vi")


def make_command(editor: str, path: str, shell: str) -> list[str]:
    """Return the words to run; only a command with quotes goes through a shell, which the user then asked for."""
    if any(char in editor for char in _QUOTING):
        return [shell, "-c", f'{editor} "{path}"']
    return [*editor.split(" "), path]


def edit_text(text: str, suffix: str) -> tuple[str, str]:
    """Let the user edit a text; return what became of it and the path of the file, which stays. Raises CliError."""
    import subprocess

    path = _write_new_file(text, suffix)
    editor = find_editor(os.environ)
    command = make_command(editor, path, os.environ.get("SHELL") or "/bin/bash")
    try:
        subprocess.run(command, check=True)
    except FileNotFoundError as error:
        what = "there was a problem with" if "/" in command[0] else "unable to launch"
        raise CliError(f'{what} the editor "{editor}"') from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise CliError(f'there was a problem with the editor "{editor}"') from error
    with open(path, encoding="utf-8", errors="replace", newline="") as edited:
        return edited.read(), path


def _write_new_file(text: str, suffix: str) -> str:
    """Write a file that only the user may read, under a name that nobody has; return its path."""
    import random

    while True:
        path = os.path.join(tempfile.gettempdir(), f"kubectl-edit-{random.randrange(10**8, 10**10)}{suffix}")
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            continue
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path
