"""--record: every verb that takes it says that it is deprecated and keeps its command line with the object."""

from __future__ import annotations

import pytest

from tests.kubectl.cmd.conftest import Cluster, Kubectl

DEPRECATED = "Flag --record has been deprecated, --record will be removed in the future\n"
CAUSE = "kubernetes.io/change-cause"
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\n"


@pytest.fixture(autouse=True)
def objects(kubectl: Kubectl) -> None:
    """A config map, a deployment and a service."""
    kubectl("create configmap old --from-literal=a=b")
    kubectl("create deployment web --image=nginx")
    kubectl("create service clusterip web --tcp=80")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("create -f - --record", "cm/new"),
        ("apply -f - --record=true", "cm/new"),
        ("annotate cm old a=b --record", "cm/old"),
        ("label --record cm old a=b", "cm/old"),
        ('patch cm old --record -p {"data":{"c":"d"}}', "cm/old"),
        ("scale deploy web --replicas=2 --record", "deploy/web"),
        ("expose deploy web --port=80 --name=new --record", "svc/new"),
        ("autoscale deploy web --max=2 --record", "hpa/web"),
        ("run new --image=nginx --record", "pod/new"),
        ("set image deploy/web nginx=nginx:2 --record", "deploy/web"),
        ("set resources deploy/web --limits=cpu=1 --record", "deploy/web"),
        ("set serviceaccount deploy/web sa --record", "deploy/web"),
        ("set selector svc web a=b --record", "svc/web"),
    ],
)
def test_the_command_line_is_kept(kubectl: Kubectl, words: str, what: str) -> None:
    outcome = kubectl(words.split(), stdin=MAP)
    assert (outcome.stderr, outcome.code) == (DEPRECATED, 0)
    cause = kubectl(["get", what, "-o", f"jsonpath={{.metadata.annotations.{CAUSE.replace('.', chr(92) + '.')}}}"]).stdout
    given = words.split()
    flags = [word for word in given if word.startswith("--")]
    assert cause.startswith(f"kubectl {given[0]}")
    assert all(flag.split("=")[0] + "=" in cause for flag in flags)


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("label -n default cm old --record a=b", "kubectl label cm old a=b --namespace=default --record=true"),
        ("annotate cm old --record=1 a=b", "kubectl annotate cm old a=b --record=1"),
        ("annotate cm old kubernetes.io/change-cause=mine --record", "mine"),
    ],
)
def test_words_come_first_then_the_flags_as_given(kubectl: Kubectl, cluster: Cluster, words: str, cause: str) -> None:
    kubectl(words)
    assert cluster.get("configmaps", "old")["metadata"]["annotations"][CAUSE] == cause


@pytest.mark.parametrize("words", ["label cm old a=b --record=false", "label cm old a=b --record --dry-run=client"])
def test_nothing_is_kept_where_nothing_is_asked_for(kubectl: Kubectl, cluster: Cluster, words: str) -> None:
    assert kubectl(words).stderr == DEPRECATED
    assert "annotations" not in cluster.get("configmaps", "old")["metadata"]


def test_replace_has_no_such_flag(kubectl: Kubectl) -> None:
    assert kubectl("replace -f - --record", stdin=MAP).stderr.startswith("error: unknown flag: --record\n")
