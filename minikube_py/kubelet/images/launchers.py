"""An image's commands on this host: folders of small launchers, for runtimes that have no image file systems."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import stat
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from .catalogue import Image

_RUNNER = Path(__file__).with_name("run_program.py")
_SYSTEM_FOLDERS = {
    "",
    ".",
    "/",
    "/bin",
    "/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/local/apache2/bin",
}
_HOST_MARK = "{host:"


def make_bin_directory(image: Image, directory: Path) -> Path:
    """Make the folder of an image's commands below `directory` and return it.

    Its name holds a digest of what is in it, so it is made once, shared by containers, and made anew after an upgrade. It
    appears whole or not at all. Commands that need a program the host lacks are left out.
    """
    scripts = {name: text for name, what in image.bin.items() if (text := format_launcher(what))}
    digest = hashlib.sha256(repr(sorted(scripts.items())).encode()).hexdigest()[:16]
    target = directory / digest
    if not target.is_dir():
        publish(scripts, target)
    return target


def publish(files: Mapping[str, str], target: Path) -> None:
    """Write files, by their path below `target`: scripts (`#!...`), texts, and links (what has no newline is the path linked
    to). The folder appears whole."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=target.parent))
    draft.chmod(0o755)  # a container's process may run as another user
    for name, text in files.items():
        path = draft / name
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        if "\n" in text:
            path.write_text(text, encoding="utf-8")
            path.chmod(0o755 if text.startswith("#!") else 0o644)
        else:
            path.symlink_to(text)
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)
        if not target.is_dir():
            raise


def format_launcher(what: str) -> str:
    """Return the text of a `bin` entry's script, the path of a link, or "" where the host lacks what it needs."""
    if what.startswith("="):
        return sys.executable if what == "=python" else shutil.which(what[1:]) or ""
    if what.startswith("#!"):
        return _fill_in_host(what)
    command = shlex.join([sys.executable, "-S", "-E", str(_RUNNER), *shlex.split(what)])
    return f'#!/bin/sh\nexec {command} "$@"\n'


def _fill_in_host(text: str) -> str:
    while _HOST_MARK in text:
        before, _, rest = text.partition(_HOST_MARK)
        name, _, after = rest.partition("}")
        path = shutil.which(name)
        if path is None:
            return ""
        text = before + shlex.quote(path) + after
    return text


def prepare_path(directory: Path) -> str:
    """Make, once, a folder of links to the host's busybox applets below `directory`; return it, "" without a busybox."""
    target = directory / "busybox"
    if not target.is_dir() or shutil.which("busybox") is None:
        applets = list_applets()
        if not applets:
            return ""
        publish(applets, target)
    return str(target)


def list_applets() -> dict[str, str]:
    """Return the names of the host's busybox applets, each with busybox's path; none where there is no busybox."""
    import subprocess

    busybox = shutil.which("busybox")
    if busybox is None:
        return {}
    listed = subprocess.run([busybox, "--list"], capture_output=True, text=True, timeout=10, check=False)
    if listed.returncode != 0:
        return {}
    return dict.fromkeys((name for name in listed.stdout.split() if "/" not in name), busybox)


def find_command(name: str, bin_directory: Path) -> str:
    """Return the launcher of a command, `nginx` or where images have it (`/usr/sbin/nginx`, `/agnhost`); else `name`."""
    folder, _, last = name.rpartition("/")
    launcher = bin_directory / last
    if last and (folder in _SYSTEM_FOLDERS or not os.path.exists(name)) and _is_executable(launcher):
        return str(launcher)
    return name


def _is_executable(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and os.access(path, os.X_OK)


def adapt_to_host(
    image: Image, command: Sequence[str], env: Mapping[str, str], directory: Path
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return command and environment with which a container of the image runs as a process of this host.

    PATH begins with the image's own commands, then (for busybox and its like) the host's applets, then the container's PATH;
    the daemon's PATH ends it. An image without a shell gets its own commands only, so that `sh` is not found in it.
    """
    own = make_bin_directory(image, directory)
    folders = [str(own)]
    if image.shell:
        applets = prepare_path(directory) if image.busybox else ""
        folders += [applets, *env.get("PATH", "").split(":"), *os.environ.get("PATH", os.defpath).split(":")]
    path = ":".join(dict.fromkeys(folder for folder in folders if folder))
    first = find_command(command[0], own) if command else ""
    return ((first, *command[1:]) if command else ()), {**env, "PATH": path}
