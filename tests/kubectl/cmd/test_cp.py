"""cp: the places that are understood, and archives in and out. The tar of the container is played by this test."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from minikube_py.client.streams import STDERR, STDOUT, End, Output
from minikube_py.kubectl.copying import make_tar
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome
from tests.kubectl.cmd.pods import PlayedStream, PlayedStreams, create_pod, set_status


class Container(PlayedStreams):
    """A container with the given folders, whose tar gives `archive` and takes what comes."""

    def __init__(self, folders: Sequence[str] = (), archive: bytes = b"", said: str = "", code: int = 0) -> None:
        super().__init__()
        self._folders, self._archive, self._said, self._code = folders, archive, said, code

    def exec(self, namespace: str, pod: str, container: str, command: Sequence[str], *, stdin: bool, tty: bool) -> PlayedStream:
        self.calls.append((namespace, pod, container, tuple(command)))
        if command[0] == "test":
            events: list[Output | End] = [End(0 if command[-1] in self._folders else 1)]
        else:
            events = [Output(STDERR, self._said.encode()), Output(STDOUT, self._archive), End(self._code)]
        self.opened.append(PlayedStream(events, stdin=stdin))
        return self.opened[-1]


@pytest.fixture(autouse=True)
def box(cluster: Cluster) -> None:
    """A running pod `box`."""
    create_pod(cluster, "box")
    set_status(cluster, "box")
    cluster.streams = Container()


def read_names(archive: bytes) -> dict[str, str]:
    """Return what is in an archive: a file's content, a link's target, or `folder`."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        return {
            e.name: "folder" if e.isdir() else f"-> {e.linkname}" if e.issym() else files.extractfile(e).read().decode()  # type: ignore[union-attr]
            for e in files
        }


def make_archive(*entries: tuple[str, str, bytes]) -> bytes:
    """Return an archive of (type, name, content) entries; for links the content is the target."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind, name, content in entries:
            entry = tarfile.TarInfo(name)
            entry.type = {"d": tarfile.DIRTYPE, "f": tarfile.REGTYPE, "l": tarfile.SYMTYPE, "h": tarfile.LNKTYPE}[kind]
            if kind in "lh":
                entry.linkname = content.decode()
            else:
                entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize(
    ("target", "folders", "where", "name"),
    [
        ("box:/tmp/b.txt", [], "/tmp", "b.txt"),
        ("box:/tmp", ["/tmp"], "/tmp", "a.txt"),
        ("box:here/", [], ".", "here"),
        ("default/box:/x/../b", [], "/", "b"),
    ],
)
def test_copies_a_file_in(cluster: Cluster, kubectl: Kubectl, target: str, folders: list[str], where: str, name: str) -> None:
    streams = cluster.streams = Container(folders)
    Path("a.txt").write_text("hello")
    assert kubectl(f"cp a.txt {target}") == Outcome("", "", 0)
    assert streams.calls[1] == ("default", "box", "main", ("tar", "-xmf", "-", "-C", where))
    assert read_names(streams.opened[1].received) == {name: "hello"}


def test_archive_has_files_links_and_empty_folders(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    (folder / "e").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "one").write_text("1")
    (folder / "e" / "two").hardlink_to(folder / "one")
    (folder / "link").symlink_to("one")
    out = io.BytesIO()
    make_tar(str(folder), "target", out)
    names = {"target/one": "1", "target/e/two": "1", "target/empty": "folder", "target/link": "-> one"}
    assert read_names(out.getvalue()) == names


def test_no_preserve_is_told_to_tar(cluster: Cluster, kubectl: Kubectl) -> None:
    Path("a.txt").write_text("hello")
    kubectl("cp a.txt box:/tmp/b --no-preserve")
    command = ("tar", "--no-same-permissions", "--no-same-owner", "-xmf", "-", "-C", "/tmp")
    assert cluster.streams.calls[1][3] == command


def test_tells_why_tar_failed(cluster: Cluster, kubectl: Kubectl) -> None:
    cluster.streams = Container(said="tar: no such folder\n", code=1)
    Path("a.txt").write_text("hello")
    assert kubectl("cp a.txt box:/no/a") == Outcome("", "tar: no such folder\ncommand terminated with exit code 1\n", 1)


def test_copies_a_folder_out(cluster: Cluster, kubectl: Kubectl) -> None:
    entries = [
        ("d", "tmp/out", b""),
        ("f", "tmp/out/x", b"from the pod"),
        ("h", "tmp/out/y", b"tmp/out/x"),
        ("l", "tmp/out/link", b"x"),
    ]
    cluster.streams = Container(archive=make_archive(*entries), said="tar: removing leading '/'\n")
    skipped = 'warning: skipping symlink: "back/link" -> "x" (consider using "kubectl exec -n "" "box" -- tar cf - "/tmp/out" | tar xf -")\n'
    assert kubectl("cp box:/tmp/out back") == Outcome("tar: removing leading '/'\n", skipped, 0)
    assert {p.name: p.read_text() for p in Path("back").iterdir()} == {"x": "from the pod", "y": "from the pod"}
    assert cluster.streams.calls == [("default", "box", "main", ("tar", "cf", "-", "/tmp/out"))]


def test_no_file_of_this_side_is_copied_along(cluster: Cluster, kubectl: Kubectl) -> None:
    """A second name of a file that lies outside the archive's own folder, which would be one of ours."""
    Path("mine").write_text("secret")
    cluster.streams = Container(archive=make_archive(("h", "out/taken", b"out/../../mine")))
    kubectl("cp box:out back/in")
    assert [path.read_text() for path in Path("back").rglob("*") if path.is_file()] == [""]


def test_copies_a_file_out(cluster: Cluster, kubectl: Kubectl) -> None:
    cluster.streams = Container(archive=make_archive(("f", "tmp/b.txt", b"hello")))
    assert kubectl("cp default/box:tmp/b.txt new/here.txt") == Outcome("", "", 0)
    assert Path("new/here.txt").read_text() == "hello"


@pytest.mark.parametrize(
    ("name", "told", "code"),
    [
        ("elsewhere/x", "error: tar contents corrupted\n", 1),
        ("out/../../x", 'warning: file "x" is outside target destination, skipping\n', 0),
    ],
)
def test_nothing_is_written_outside(cluster: Cluster, kubectl: Kubectl, name: str, told: str, code: int) -> None:
    cluster.streams = Container(archive=make_archive(("f", name, b"evil")))
    assert kubectl("cp box:out back/in") == Outcome("", told, code)
    assert not list(Path().rglob("x"))


def test_missing_file_in_the_container(cluster: Cluster, kubectl: Kubectl) -> None:
    cluster.streams = Container(archive=make_archive(), said="tar: nope: No such file or directory\n", code=1)
    assert kubectl("cp box:/nope x") == Outcome("tar: nope: No such file or directory\n", "", 1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("a.txt", "source and destination are required"),
        ("a b c", "source and destination are required"),
        ("a.txt b.txt", "one of src or dest must be a remote file specification"),
        ("box:/a box:/b", "one of src or dest must be a local file specification"),
        ("box: b", "filepath can not be empty"),
        (":a b", "filespec must match the canonical format: [[namespace/]pod:]file/path"),
        ("a/b/c:d e", "filespec must match the canonical format: [[namespace/]pod:]file/path"),
        ("missing.txt box:/tmp/m", "missing.txt doesn't exist in local filesystem"),
    ],
)
def test_refuses(kubectl: Kubectl, words: str, told: str) -> None:
    assert kubectl(f"cp {words}") == Outcome("", f"error: {told}\n", 1)


def test_missing_pod(kubectl: Kubectl) -> None:
    Path("a.txt").write_text("hello")
    assert kubectl("cp a.txt nope:/tmp/m") == Outcome("", 'Error from server (NotFound): pods "nope" not found\n', 1)
