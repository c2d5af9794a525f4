from __future__ import annotations

from pathlib import Path

import pytest

from minikube_py.kubelet.images import Image, adapt_to_root, find_in_root, load_catalogue, make_image_root

CATALOGUE = load_catalogue()
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def get_image(name: str) -> Image:
    image = CATALOGUE.resolve(name)
    assert image is not None
    return image


def test_a_root_holds_commands_pages_and_users(tmp_path: Path) -> None:
    root = make_image_root(get_image("nginx"), tmp_path)
    assert "Welcome to nginx!" in (root / "usr/share/nginx/html/index.html").read_text()
    assert (root / "etc/passwd").read_text().startswith("root:x:0:0:")
    assert (root / "usr/local/sbin/nginx").stat().st_mode & 0o777 == 0o755


def test_a_root_is_made_once_for_all_that_share_it(tmp_path: Path) -> None:
    first = make_image_root(get_image("nginx:1.25"), tmp_path)
    assert make_image_root(get_image("nginx:1.26"), tmp_path) == first
    assert make_image_root(get_image("busybox"), tmp_path) != first


def test_path_is_the_images_own(tmp_path: Path) -> None:
    image = get_image("busybox")
    command, env, root = adapt_to_root(image, ("sh", "-c", "true"), {"PATH": PATH, "A": "b"}, tmp_path)
    assert command == ("sh", "-c", "true") and env == {"PATH": PATH, "A": "b"}
    assert root == str(make_image_root(image, tmp_path))


def test_the_hosts_path_helps_where_programs_are_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/run/current/bin")
    _, env, _ = adapt_to_root(get_image("busybox"), (), {"PATH": str(tmp_path)}, tmp_path)
    assert env["PATH"] == f"{tmp_path}:/run/current/bin"


def test_an_image_without_a_shell_has_its_own_commands_only(tmp_path: Path) -> None:
    _, env, root = adapt_to_root(get_image("hello-world"), ("/hello",), {"PATH": PATH}, tmp_path)
    assert root == "" and ":" not in env["PATH"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("nginx", "nginx"),
        ("/usr/sbin/nginx", "/usr/local/sbin/nginx"),
        ("/docker-entrypoint.sh", "/usr/local/sbin/docker-entrypoint.sh"),
        ("/no/such/file", "/no/such/file"),
    ],
)
def test_finding_commands(tmp_path: Path, name: str, found: str) -> None:
    assert find_in_root(name, get_image("nginx"), tmp_path) == found
