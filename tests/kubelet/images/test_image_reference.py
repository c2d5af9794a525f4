from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.kubelet.images import InvalidImageName, Reference, parse_reference

SHA = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("nginx:1.25", "docker.io/library/nginx:1.25"),
        ("luksa/kubia", "docker.io/luksa/kubia:latest"),
        ("docker.io/nginx", "docker.io/library/nginx:latest"),
        ("index.docker.io/library/nginx:1", "docker.io/library/nginx:1"),
        ("k8s.gcr.io/liveness", "k8s.gcr.io/liveness:latest"),
        ("registry.example.com:5000/team/redis:7", "registry.example.com:5000/team/redis:7"),
        ("localhost/app", "localhost/app:latest"),
        ("localhost:5000/app", "localhost:5000/app:latest"),
        ("[::1]:5000/app", "[::1]:5000/app:latest"),
        ("UPPER/case", "UPPER/case:latest"),
        ("my__app/a-b--c.d_e:v1.0-rc.1_x", "docker.io/my__app/a-b--c.d_e:v1.0-rc.1_x"),
        (f"redis@{SHA}", f"docker.io/library/redis@{SHA}"),
        (f"redis:7@{SHA}", f"docker.io/library/redis@{SHA}"),
        ("nginx:V1", "docker.io/library/nginx:V1"),
    ],
)
def test_canonical_names(text: str, canonical: str) -> None:
    assert str(parse_reference(text)) == canonical


def test_parts_of_a_reference() -> None:
    reference = parse_reference(f"registry.example.com:5000/team/redis:7@{SHA}")
    assert reference == Reference("registry.example.com:5000", "team/redis", "7", SHA)
    assert reference.name == "registry.example.com:5000/team/redis"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("UPPER", "invalid reference format: repository name (library/UPPER) must be lowercase"),
        ("a/UPPER:1", "invalid reference format: repository name (a/UPPER) must be lowercase"),
        ("my image", "invalid reference format"),
        ("nginx:", "invalid reference format"),
        ("nginx:a:b", "invalid reference format"),
        ("nginx:-x", "invalid reference format"),
        ("-nginx", "invalid reference format"),
        ("a//b", "invalid reference format"),
        ("nginx@sha256:123", "invalid reference format"),
        ("", "invalid reference format"),
        ("nginx\n", "invalid reference format"),
        ("a" * 300, "repository name must not be more than 255 characters"),
        ("f" * 64, f"invalid repository name ({'f' * 64}), cannot specify 64-byte hexadecimal strings"),
        ("redis@sha256:" + "0" * 63, "invalid checksum digest length"),
        ("redis@sha256:" + "A" * 64, "invalid checksum digest format"),
        ("redis@md5:" + "0" * 32, "unsupported digest algorithm"),
    ],
)
def test_bad_names_in_the_kubelets_words(text: str, why: str) -> None:
    with pytest.raises(InvalidImageName) as raised:
        parse_reference(text)
    quoted = '"nginx\\n"' if text.endswith("\n") else f'"{text}"'
    assert str(raised.value) == f"Failed to apply default image tag {quoted}: couldn't parse image name {quoted}: {why}"
    assert raised.value.reason == "InvalidImageName"


@given(st.text(alphabet="aA0./:@_-[] ", max_size=20))
def test_a_canonical_name_means_itself(text: str) -> None:
    try:
        reference = parse_reference(text)
    except InvalidImageName:
        return
    assert str(parse_reference(str(reference))) == str(reference)
