from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from minikube_py.kubelet.images import Image, adapt_to_host, find_command, load_catalogue, make_bin_directory, prepare_path

CATALOGUE = load_catalogue()


def get_image(name: str) -> Image:
    image = CATALOGUE.resolve(name)
    assert image is not None
    return image


def run_in(image: Image, directory: Path, *command: str) -> subprocess.CompletedProcess[str]:
    words, env = adapt_to_host(image, command, {**image.env, "HOSTNAME": "web-0"}, directory)
    return subprocess.run(words, env=env, capture_output=True, text=True, timeout=20, check=False)


def test_the_folder_is_made_once_and_shared(tmp_path: Path) -> None:
    first = make_bin_directory(get_image("nginx:1.25"), tmp_path)
    (inode,) = {first.stat().st_ino, make_bin_directory(get_image("nginx:1.26"), tmp_path).stat().st_ino}
    assert {path.name for path in first.iterdir()} >= {"nginx", "docker-entrypoint.sh"} and first.stat().st_ino == inode
    assert make_bin_directory(get_image("httpd"), tmp_path) != first
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_an_images_own_command_runs(tmp_path: Path) -> None:
    image = get_image("nginx:1.25")
    assert run_in(image, tmp_path, *image.entrypoint, "nginx", "-v").stderr == "nginx version: nginx/1.25 (minikube_py)\n"
    assert run_in(image, tmp_path, "/usr/sbin/nginx", "-v").stderr == "nginx version: nginx/1.25 (minikube_py)\n"
    assert run_in(image, tmp_path, "sh", "-c", "nginx -v").stderr == "nginx version: nginx/1.25 (minikube_py)\n"


def test_hello_world_has_its_program_and_no_shell(tmp_path: Path) -> None:
    image = get_image("hello-world")
    assert "Hello from Docker!" in run_in(image, tmp_path, *image.cmd).stdout
    with pytest.raises(FileNotFoundError):
        run_in(image, tmp_path, "sh", "-c", "ls")


def test_entry_points_do_as_the_images_do(tmp_path: Path) -> None:
    redis = get_image("redis")
    assert "Redis server v=" in run_in(redis, tmp_path, *redis.entrypoint, "--version").stdout
    assert run_in(redis, tmp_path, *redis.entrypoint, "echo", "two words").stdout == "two words\n"
    curl = get_image("curlimages/curl") if shutil.which("curl") else None
    if curl is not None:
        assert run_in(curl, tmp_path, *curl.entrypoint, "--version").stdout.startswith("curl ")


def test_the_pi_job(tmp_path: Path) -> None:
    if shutil.which("perl") is None:
        pytest.skip("needs perl")
    ended = run_in(get_image("perl:5.34.0"), tmp_path, "perl", "-Mbignum=bpi", "-wle", "print bpi(20)")
    assert ended.stdout == "3.1415926535897932385\n"


def test_python_is_there(tmp_path: Path) -> None:
    assert run_in(get_image("python:3"), tmp_path, "python", "-c", "print(6 * 7)").stdout == "42\n"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("nginx", True),
        ("/usr/sbin/nginx", True),
        ("./nginx", True),
        ("/opt/x/nginx", True),
        ("sleep", False),
        ("/", False),
        ("", False),
    ],
)
def test_finding_commands(tmp_path: Path, name: str, found: bool) -> None:
    folder = make_bin_directory(get_image("nginx"), tmp_path)
    assert find_command(name, folder) == (str(folder / "nginx") if found else name)


def test_a_program_elsewhere_on_the_host_is_left_alone(tmp_path: Path) -> None:
    folder = make_bin_directory(get_image("nginx"), tmp_path / "bin")
    mine = tmp_path / "nginx"
    mine.write_text("#!/bin/sh\n")
    assert find_command(str(mine), folder) == str(mine)


def test_path_begins_with_the_images_own(tmp_path: Path) -> None:
    image = get_image("nginx")
    _, env = adapt_to_host(image, (), {"PATH": "/opt/own:/bin", "A": "b"}, tmp_path)
    folders = env["PATH"].split(":")
    assert folders[0] == str(make_bin_directory(image, tmp_path)) and folders[1:3] == ["/opt/own", "/bin"]
    assert env["A"] == "b" and len(folders) == len(set(folders))


def test_applets_of_a_busybox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = tmp_path / "host"
    host.mkdir()
    fake = host / "busybox"
    fake.write_text('#!/bin/sh\n[ "$1" = --list ] && printf "nc\\nvi\\n" || echo "applet ${0##*/}"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{host}:/usr/bin:/bin")
    folder = prepare_path(tmp_path / "made")
    assert sorted(path.name for path in Path(folder).iterdir()) == ["nc", "vi"] and prepare_path(tmp_path / "made") == folder
    assert run_in(get_image("busybox"), tmp_path / "made", "nc").stdout == "applet nc\n"


def test_no_busybox_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert prepare_path(tmp_path) == ""
