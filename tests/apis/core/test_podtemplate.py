"""Pod templates that stand alone."""

from __future__ import annotations

from typing import Any

from minikube_py.apis.core.podtemplate import KIND
from tests.apis.manifests import create, list_errors, show_row

Object = dict[str, Any]


def make(**spec: Any) -> Object:
    containers = [{"name": "c", "image": "nginx"}, {"name": "d", "image": "redis"}]
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers, **spec}}
    return {"metadata": {"name": "web", "namespace": "default", "uid": "u1"}, "template": template}


def test_row() -> None:
    assert show_row(KIND, create(KIND, make())) == ["web", "c,d", "nginx,redis", "app=web"]


def test_defaults() -> None:
    template = create(KIND, make())["template"]
    assert (template["spec"]["restartPolicy"], template["spec"]["terminationGracePeriodSeconds"]) == ("Always", 30)


def test_errors() -> None:
    assert list_errors(KIND, make()) == []
    assert list_errors(KIND, make(containers=[])) == ["template.spec.containers: Required value"]


def test_warnings_name_the_field() -> None:
    given = make(nodeSelector={"beta.kubernetes.io/os": "linux"})
    (warning,) = KIND.warnings(create(KIND, given))
    assert warning.startswith("template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14")
