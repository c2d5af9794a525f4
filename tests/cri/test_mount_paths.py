"""Mounted paths are rewritten whole, once, and nothing else is."""

from __future__ import annotations

import pytest

from minikube_py.cri.mount_paths import compile_mount_paths

MOUNTS = [("/data", "/pods/1/data"), ("/data/deep", "/pods/1/deep"), ("/etc/config/", "/pods/1/config"), ("/", "/never")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("/data", "/pods/1/data", id="the path itself"),
        pytest.param("/data/a/b", "/pods/1/data/a/b", id="below it"),
        pytest.param("/data/deep/x", "/pods/1/deep/x", id="the longest mount counts"),
        pytest.param("/data/deeper", "/pods/1/data/deeper", id="a longer name is not the deeper mount"),
        pytest.param("/database", "/database", id="a longer name"),
        pytest.param("/data.txt", "/data.txt", id="a name with an ending"),
        pytest.param("/data-2", "/data-2", id="a name with a dash"),
        pytest.param("/var/data", "/var/data", id="the tail of another path"),
        pytest.param("./data ../data ~/data", "./data ../data ~/data", id="relative paths"),
        pytest.param("$HOME/data ${X}/data", "$HOME/data ${X}/data", id="below a variable"),
        pytest.param("http://host/data", "http://host/data", id="a URL"),
        pytest.param("cat /data/x >/data/y; ls '/data'", "cat /pods/1/data/x >/pods/1/data/y; ls '/pods/1/data'", id="shell"),
        pytest.param("--dir=/data,/etc/config/a", "--dir=/pods/1/data,/pods/1/config/a", id="an option"),
        pytest.param("/bin:/data/bin", "/bin:/pods/1/data/bin", id="a search path"),
        pytest.param("look in /data.", "look in /pods/1/data.", id="the end of a sentence"),
        pytest.param("/", "/", id="the root is never rewritten"),
    ],
)
def test_rewrite(text: str, expected: str) -> None:
    assert compile_mount_paths(MOUNTS).rewrite(text) == expected


def test_a_host_path_that_contains_a_mount_is_not_rewritten_again() -> None:
    paths = compile_mount_paths([("/a", "/b/a"), ("/b", "/c")])
    assert paths.rewrite("/a/x /b/y") == "/b/a/x /c/y"


def test_without_mounts_nothing_changes() -> None:
    assert compile_mount_paths([]).rewrite("/data $ \\1") == "/data $ \\1"
