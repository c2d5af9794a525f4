"""set: what it changes, prints and refuses; expected texts are kubectl 1.33's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome

Object = dict[str, Any]

MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: duo}
spec:
  selector: {matchLabels: {app: duo}}
  template:
    metadata: {labels: {app: duo}}
    spec:
      initContainers: [{name: setup, image: 'busybox:1'}]
      containers:
      - {name: front, image: 'nginx:1', env: [{name: COLOR, value: blue}]}
      - {name: back, image: 'redis:1'}
"""


@pytest.fixture(autouse=True)
def duo(cluster: Cluster) -> None:
    """A deployment of two containers and an init container."""
    cluster.create("apps", "deployments", yaml.safe_load(MANIFEST), "default")


def spec_of(cluster: Cluster) -> Object:
    spec: Object = cluster.get("deployments", "duo", group="apps")["spec"]["template"]["spec"]
    return spec


@pytest.mark.parametrize(
    ("change", "images"),
    [
        ("front=nginx:2", ["nginx:2", "redis:1", "busybox:1"]),
        ("'*=x:1'", ["x:1", "x:1", "x:1"]),
        ("setup=busybox:2 back=redis:2", ["nginx:1", "redis:2", "busybox:2"]),
    ],
)
def test_image(kubectl: Kubectl, cluster: Cluster, change: str, images: list[str]) -> None:
    assert kubectl(f"set image deployment/duo {change}") == Outcome("deployment.apps/duo image updated\n", "", 0)
    spec = spec_of(cluster)
    assert [c["image"] for c in spec["containers"] + spec["initContainers"]] == images


def test_nothing_is_told_where_nothing_changes(kubectl: Kubectl) -> None:
    assert kubectl("set image deployment duo front=nginx:1") == Outcome("", "", 0)


def test_record_keeps_the_command_line(kubectl: Kubectl, cluster: Cluster) -> None:
    outcome = kubectl("set image deployment/duo front=nginx:2 --record")
    assert outcome.stderr == "Flag --record has been deprecated, --record will be removed in the future\n"
    annotations = cluster.get("deployments", "duo", group="apps")["metadata"]["annotations"]
    assert annotations == {"kubernetes.io/change-cause": "kubectl set image deployment/duo front=nginx:2 --record=true"}


@pytest.mark.parametrize(
    ("words", "stdout"),
    [
        ("image deploy/duo back=x --dry-run=server", "deployment.apps/duo image updated (server dry run)\n"),
        ("image deploy/duo back=x --dry-run=client -o name", "deployment.apps/duo\n"),
        ("env deploy --all A=1 --dry-run=client", "deployment.apps/duo env updated (dry run)\n"),
    ],
)
def test_dry_runs_change_nothing(kubectl: Kubectl, cluster: Cluster, words: str, stdout: str) -> None:
    before = spec_of(cluster)
    assert kubectl(f"set {words}") == Outcome(stdout, "", 0)
    assert spec_of(cluster) == before


def test_local_shows_the_file_as_go_types_write_it(kubectl: Kubectl) -> None:
    Path("two.yaml").write_text(MANIFEST)
    shown = yaml.safe_load(kubectl("set image -f two.yaml back=redis:8 --local -o yaml").stdout)
    assert shown["spec"]["template"]["spec"]["containers"][1] == {"name": "back", "image": "redis:8", "resources": {}}
    assert (shown["status"], shown["spec"]["strategy"], shown["metadata"]["creationTimestamp"]) == ({}, {}, None)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("image deployment/duo nothere=x", 'unable to find container named "nothere"'),
        ("image deployment/duo", "at least one image update is required"),
        (
            "image deployment/duo '*=a' front=b",
            "all containers are already specified by *, but saw more than one container_name=container_image pairs",
        ),
        ("image deployment/duo a-", "invalid image format: a-"),
        (
            "image service/kube front=x",
            "services/kube the object is not a pod or does not have a pod template: *v1.Service",
        ),
        ("image -f missing.yaml c=y", 'the path "missing.yaml" does not exist'),
        (
            "resources ds/agent --limits=cpu=1 --local",
            "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n"
            "   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
        ),
        (
            "resources deploy duo",
            "you must specify an update to requests or limits (in the form of --requests/--limits)",
        ),
        (
            "resources deploy duo --limits=cpu=lots",
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        ),
        ("resources deploy duo --limits=cpu", "Invalid argument syntax cpu, expected <resource>=<value>"),
        ("resources deploy duo -c nope --limits=cpu=1", "unable to find container named nope"),
        ("env deploy/duo A=1 A-", "can not both modify and remove the same environment variable in the same command"),
        (
            "env deploy/duo COLOR=red --overwrite=false",
            "deployments/duo 'COLOR' already has a value (blue), and --overwrite is false",
        ),
        ("env deploy/duo --keys=a", "when specifying --keys, a configmap or secret must be provided with --from"),
        ("env A=1", "one or more resources must be specified as <resource> <name> or <resource>/<name>"),
        (
            "env deploy/duo A=1 deploy/other",
            "all resources must be specified before environment changes: deploy/duo A=1 deploy/other",
        ),
        ("serviceaccount deployment duo", "resource(s) were provided, but no name was specified"),
        ("sa", "serviceaccount is required"),
        ("selector deploy duo app=other", "setting a selector is only supported for Services"),
        ("selector", "one selector is required"),
        (
            "subject deploy duo --user=a",
            "deployments/duo setting subjects is only supported for RoleBinding/ClusterRoleBinding",
        ),
        ("subject deploy duo", "you must specify at least one value of user, group or serviceaccount"),
        ("subject deploy duo --serviceaccount=x", "serviceaccount must be <namespace>:<name>"),
    ],
)
def test_what_is_refused(kubectl: Kubectl, cluster: Cluster, words: str, message: str) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "kube"}, "spec": {"ports": [{"port": 80}]}}
    cluster.create("", "services", service, "default")
    assert kubectl(f"set {words}") == Outcome("", f"error: {message}\n", 1)


def test_what_is_missing(kubectl: Kubectl) -> None:
    gone = 'Error from server (NotFound): deployments.apps "nope" not found\n'
    assert kubectl("set image deployment/nope front=x") == Outcome("", gone, 1)
    assert kubectl("set env deployment/nope A=1") == Outcome("", gone, 1)


def test_env_is_set_removed_and_listed(kubectl: Kubectl) -> None:
    assert kubectl("set env deployment/duo -c front SIZE=10 COLOR=red").stdout == "deployment.apps/duo env updated\n"
    listed = "# Deployment duo, container front\nCOLOR=red\nSIZE=10\n# Deployment duo, container back\n"
    assert kubectl("set env deployment/duo -c '*[!x]' --list").stderr.startswith("Warning: Deployment/duo does not have")
    assert kubectl("set env deployment/duo --list").stdout == listed + "# Deployment duo, container setup\n"
    kubectl("set env deployment/duo COLOR-")
    assert kubectl("set env deployment/duo -c fr* --list").stdout == "# Deployment duo, container front\nSIZE=10\n"


def test_env_from_a_config_map_and_a_secret(kubectl: Kubectl) -> None:
    kubectl("create configmap settings --from-literal=log-level=debug")
    kubectl("create secret generic creds --from-literal=password=s3cret --from-literal=user=me")
    assert kubectl("set env deploy/duo -c back --from=configmap/settings") == Outcome(
        "deployment.apps/duo env updated\n", "Warning: key log-level transferred to LOG_LEVEL\n", 0
    )
    kubectl("set env deploy/duo -c back --from=secret/creds --prefix=DB_ --keys=password")
    assert kubectl("set env deploy/duo -c back --list").stdout == (
        "# Deployment duo, container back\n# LOG_LEVEL from configmap settings, key log-level\n"
        "# DB_PASSWORD from secret creds, key password\n"
    )
    resolved = kubectl("set env deploy/duo -c back --list --resolve").stdout
    assert resolved == "# Deployment duo, container back\nLOG_LEVEL=debug\nDB_PASSWORD=s3cret\n"


def test_env_from_stdin(kubectl: Kubectl) -> None:
    kubectl("set env deploy/duo -c back -", "A=1 # first\n\nB=x=y\n")
    assert kubectl("set env deploy/duo -c back --list").stdout == "# Deployment duo, container back\nA=1 \nB=x=y\n"


def test_resources_are_merged(kubectl: Kubectl, cluster: Cluster) -> None:
    words = "set resources deploy duo -c=front --limits=cpu=1000m,memory=64Mi --requests=cpu=100m"
    assert kubectl(words).stdout == "deployment.apps/duo resource requirements updated\n"
    kubectl("set resources deploy duo -c=front --requests=memory=32Mi")
    front, back = spec_of(cluster)["containers"]
    assert front["resources"] == {"limits": {"cpu": "1", "memory": "64Mi"}, "requests": {"cpu": "100m", "memory": "32Mi"}}
    assert back["resources"] == {}


def test_service_account(kubectl: Kubectl, cluster: Cluster) -> None:
    for _ in range(2):
        assert kubectl("set sa deploy/duo builder").stdout == "deployment.apps/duo serviceaccount updated\n"
    assert spec_of(cluster)["serviceAccountName"] == "builder"


def test_selector_takes_the_place_of_the_old_one(kubectl: Kubectl, cluster: Cluster) -> None:
    kubectl("create service clusterip app --tcp=80:80")
    assert kubectl("set selector service app tier=front,app=x") == Outcome("service/app selector updated\n", "", 0)
    assert cluster.get("services", "app")["spec"]["selector"] == {"tier": "front", "app": "x"}
