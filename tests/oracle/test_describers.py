"""Random objects of every kind, with what belongs to them: the real kubectl and ours describe them alike, to the letter."""

from __future__ import annotations

import copy
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apis.catalog import find_by_kind
from minikube_py.apis.kind import Kind
from minikube_py.client.rest import Client
from minikube_py.component_base.clock import RealClock
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.registry import MODULES, describe_object
from minikube_py.kubectl.describe.writer import Writer
from tests.kubectl.describe.conftest import Objects
from tests.oracle.conftest import find_kubectl
from tests.oracle.neighbours import make_neighbours
from tests.oracle.object_server import serve
from tests.oracle.random_objects import make_object

pytestmark = pytest.mark.e2e
Object = dict[str, Any]
Ask = Callable[[str, str], subprocess.CompletedProcess[str]]

GENERIC = (
    "Lease.coordination.k8s.io",
    "RuntimeClass.node.k8s.io",
    "PodTemplate",
    "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
)
NEVER = (
    "VolumeAttributesClass.storage.k8s.io",
    "CertificateSigningRequest.certificates.k8s.io",
)  # not served; needs a real request
KINDS = [kind for kind in (*MODULES, *GENERIC) if kind not in NEVER]
ANY_ORDER = ("LimitRange", "Namespace")  # kubectl shows limits in the order of a Go map
SEEDS = range(8)


class Cluster(Objects):
    """The objects that both look at."""

    def show(self, obj: Object, seed: int) -> None:
        """Let there be `obj` and its neighbours, each name once."""
        found = {}
        for other in (obj, *make_neighbours(obj, seed)):
            metadata = other["metadata"]
            found.setdefault((other["kind"], metadata.get("namespace"), metadata["name"]), other)
        self.objects = list(found.values())


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return Cluster([])


@pytest.fixture(scope="module")
def kubectl(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    program = find_kubectl()
    if program is None:
        pytest.skip("no kubectl 1.33 on PATH")
    home: Path = tmp_path_factory.mktemp("kubectl")
    env = {"HOME": str(home), "KUBECONFIG": str(home / "none"), "TZ": "UTC"}
    with serve(cluster) as address:

        def ask(resource: str, name: str) -> subprocess.CompletedProcess[str]:
            command = [program, "-s", address, "describe", resource, name]
            return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=env)

        yield ask


@pytest.mark.parametrize("name", KINDS)
def test_described_as_kubectl_does(name: str, cluster: Cluster, kubectl: Ask) -> None:
    kind_name, _, group = name.partition(".")
    kind = find_by_kind(group, kind_name)
    assert kind is not None
    compared = sum(_compare(make_object(kind, seed), kind, cluster, kubectl) for seed in SEEDS)
    assert compared >= len(SEEDS) / 2


def _compare(obj: Object, kind: Kind, cluster: Cluster, kubectl: Ask) -> bool:
    """Compare both descriptions. Return False where kubectl has none: it falls over objects that no server would store."""
    name = obj["metadata"]["name"]
    cluster.show(obj, int(name[1:]))
    done = kubectl(f"{kind.plural}.{kind.version}.{kind.group}" if kind.group else kind.plural, name)
    if "panic: " in done.stderr:
        return False
    assert done.stderr == ""
    context = Context(Writer(), Client(Objects(copy.deepcopy(cluster.objects))), RealClock().now())
    ours, theirs = describe_object(copy.deepcopy(obj), context), done.stdout
    if kind.kind in ANY_ORDER:
        ours, theirs = ("\n".join(sorted(text.split("\n"))) for text in (ours, theirs))
    assert ours == theirs, name
    return True
