from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from minikube_py.kubelet.images import CatalogueError, InvalidImageName, load_catalogue, pull_error, resolve
from minikube_py.kubelet.images.catalogue import Catalogue


def find_anything(name: str) -> str:
    return f"/usr/bin/{name}"


CATALOGUE = load_catalogue(which=find_anything)


@pytest.mark.parametrize(
    ("image", "command"),
    [
        ("nginx", "/docker-entrypoint.sh nginx -g daemon off;"),
        ("nginx:1.25", "/docker-entrypoint.sh nginx -g daemon off;"),
        ("nginx:1.27-alpine", "/docker-entrypoint.sh nginx -g daemon off;"),
        ("docker.io/library/nginx:latest", "/docker-entrypoint.sh nginx -g daemon off;"),
        ("registry.k8s.io/nginx-slim:0.24", "/docker-entrypoint.sh nginx -g daemon off;"),
        ("httpd:2.4", "httpd-foreground"),
        ("busybox:1.36", "sh"),
        ("k8s.gcr.io/busybox", "sh"),
        ("alpine:3.20", "/bin/sh"),
        ("ubuntu:22.04", "/bin/bash"),
        ("debian:bookworm-slim", "bash"),
        ("bash:5", "docker-entrypoint.sh bash"),
        ("redis:8", "docker-entrypoint.sh redis-server"),
        ("hello-world", "/hello"),
        ("luksa/kubia", "node app.js"),
        ("heejeong/crane:v2.0", "node app.js"),
        ("k8s.gcr.io/liveness", "/server"),
        ("registry.k8s.io/e2e-test-images/agnhost:2.40", "/agnhost pause"),
        ("polinux/stress", "stress"),
        ("vish/stress", "/stress"),
        ("registry.k8s.io/pause:3.10", "/pause"),
        ("hashicorp/http-echo:1.0", "/http-echo"),
        ("gcr.io/google-samples/hello-app:2.0", "./hello-app"),
        ("gcr.io/google-samples/node-hello:1.0", "/bin/sh -c node server.js"),
        ("gcr.io/google-samples/kubernetes-bootcamp:v1", "/bin/sh -c node server.js"),
        ("nginxdemos/hello:plain-text", "nginx -g daemon off;"),
        ("gcr.io/google_containers/echoserver:1.4", "/echo-server"),
        ("jmalloc/echo-server", "/bin/echo-server"),
        ("traefik/whoami", "/whoami"),
        ("registry.k8s.io/hpa-example", "apache2-foreground"),
        ("python:3.12-slim", "python3"),
        ("perl:5.34.0", "perl -de0"),
        ("curlimages/curl", "/entrypoint.sh curl"),
        ("node:22", "docker-entrypoint.sh node"),
    ],
)
def test_tutorial_images_and_what_they_start(image: str, command: str) -> None:
    found = CATALOGUE.resolve(image)
    assert found is not None
    assert " ".join(found.entrypoint + found.cmd) == command


def test_an_images_identity_is_stable_and_its_own() -> None:
    first, again, other = (load_catalogue().resolve(name) for name in ("nginx", "docker.io/nginx:latest", "nginx:1.25"))
    assert first is not None and again is not None and other is not None
    assert first.reference == again.reference == "docker.io/library/nginx:latest"
    assert first.digest == again.digest != other.digest
    assert first.image_id.startswith("docker.io/library/nginx@sha256:") and len(first.digest) == 7 + 64


def test_a_digest_that_is_asked_for_is_the_images() -> None:
    digest = "sha256:" + "ab" * 32
    found = CATALOGUE.resolve(f"redis:7@{digest}")
    assert found is not None and found.digest == digest and found.reference == f"docker.io/library/redis@{digest}"


def test_the_tags_version_reaches_the_program() -> None:
    old, new, named = (CATALOGUE.resolve(f"nginx:{tag}") for tag in ("1.25.3-alpine", "1.26", "stable"))
    assert old and old.env["NGINX_VERSION"] == "1.25.3"
    assert new and new.env["NGINX_VERSION"] == "1.26"
    assert named and named.env["NGINX_VERSION"].startswith("1.")


@pytest.mark.parametrize(
    ("image", "exits"), [("hello-world", "0"), ("busybox", "0"), ("ubuntu", "0"), ("nginx", None), ("luksa/kubia", None)]
)
def test_what_ends_by_itself(image: str, exits: str | None) -> None:
    found = CATALOGUE.resolve(image)
    assert found is not None and found.exits == exits and found.program.get("exits") == exits


@pytest.mark.parametrize("image", ["hello-world", "registry.k8s.io/pause:3.9", "hashicorp/http-echo", "traefik/whoami"])
def test_small_images_have_no_shell(image: str) -> None:
    found = CATALOGUE.resolve(image)
    assert found is not None and found.shell == "" and "sh" not in found.bin


@pytest.mark.parametrize("image", ["nginx:1.161", "nginx:nope", "busybox:doesnotexist", "mysql", "acme/app", "redis:99"])
def test_unknown_images_and_tags(image: str) -> None:
    assert CATALOGUE.resolve(image) is None


def test_an_image_needs_its_program_on_the_host() -> None:
    assert load_catalogue(which=lambda name: None).resolve("perl") is None
    assert CATALOGUE.resolve("perl") is not None


def test_a_bad_name_is_refused() -> None:
    with pytest.raises(InvalidImageName):
        resolve("no such image")


@pytest.mark.parametrize(
    ("image", "text"),
    [
        pytest.param(
            "acme/app",
            'failed to pull and unpack image "docker.io/acme/app:latest": failed to resolve reference '
            '"docker.io/acme/app:latest": pull access denied, repository does not exist or may require authorization: '
            "server message: insufficient_scope: authorization failed",
            id="docker-hub-repository",
        ),
        pytest.param(
            "nginx:1.161",
            'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.161": '
            'failed to resolve reference "docker.io/library/nginx:1.161": docker.io/library/nginx:1.161: not found',
            id="docker-hub-tag",
        ),
        pytest.param(
            "registry.k8s.io/nope:1",
            'rpc error: code = NotFound desc = failed to pull and unpack image "registry.k8s.io/nope:1": '
            'failed to resolve reference "registry.k8s.io/nope:1": registry.k8s.io/nope:1: not found',
            id="public-registry",
        ),
        pytest.param(
            "mydomain:5000/app:v1",
            'failed to pull and unpack image "mydomain:5000/app:v1": failed to resolve reference "mydomain:5000/app:v1": '
            'failed to do request: Head "https://mydomain:5000/v2/app/manifests/v1": dial tcp: lookup mydomain: no such host',
            id="private-registry",
        ),
    ],
)
def test_pull_errors_in_containerds_words(image: str, text: str) -> None:
    assert pull_error(image) == text


def test_every_entry_is_reached_by_every_name_it_has() -> None:
    for entry in CATALOGUE.entries:
        for name in entry.patterns:
            found = CATALOGUE.resolve(name)
            assert found is not None, name
            assert found.cmd == tuple(entry.data.get("cmd", ())), name


def test_every_program_exists_and_every_command_is_provided() -> None:
    for entry in CATALOGUE.entries:
        for what in entry.data["bin"].values():
            if not what.startswith(("=", "#!")):
                module = importlib.import_module(f"minikube_py.kubelet.images.programs.{what.split()[0]}")
                assert callable(module.main)
        first = [*entry.data.get("entrypoint", ()), *entry.data.get("cmd", ())][0].rpartition("/")[2]
        on_every_host = {"sh", "bash", "sleep", *entry.requires}
        assert first in entry.data["bin"] or first in on_every_host, entry.patterns


def test_users_images_come_first(tmp_path: Path) -> None:
    file = tmp_path / "images.yaml"
    file.write_text("images:\n- names: [acme/app, nginx]\n  cmd: [serve]\n  bin: {serve: kubia}\n")
    catalogue: Catalogue = load_catalogue(file)
    for name in ("acme/app:v2", "nginx:nope"):
        found = catalogue.resolve(name)
        assert found is not None and found.cmd == ("serve",) and found.bin == {"serve": "kubia"}
    assert catalogue.resolve("redis") is not None


def test_a_port_of_a_users_registry_is_no_tag(tmp_path: Path) -> None:
    file = tmp_path / "images.yaml"
    file.write_text("images:\n- names: ['localhost:5000/app', 'localhost:5000/other:v1', 'my.dom:5000/x-*:v?']\n")
    catalogue = load_catalogue(file)
    known = ["localhost:5000/app:v7", "localhost:5000/other:v1", "my.dom:5000/x-y:v3"]
    unknown = ["localhost:5000/other:v2", "my.dom:5000/x-y:v30", "app"]
    assert all(catalogue.resolve(name) for name in known) and not any(catalogue.resolve(name) for name in unknown)
    assert catalogue.pull_error("localhost:5000/other:v2").endswith("localhost:5000/other:v2: not found")


def test_no_users_file_is_no_error(tmp_path: Path) -> None:
    assert load_catalogue(tmp_path / "images.yaml").resolve("nginx") is not None
    (tmp_path / "empty.yaml").write_text("")
    assert load_catalogue(tmp_path / "empty.yaml").resolve("nginx") is not None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("images: {}", "list of images"),
        ("images: [{cmd: [x]}]", "images[0]: names are missing"),
        ("images: [{names: [a], comand: [x]}]", "images[0]: unknown field 'comand'"),
        ("images: [{names: [a], cmd: x}]", "images[0].cmd: not of the right type: 'x'"),
        ("images: [{names: [A B]}]", "images[0]: Failed to apply"),
        ("images: [{names: [a], uses: [zz]}]", "images[0].uses: no set 'zz'"),
        ("images: [{names: [a], tags: '('}]", "images[0]: missing )"),
        ("images: [", "while parsing"),
    ],
)
def test_mistakes_in_a_users_file_are_named(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "images.yaml"
    file.write_text(text)
    with pytest.raises(CatalogueError) as raised:
        load_catalogue(file)
    assert str(file) in str(raised.value) and why in str(raised.value)


def test_images_are_plain_data() -> None:
    found = CATALOGUE.resolve("nginx")
    assert found is not None
    assert json.loads(json.dumps(found._asdict()))["ports"] == [80]


def test_with_all_others_every_well_named_image_runs_on() -> None:
    everything = CATALOGUE.with_all_others()
    unknown = everything.resolve("registry.example.com:5000/team/db:3")
    assert unknown is not None
    assert (unknown.name, unknown.exits) == ("registry.example.com:5000/team/db", None)
    assert everything.resolve("hello-world") == CATALOGUE.resolve("hello-world")
    with pytest.raises(InvalidImageName):
        everything.resolve("Not A Name")
