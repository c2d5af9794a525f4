"""`mk get pods` answers as quickly as kubectl does because of what it does not load: here stands all that it loads.

A module that is new on the list costs every command some time, so it belongs inside the function that needs it. What truly every
list of pods needs may be added below.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from minikube_py.client import kubeconfig
from minikube_py.storage.interface import Key
from minikube_py.storage.sqlite import Store

OWN = """
apimachinery: codec duration errors
apis: catalog columns kind
apis.core: pod
apiserver: kube_apiserver reads selection server table translate
cli_runtime: errors factory flags print_flags resource_builder verb
cli_runtime.printers: table tabwriter
client: discovery kubeconfig request resources rest
client.transport: local
cmd: mk wiring
component_base: clock folders poke
kubectl: get_query get_tables
kubectl.cmd: get groups
storage: interface sqlite
"""  # room: its modules

OTHERS = {  # package of the standard library or of others -> why it is worth its milliseconds
    "collections": "typing and functools load it",
    "contextlib": "typing loads it",
    "copyreg": "re loads it",
    "datetime": "sqlite3 loads it",
    "enum": "re loads it",
    "functools": "re and typing load it",
    "importlib": "verbs and kinds are found by name",
    "json": "the kubeconfig's copy, small objects",
    "keyword": "collections loads it",
    "math": "datetime loads it",
    "operator": "collections loads it",
    "re": "json and typing load it",
    "reprlib": "collections loads it",
    "sqlite3": "the cluster's state",
    "types": "functools loads it",
    "typing": "NamedTuple, our records",
    "warnings": "importlib loads it",
}

DEAR = (
    *("click", "yaml", "orjson", "dataclasses", "inspect", "pathlib", "socket", "logging", "subprocess"),
    *("uuid", "random", "threading", "tempfile", "argparse", "asyncio", "http", "urllib", "cryptography", "jsonschema"),
)

PROGRAM = """
import sys
before = set(sys.modules)
from minikube_py.cmd.mk import main
code = main(["get", "pods"])
loaded = {name for name in set(sys.modules) - before if getattr(sys.modules[name], "__file__", None)}
print(*sorted(loaded), file=sys.stderr)
sys.exit(code)
"""

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "default", "creationTimestamp": "2026-11-21T08:00:00Z"},
    "spec": {"containers": [{"name": "c", "image": "nginx"}]},
    "status": {"phase": "Pending"},
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a fresh interpreter loads for `mk get pods`, in a cluster of one pod."""
    home = tmp_path_factory.mktemp("home")
    state = home / "minikube" / "state.db"
    store = Store(state, create=True)
    with store.transaction():
        store.create(Key("pods", "default", "web"), POD)
    store.close()
    extension = {"name": kubeconfig.EXTENSION, "extension": {"path": str(state)}}
    config = {
        "clusters": [{"name": "here", "cluster": {"extensions": [extension]}}],
        "contexts": [{"name": "here", "context": {"cluster": "here"}}],
        "current-context": "here",
    }
    (home / "config").write_text(json.dumps(config))
    environment = {"MINIKUBE_PY_HOME": str(home), "KUBECONFIG": str(home / "config"), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PROGRAM]
    for _ in range(2):  # the first command parses the kubeconfig's YAML and keeps a copy; every other one is as the second
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[1].split()[:3] == ["web", "0/1", "Pending"]
    return ended.stderr.splitlines()[-1].split()


def test_own_modules(loaded: list[str]) -> None:
    expected = {"minikube_py"}
    for line in OWN.strip().splitlines():
        room, _, modules = line.partition(": ")
        expected |= {f"minikube_py.{room}", *(f"minikube_py.{room}.{module}" for module in modules.split())}
    assert {name for name in loaded if name.partition(".")[0] == "minikube_py"} == expected


def test_packages_of_others(loaded: list[str]) -> None:
    packages = {name.partition(".")[0] for name in loaded if not name.startswith("_")}
    assert packages - OTHERS.keys() == {"minikube_py"}


@pytest.mark.parametrize("name", DEAR)
def test_dear_modules_are_not_loaded(loaded: list[str], name: str) -> None:
    assert name not in {module.partition(".")[0] for module in loaded}
