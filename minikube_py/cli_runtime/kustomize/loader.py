"""Files of a kustomization: paths are relative to its folder (the root), and files outside of it are not read.

There is no network, so nothing is fetched from URLs and repositories; they are refused by name.
"""

from __future__ import annotations

import os
import re
import stat

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.component_base.os_errors import tell_os_error

MAX_BYTES = 64 * 1024 * 1024
_MAX_LINKS = 255
_REMOTE_FILE = re.compile(r"https?://", re.IGNORECASE)
_REPOSITORY = re.compile(r"(git::)?((ssh|https?|file)://|github\.com[/:]|[a-zA-Z][a-zA-Z0-9-]*@[^/]*:)", re.IGNORECASE)


class RemoteRefused(KustomizeError):
    """A URL or a repository, which cannot be had."""


class Loader:
    """The files of one root. `referrer` is the loader of the kustomization that named this root."""

    def __init__(self, root: str, *, restricted: bool = True, referrer: Loader | None = None) -> None:
        self.root, self.restricted, self.referrer = root, restricted, referrer

    def load(self, path: str) -> bytes:
        """Return a file's content. Raises KustomizeError."""
        if _REMOTE_FILE.match(path):
            raise _refuse(path)
        path = os.path.normpath(os.path.join(self.root, path))
        if self.restricted:
            path = self._confirm_below(path)
        try:
            with open(path, "rb") as file:
                return file.read(MAX_BYTES)
        except OSError as error:
            verb = "read" if isinstance(error, IsADirectoryError) else "open"
            raise KustomizeError(f"{verb} {path}: {tell_os_error(error)}") from error

    def _confirm_below(self, path: str) -> str:
        folder, name = split_clean(path)
        if not name:
            raise KustomizeError(f"'{path}' must resolve to a file")
        if not is_below(folder, self.root):
            raise KustomizeError(f"security; file '{path}' is not in or below '{self.root}'")
        return os.path.join(folder, name)

    def descend(self, path: str) -> Loader:
        """Return the loader of another kustomization's folder. Raises KustomizeError, also where it is this one or above it."""
        if not path:
            raise KustomizeError("new root cannot be empty")
        if is_repository(path):
            raise _refuse(path)
        if os.path.isabs(path):
            raise KustomizeError(f"new root '{path}' cannot be absolute")
        root = confirm_folder(os.path.normpath(os.path.join(self.root, path)))
        visited: Loader | None = self
        while visited is not None:
            if is_below(visited.root, root):
                raise KustomizeError(f"cycle detected: candidate root '{root}' contains visited root '{visited.root}'")
            visited = visited.referrer
        return Loader(root, restricted=self.restricted, referrer=self)


def open_root(path: str, *, restricted: bool = True) -> Loader:
    """Return the loader of the folder that a build begins in. Raises KustomizeError."""
    if is_repository(path):
        raise _refuse(path)
    return Loader(confirm_folder(path), restricted=restricted)


def is_repository(path: str) -> bool:
    """Return whether a path is one that kustomize would clone."""
    rest = path[match.end() :] if (match := _REPOSITORY.match(path)) else ""
    return "/" in rest or bool(rest and path.lower().startswith("file://"))


def _refuse(path: str) -> RemoteRefused:
    return RemoteRefused(f"'{path}' is remote: there is no network to fetch files and repositories from")


def confirm_folder(path: str) -> str:
    """Return a folder's real path. Raises KustomizeError."""
    if not path:
        raise KustomizeError("must build at directory: directory path cannot be empty")
    try:
        folder, name = split_clean(path)
    except KustomizeError as error:
        raise error.wrap("must build at directory: not a valid directory") from error
    if name:
        raise KustomizeError(f"must build at directory: '{path}': file is not directory")
    return folder


def split_clean(path: str) -> tuple[str, str]:
    """Return the real folder and, where the path is no folder, the file's name. Raises KustomizeError."""
    try:
        real = _follow_links(os.path.abspath(path))
    except ValueError as error:  # a zero byte
        raise KustomizeError(f"evalsymlink failure on '{path}' : lstat {path}: invalid argument") from error
    except OSError as error:
        if error.filename:
            where = f"lstat {error.filename}: {tell_os_error(error)}"
        else:
            where = "not a directory" if isinstance(error, NotADirectoryError) else "EvalSymlinks: too many links"
        raise KustomizeError(f"evalsymlink failure on '{path}' : {where}") from error
    return (real, "") if os.path.isdir(real) else os.path.split(real)


def is_below(folder: str, parent: str) -> bool:
    """Return whether a folder is another one or lies below it."""
    return parent in ("/", folder) or folder.startswith(parent + "/")


def _follow_links(path: str) -> str:
    """Return the path without links, part by part, so that an error names the first part that is not there."""
    done, rest, links = "/", [part for part in path.split("/") if part], 0
    while rest:
        part = rest.pop(0)
        if part in (".", ".."):
            done = os.path.dirname(done) if part == ".." else done
            continue
        here = os.path.join(done, part)
        mode = os.lstat(here).st_mode
        if not stat.S_ISLNK(mode):
            if rest and not stat.S_ISDIR(mode):
                raise NotADirectoryError
            done = here
            continue
        links += 1
        if links > _MAX_LINKS:
            raise OSError
        target = os.readlink(here)
        done = "/" if target.startswith("/") else done
        rest = [piece for piece in target.split("/") if piece] + rest
    return done
