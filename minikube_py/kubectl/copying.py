"""Copying into and out of containers: archives through the stdin and stdout of a tar that runs in the container."""

from __future__ import annotations

import contextlib
import glob
import io
import os
import posixpath
import shutil
import tarfile
import threading
from collections.abc import Iterator
from itertools import count
from typing import IO, Any, NamedTuple, TextIO

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory, Streams
from minikube_py.cli_runtime.remote_command import finish, join
from minikube_py.client.resources import PODS
from minikube_py.client.streams import End, Stream, StreamError
from minikube_py.component_base.os_errors import tell_os_error
from minikube_py.kubectl.podcmd import find_or_default_container, refuse_finished

CORRUPTED = "tar contents corrupted"


class FileSpec(NamedTuple):
    """A place: in a container where `pod` is not "", else here."""

    namespace: str
    pod: str
    path: str


class Remote:
    """A container to run commands in."""

    def __init__(self, factory: Factory, namespace: str, pod: str, container: str) -> None:
        self.factory, self._namespace, self._pod, self._container = factory, namespace, pod, container

    def exec(self, *command: str, stdin: bool = False, quiet: bool = False, tell: TextIO | None = None) -> Stream:
        """Start a command; what is said about the choice of the container goes to `tell`, stderr by default."""
        factory = self.factory
        if tell is not None:
            factory = factory.with_streams(factory.streams._replace(stderr=tell))
        pod = factory.client().get(PODS, self._pod, self._namespace)
        refuse_finished(pod)
        name = self._container or find_or_default_container(factory, pod, "", quiet=quiet)["name"]
        streams = factory.connection.streams
        opened: Stream = streams.exec(self._namespace, self._pod, name, command, stdin=stdin, tty=False)
        return opened

    def is_directory(self, path: str) -> bool:
        """Return whether there is a folder in the container."""
        nowhere = io.StringIO()
        try:
            stream = self.exec("test", "-d", path, quiet=True)
            return join(Streams(nowhere, nowhere, nowhere), stream, stdin=False).exit_code == 0
        except (StatusError, StreamError, CliError):
            return False  # the copying itself will say what is wrong


def copy_to_pod(remote: Remote, source: str, target: str, *, no_preserve: bool) -> None:
    """Copy a file or folder into the container; into a folder that is there, under its own name. Raises CliError."""
    if not os.path.exists(source):
        raise CliError(f"{source} doesn't exist in local filesystem")
    if remote.is_directory(target):
        target = posixpath.join(target, os.path.basename(source))
    target = posixpath.normpath(target)
    options = ("--no-same-permissions", "--no-same-owner") if no_preserve else ()
    command = ("tar", *options, "-xmf", "-", "-C", posixpath.dirname(target) or ".")
    stream = remote.exec(*command, stdin=True)
    reader, writer = os.pipe()
    problems: list[OSError] = []

    def pack() -> None:
        try:
            with os.fdopen(writer, "wb") as out:
                make_tar(os.path.normpath(source), posixpath.basename(target), out)
        except OSError as error:  # tar went away, which says why itself, or a file that cannot be read
            problems.append(error)

    packer = threading.Thread(target=pack, daemon=True)
    packer.start()
    with os.fdopen(reader) as archive:
        end = join(remote.factory.streams._replace(stdin=archive), stream, stdin=True)
    packer.join()
    finish(end)
    if problems:
        raise CliError(describe_os_error(problems[0]))


def make_tar(source: str, name: str, out: IO[bytes]) -> None:
    """Write a file, or what is in a folder, as an archive whose names begin with `name`. Folders as such only where empty."""
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for path in glob.glob(source) or [source]:
            for file, below in list_files(path, name):
                archive.inodes = {}  # type: ignore[attr-defined]  # a second name of a file is a file, not a link
                entry = archive.gettarinfo(file, below)
                if entry.isreg():
                    with open(file, "rb") as content:
                        archive.addfile(entry, content)
                else:
                    archive.addfile(entry)


def list_files(path: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield each file with its name in the archive."""
    if not os.path.isdir(path) or os.path.islink(path):
        yield path, name
        return
    entries = sorted(os.listdir(path))
    if not entries:
        yield path, name
    for entry in entries:
        yield from list_files(os.path.join(path, entry), posixpath.join(name, entry))


def copy_from_pod(remote: Remote, source: FileSpec, target: str, retries: int) -> None:
    """Copy a file or folder out of the container. Raises CliError; tar's own words go to stdout, as with kubectl."""
    reader, writer = os.pipe()
    download = Download(remote, source.path, retries, writer)
    with os.fdopen(reader, "rb") as archive:
        download.start()
        with contextlib.suppress(tarfile.ReadError):  # it broke off; the end of the command says why
            unpack(remote.factory, source, target, archive)
        while archive.read(1 << 16):
            pass
    end = download.wait()
    if end.error:
        raise CliError(end.error)
    if end.exit_code:
        raise CliError("", end.exit_code, prefix="")  # tar has said why


class Download(threading.Thread):
    """Runs tar in the container and writes its archive to a pipe; goes on where it broke off."""

    def __init__(self, remote: Remote, path: str, retries: int, writer: int) -> None:
        super().__init__(daemon=True)
        self._remote, self._path, self._retries = remote, path, retries
        self._out = CountingWriter(writer)
        self._stream = self._open()
        self._end = End(1)
        self._problem: OSError | None = None

    def _open(self) -> Stream:
        command: tuple[str, ...] = ("tar", "cf", "-", self._path)
        if self._retries:
            quoted = self._path.replace("'", "'\\''")
            command = ("sh", "-c", f"tar cf - '{quoted}' | tail -c+{self._out.count + 1}")
        return self._remote.exec(*command, tell=self._remote.factory.streams.stdout)

    def run(self) -> None:
        """Carry the archive to the pipe."""
        try:
            with io.TextIOWrapper(io.BufferedWriter(self._out)) as out:
                self._end = self._carry(out)
        except OSError as error:  # nobody reads any more
            self._problem = error

    def _carry(self, out: TextIO) -> End:
        streams = self._remote.factory.streams
        streams = Streams(streams.stdin, out, streams.stdout)
        for tries in count(1):
            end = join(streams, self._stream, stdin=False)
            if not end.error or 0 <= self._retries < tries:
                break
            self._remote.factory.write(f"Resuming copy at {self._out.count} bytes, retry {tries}/{self._retries}\n")
            self._stream = self._open()
        return end

    def wait(self) -> End:
        """Return how the command ended. Raises OSError where what it gave could not be passed on."""
        self.join()
        if self._problem is not None:
            raise self._problem
        return self._end


class CountingWriter(io.RawIOBase):
    """Writes to a descriptor and counts."""

    def __init__(self, fd: int) -> None:
        self._fd, self.count = fd, 0

    def writable(self) -> bool:
        """Say so."""
        return True

    def write(self, data: Any) -> int:
        """Write what the descriptor takes and return how much that was."""
        written = os.write(self._fd, data)
        self.count += written
        return written

    def close(self) -> None:
        """Close the descriptor."""
        if not self.closed:
            os.close(self._fd)
        super().close()


def unpack(factory: Factory, source: FileSpec, target: str, archive: IO[bytes]) -> None:
    """Write an archive's files below `target`: never outside of it, and no links, of which it warns. Raises CliError."""
    prefix = strip_shortcuts(posixpath.normpath(source.path.lstrip("/\\")))
    warned = False
    with tarfile.open(fileobj=archive, mode="r|") as files:
        for entry in files:
            name = entry.name + ("/" if entry.isdir() else "")
            if not name.startswith(prefix):
                raise CliError(CORRUPTED)
            path = join_local(target, name[len(prefix) :])
            if not is_below(target, path):
                factory.warn(f'warning: file "{path}" is outside target destination, skipping')
            elif entry.issym():
                advice = f' (consider using "kubectl exec -n "{source.namespace}" "{source.pod}" -- tar cf - "{source.path}" | tar xf -")'
                factory.warn(f'warning: skipping symlink: "{path}" -> "{entry.linkname}"' + ("" if warned else advice))
                warned = True
            else:
                linked = join_local(target, entry.linkname[len(prefix) :])
                write_entry(files, entry, path, linked if is_below(target, linked) else "")


def write_entry(files: tarfile.TarFile, entry: tarfile.TarInfo, path: str, linked: str) -> None:
    """Write one folder or file; a second name of a file (`linked`, "" for one elsewhere) becomes a copy of it. Raises CliError."""
    try:
        os.makedirs(path if entry.isdir() else os.path.dirname(path) or ".", 0o755, exist_ok=True)
        if entry.isdir():
            return
        if entry.islnk() and os.path.isfile(linked):
            shutil.copyfile(linked, path)
            return
        content = files.extractfile(entry) if entry.isreg() else None
        with open(path, "wb") as out:
            if content is not None:
                shutil.copyfileobj(content, out)
    except OSError as error:
        raise CliError(describe_os_error(error)) from None


def join_local(folder: str, name: str) -> str:
    """Return the path of a name below a folder, without dots."""
    return os.path.normpath(os.path.join(folder, name.lstrip("/")))


def is_below(folder: str, path: str) -> bool:
    """Return whether a path is the folder or in it."""
    relative = os.path.relpath(path, folder)
    return relative != ".." and not relative.startswith("../")


def strip_shortcuts(path: str) -> str:
    """Return a path without `../` at its beginning; nothing for `.` and `..`."""
    while path.startswith("../"):
        path = path[3:]
    return "" if path in (".", "..") else path.removeprefix("/")


def describe_os_error(error: OSError) -> str:
    """Return Go's words for it: `open x: is a directory`."""
    return f"open {error.filename}: {tell_os_error(error)}"
