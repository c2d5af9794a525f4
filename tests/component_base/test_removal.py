from __future__ import annotations

import os
from pathlib import Path

import pytest

from minikube_py.component_base.removal import remove_tree

DEEP = 1500  # deeper than a path may be long, and than Python may call itself


def dig(folder: Path, depth: int) -> None:
    """Make folders in folders, each with a file."""
    parent = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("0123", dir_fd=parent)
        child = os.open("0123", os.O_RDONLY, dir_fd=parent)
        os.close(os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=child))
        os.close(parent)
        parent = child
    os.close(parent)


def test_however_deep_it_goes(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for name in (".0", ".1", "a"):  # names that those may have that come up
        (tree / name / "b" / "c").mkdir(parents=True)
    dig(tree / "a", DEEP)
    remove_tree(tree)
    assert not tree.exists()


def test_links_are_not_followed(tmp_path: Path) -> None:
    kept, tree = tmp_path / "kept", tmp_path / "tree"
    (kept / "inner").mkdir(parents=True)
    kept.chmod(0o750)
    (tree / "a").mkdir(parents=True)
    (tree / "link").symlink_to(kept)
    (tree / "a" / "link").symlink_to(kept / "inner")
    remove_tree(tree)
    assert not tree.exists()
    assert (kept / "inner").is_dir()
    assert kept.stat().st_mode & 0o777 == 0o750


def test_a_link_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "kept" / "inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    remove_tree(tmp_path / "link")
    assert (tmp_path / "kept" / "inner").is_dir()


def test_folders_without_permissions(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "a" / "b" / "c").mkdir(parents=True)
    for folder in (tree / "a" / "b" / "c", tree / "a" / "b", tree / "a", tree):
        folder.chmod(0)
    remove_tree(tree)
    assert not tree.exists()


@pytest.mark.parametrize("name", ["nothing", "file"])
def test_what_is_no_folder_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    remove_tree(tmp_path / name)
    assert (tmp_path / "file").read_text() == "x"
