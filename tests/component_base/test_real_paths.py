from __future__ import annotations

import os
from pathlib import Path

import pytest

from minikube_py.component_base.real_paths import make_real_folders, open_real


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder with a file, and links to what is outside of it."""
    base = tmp_path.resolve() / "base"
    (base / "a").mkdir(parents=True)
    (base / "a" / "file").write_text("mine")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text("yours")
    (base / "link").symlink_to(tmp_path / "outside")
    (base / "a" / "linked").symlink_to(tmp_path / "outside" / "file")
    return base


@pytest.mark.parametrize("name", ["", "a", "a/file"])
def test_what_is_there_is_opened(base: Path, name: str) -> None:
    for root, path in (("/", str(base / name)), (str(base), f"/{name}")):
        place = open_real(path, root)
        try:
            assert os.path.samestat(os.fstat(place), (base / name).stat())
        finally:
            os.close(place)


@pytest.mark.parametrize("name", ["link", "link/file", "a/linked", "nothing", "a/file/x"])
def test_no_link_is_followed(base: Path, name: str) -> None:
    before = len(os.listdir("/dev/fd"))
    with pytest.raises(OSError, match=r"symbolic|No such file|Not a directory"):
        open_real(str(base / name))
    assert len(os.listdir("/dev/fd")) == before


def test_folders_are_made_where_they_are_missing(base: Path) -> None:
    make_real_folders(str(base), ("a", "b", "c"), 0o2777)
    modes = [(base / name).stat().st_mode & 0o7777 for name in ("a/b", "a/b/c")]
    assert modes == [0o2777, 0o2777]
    assert (base / "a").stat().st_mode & 0o7777 != 0o2777


@pytest.mark.parametrize("names", [("link",), ("link", "x"), ("a", "linked"), ("a", "file", "x")])
def test_none_is_made_through_a_link(base: Path, names: tuple[str, ...]) -> None:
    before = len(os.listdir("/dev/fd"))
    with pytest.raises(OSError, match=r"symbolic|Not a directory"):
        make_real_folders(str(base), names, 0o777)
    assert os.listdir(base.parent / "outside") == ["file"]
    assert len(os.listdir("/dev/fd")) == before
