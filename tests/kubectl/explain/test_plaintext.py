import io
import re
from typing import Any

import pytest

from minikube_py.kubectl.explain.plaintext import (
    ExplainError,
    GroupVersionKind,
    complete_crd_schema,
    print_explanation,
    print_schema,
)

POD = ("io.k8s.api.core.v1.Pod", GroupVersionKind("", "v1", "Pod"))
DEPLOYMENT = ("io.k8s.api.apps.v1.Deployment", GroupVersionKind("apps", "v1", "Deployment"))
SERVICE = ("io.k8s.api.core.v1.Service", GroupVersionKind("", "v1", "Service"))
CRON_JOB = ("io.k8s.api.batch.v1.CronJob", GroupVersionKind("batch", "v1", "CronJob"))
CONFIG_MAP = ("io.k8s.api.core.v1.ConfigMap", GroupVersionKind("", "v1", "ConfigMap"))
CRD = (
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
    GroupVersionKind("apiextensions.k8s.io", "v1", "CustomResourceDefinition"),
)


def explain(kind: tuple[str, GroupVersionKind], path: str = "", recursive: bool = False) -> str:
    out = io.StringIO()
    print_explanation(out, kind[0], path.split(".") if path else [], recursive, kind[1])
    return out.getvalue()


def skeleton(text: str) -> list[str]:
    """Keep headings and first-level fields: the lines a grep in a script looks for."""
    return [line for line in text.splitlines() if re.match(r"(KIND|VERSION|GROUP|FIELD|FIELDS)|  [a-z]", line)]


# Recorded on a Kubernetes 1.33.
RECORDED: dict[str, tuple[Any, str, list[str]]] = {
    "pod": (
        POD,
        "",
        [
            "KIND:       Pod",
            "VERSION:    v1",
            "FIELDS:",
            "  apiVersion\t<string>",
            "  kind\t<string>",
            "  metadata\t<ObjectMeta>",
            "  spec\t<PodSpec>",
            "  status\t<PodStatus>",
        ],
    ),
    "deployment.spec": (
        DEPLOYMENT,
        "spec",
        [
            "GROUP:      apps",
            "KIND:       Deployment",
            "VERSION:    v1",
            "FIELD: spec <DeploymentSpec>",
            "FIELDS:",
            "  minReadySeconds\t<integer>",
            "  paused\t<boolean>",
            "  progressDeadlineSeconds\t<integer>",
            "  replicas\t<integer>",
            "  revisionHistoryLimit\t<integer>",
            "  selector\t<LabelSelector> -required-",
            "  strategy\t<DeploymentStrategy>",
            "  template\t<PodTemplateSpec> -required-",
        ],
    ),
    "cronjob resources": (
        CRON_JOB,
        "spec.jobTemplate.spec.template.spec.containers.resources",
        [
            "GROUP:      batch",
            "KIND:       CronJob",
            "VERSION:    v1",
            "FIELD: resources <ResourceRequirements>",
            "FIELDS:",
            "  claims\t<[]ResourceClaim>",
            "  limits\t<map[string]Quantity>",
            "  requests\t<map[string]Quantity>",
        ],
    ),
    "a scalar": (POD, "spec.containers.image", ["KIND:       Pod", "VERSION:    v1", "FIELD: image <string>"]),
    "a map": (CONFIG_MAP, "data", ["KIND:       ConfigMap", "VERSION:    v1", "FIELD: data <map[string]string>"]),
}


@pytest.mark.parametrize("kind, path, lines", RECORDED.values(), ids=RECORDED.keys())
def test_headings_and_fields_are_kubectls(kind: Any, path: str, lines: list[str]) -> None:
    assert skeleton(explain(kind, path)) == lines


def test_the_tree_shows_enums_and_what_is_required() -> None:
    assert explain(SERVICE, "spec.ports", recursive=True).partition("FIELDS:\n")[2] == (
        "  appProtocol\t<string>\n"
        "  name\t<string>\n"
        "  nodePort\t<integer>\n"
        "  port\t<integer> -required-\n"
        "  protocol\t<string>\n"
        "  enum: SCTP, TCP, UDP\n"
        "  targetPort\t<IntOrString>\n"
        "\n"
    )


def test_the_tree_goes_down_two_spaces_a_level() -> None:
    lines = explain(POD, recursive=True).splitlines()
    spec, containers, resources, limits = (
        next(line for line in lines if line.startswith(start))
        for start in ("  spec\t", "    containers\t", "      resources\t", "        limits\t")
    )
    assert [spec, containers, resources, limits] == [
        "  spec\t<PodSpec>",
        "    containers\t<[]Container> -required-",
        "      resources\t<ResourceRequirements>",
        "        limits\t<map[string]Quantity>",
    ]


def test_a_field_of_an_enum_lists_its_values() -> None:
    text = explain(POD, "spec.restartPolicy")
    assert "FIELD: restartPolicy <string>\nENUM:\n    Always\n    Never\n    OnFailure\n\nDESCRIPTION:\n" in text
    assert text.endswith('    Possible enum values:\n     - `"Always"`\n     - `"Never"`\n     - `"OnFailure"`\n    \n\n')


def test_long_enums_are_cut_short_in_lists_and_the_empty_value_is_quoted() -> None:
    listed = explain(POD, "spec.volumes.hostPath")
    assert '  type\t<string>\n  enum: "", BlockDevice, CharDevice, Directory, ....\n' in listed
    assert 'ENUM:\n    ""\n    BlockDevice\n' in explain(POD, "spec.volumes.hostPath.type")


def test_the_description_of_the_type_follows_that_of_the_field() -> None:
    description = explain(POD, "spec.containers").partition("DESCRIPTION:\n")[2].partition("FIELDS:")[0]
    assert description.startswith("    List of containers belonging to the pod.")
    assert "\n    A single application container that you want to run within a pod.\n    \n" in description


def test_descriptions_are_wrapped_at_eighty_columns() -> None:
    lines = explain(POD, "spec").splitlines()
    assert max(len(line) for line in lines if "://" not in line) <= 80


def test_recursive_types_end() -> None:
    text = explain(CRD, "spec.versions.schema", recursive=True)
    assert "      properties\t<map[string]JSONSchemaProps>\n" not in text
    assert "    properties\t<map[string]JSONSchemaProps>\n" in text


@pytest.mark.parametrize("path, field", [("spec.nope", "nope"), ("nope.more", "more"), ("metadata.labels.x", "x")])
def test_a_field_that_does_not_exist_is_refused_after_the_header(path: str, field: str) -> None:
    out = io.StringIO()
    with pytest.raises(ExplainError, match=f'^field "{field}" does not exist$'):
        print_explanation(out, POD[0], path.split("."), False, POD[1])
    assert out.getvalue() == "KIND:       Pod\nVERSION:    v1\n\n"


CRON_TAB = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "required": ["cron"],
            "properties": {
                "cron": {"type": "string", "description": "When."},
                "mode": {"type": "string", "enum": ["a", "b"]},
                "levels": {"type": "array", "items": {"type": "integer"}},
                "free": {"x-kubernetes-preserve-unknown-fields": True},
            },
        }
    },
}


def explain_crd(path: list[str]) -> str:
    out = io.StringIO()
    print_schema(out, complete_crd_schema(CRON_TAB), path, False, GroupVersionKind("example.com", "v1", "CronTab"))
    return out.getvalue()


def test_a_custom_resource_is_explained_from_its_schema() -> None:
    assert explain_crd(["spec"]) == (
        "GROUP:      example.com\nKIND:       CronTab\nVERSION:    v1\n\nFIELD: spec <Object>\n\n\nDESCRIPTION:\n    <empty>\n"
        "FIELDS:\n  cron\t<string> -required-\n    When.\n\n  free\t<Object>\n    <no description>\n\n"
        "  levels\t<[]integer>\n    <no description>\n\n  mode\t<string>\n  enum: a, b\n    <no description>\n\n\n"
    )


def test_a_custom_resource_has_the_standard_fields() -> None:
    assert skeleton(explain_crd([]))[3:] == [
        "FIELDS:",
        "  apiVersion\t<string>",
        "  kind\t<string>",
        "  metadata\t<ObjectMeta>",
        "  spec\t<Object>",
    ]
    assert "  labels\t<map[string]string>\n" in explain_crd(["metadata"])
