"""mk as a client of a cluster elsewhere: ours, with a kubeconfig that does not say where its state file is, so that all goes over https."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from minikube_py.client.kubeconfig import EXTENSION
from tests.e2e.conftest import running_cluster
from tests.e2e.shell import Shell, fetch


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A shell to a cluster that is reached over https only, with a running pod `web`."""
    with running_cluster(tmp_path_factory.mktemp("remote")) as shell:
        config = Path(shell.env["KUBECONFIG"])
        config.write_text(config.read_text().replace(EXTENSION, "example.com/other"))
        shell.out("mk run web --image nginx --port=80")
        shell.out("mk wait pod/web --for=condition=Ready --timeout=60s")
        yield shell


def test_it_goes_over_https(remote: Shell) -> None:
    assert 'url="https://127.0.0.1:' in remote.run("mk get pods -v=6").stderr
    remote.fail("mk get pods --certificate-authority=/dev/null")


def test_a_command_in_a_pod(remote: Shell) -> None:
    assert remote.out("echo hello | mk exec -i web -- cat") == "hello\n"
    assert remote.run("mk exec web -- sh -c 'exit 3'").code == 3


def test_files_there_and_back(remote: Shell) -> None:
    remote.out("head -c 300000 /dev/urandom > sent && mk cp sent web:/tmp/kept && mk cp web:/tmp/kept back && cmp sent back")


def test_a_port_and_its_log(remote: Shell) -> None:
    with remote.port_forward("pod/web", 80) as (url, _):
        assert "<h1>Welcome to nginx!</h1>" in fetch(url)
    assert '"GET / HTTP/1.1" 200' in remote.out("mk logs web")


@contextmanager
def proxied(shell: Shell, *flags: str) -> Iterator[str]:
    """Run `mk proxy` while the context lasts; gives its URL. It ends as told to."""
    words = [sys.executable, "-m", "minikube_py.cmd.mk", "proxy", "--port=0", *flags]
    with subprocess.Popen(words, env=shell.env, cwd=shell.directory, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield "http://" + process.stdout.readline().split()[-1]
        finally:
            process.terminate()
    assert process.returncode == 128 + signal.SIGTERM


def test_through_a_proxy(remote: Shell) -> None:
    with proxied(remote, "--reject-paths=^$") as url:
        assert remote.out(f"mk --server {url} get pods -o name") == "pod/web\n"
        assert remote.out(f"echo hello | mk --server {url} exec -i web -- cat") == "hello\n"
        assert remote.run(f"mk --server {url} exec web -- sh -c 'exit 3'").code == 3
        page = remote.out(f"mk --server {url} get --raw /api/v1/namespaces/default/pods/web/proxy/")
        assert "<h1>Welcome to nginx!</h1>" in page
    with proxied(remote) as url:
        remote.fail(f"mk --server {url} exec web -- true")


def test_a_new_kind_is_found(remote: Shell) -> None:
    """Although what is served was remembered before it came."""
    remote.fail("mk get widgets")
    definition = remote.directory / "widgets.yaml"
    definition.write_text(
        """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {size: {type: integer, description: how big}}}}}
"""
    )
    remote.out("mk apply -f widgets.yaml")
    remote.out("mk wait crd/widgets.example.com --for=condition=Established --timeout=30s")
    assert remote.run("mk get widgets").stderr == "No resources found in default namespace.\n"
    assert "how big" in remote.out("mk explain widgets.size")
