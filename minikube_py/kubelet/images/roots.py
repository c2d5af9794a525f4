"""An image's own files, for a runtime that lays them over the host's programs as the container's root.

There the image's commands are in /usr/local/sbin, first on every image's PATH, so that PATH is the image's own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from .catalogue import Image
from .launchers import adapt_to_host, find_command, format_launcher, list_applets, publish

COMMANDS = "usr/local/sbin"
_HERE = Path(__file__).parent
_USERS = (
    ("root", 0, "/root", "/bin/sh"),
    ("daemon", 1, "/usr/sbin", "/bin/false"),
    ("bin", 2, "/bin", "/bin/false"),
    ("sys", 3, "/dev", "/bin/false"),
    ("mail", 8, "/var/spool/mail", "/bin/false"),
    ("www-data", 33, "/var/www", "/bin/false"),
    ("operator", 37, "/var", "/bin/false"),
    ("nobody", 65534, "/home", "/bin/false"),
)
_BUSYBOX = '#!/bin/sh\n[ $# -gt 0 ] || set -- echo "BusyBox, by way of the programs of this host"\nexec "$@"\n'


def make_image_root(image: Image, directory: Path) -> Path:
    """Make the folder of an image's files below `directory` and return it; made once, shared, anew after an upgrade."""
    files = _list_files(image)
    digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:16]
    target = directory / f"{digest}-root"
    if not target.is_dir():
        publish(files, target)
    return target


@lru_cache(maxsize=128)
def _read_page(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _list_files(image: Image) -> dict[str, str]:
    """Return each file's path, without the first slash, and its text, or the path it links to."""
    files = {
        "etc/passwd": "".join(f"{name}:x:{uid}:{uid}:{name}:{home}:{shell}\n" for name, uid, home, shell in _USERS),
        "etc/group": "".join(f"{name}:x:{uid}:\n" for name, uid, _, _ in _USERS),
    }
    commands = {name: text for name, what in image.bin.items() if (text := format_launcher(what))}
    if image.busybox:
        commands = {**_get_applets(), **commands}
        if not os.path.lexists("/usr/bin/busybox"):
            files["usr/bin/busybox"] = _BUSYBOX
    files |= {f"{COMMANDS}/{name}": text for name, text in commands.items()}
    return files | {path.lstrip("/"): _read_page(name) for path, name in image.files.items()}


@lru_cache(maxsize=1)
def _get_applets() -> Mapping[str, str]:
    return list_applets()


def adapt_to_root(
    image: Image, command: Sequence[str], env: Mapping[str, str], directory: Path
) -> tuple[tuple[str, ...], dict[str, str], str]:
    """Return command, environment and folder of files with which a container of the image runs in a root of its own.

    An image without a shell gets its own commands only, as with `adapt_to_host`. The host's PATH comes last where the host
    has its programs in other places than Linux usually has.
    """
    if not image.shell:
        return (*adapt_to_host(image, command, env, directory), "")
    root = make_image_root(image, directory)
    path = env.get("PATH", "")
    if shutil.which("ls", path=path) is None:
        path = f"{path}:{os.environ.get('PATH', os.defpath)}"
    words = (find_in_root(command[0], image, directory), *command[1:]) if command else ()
    return words, {**env, "PATH": path}, str(root)


def find_in_root(name: str, image: Image, directory: Path) -> str:
    """Return the path, within the root, of a command given by its path in the image; PATH finds the others, as they are."""
    if "/" not in name:
        return name
    root = make_image_root(image, directory)
    found = find_command(name, root / COMMANDS)
    return found if found == name else found.removeprefix(str(root))
