import copy
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery import errors, schema
from minikube_py.apimachinery.decode import cannot_be_handled, decode, strict_error, suggest_field

CORE = "io.k8s.api.core.v1."
APPS = "io.k8s.api.apps.v1."
CRD = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition"
EVENT = "io.k8s.api.events.v1.Event"
QUANTITY_ERROR = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


def decode_as(name: str, obj: Any) -> Any:
    return decode(obj, schema.load(name), name.rsplit(".", 1)[-1], "v1")


def refuse(name: str, obj: Any) -> str:
    with pytest.raises(errors.BadRequest) as caught:
        decode_as(name, obj)
    kind = name.rsplit(".", 1)[-1]
    prefix = f'{kind} in version "v1" cannot be handled as a {kind}: '
    assert caught.value.message.startswith(prefix)
    return caught.value.message.removeprefix(prefix)


def container(**fields: Any) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": "c", **fields}]}}


UNKNOWN = {
    "typos of a pod": (
        CORE + "Pod",
        {
            "metadata": {"name": "typo", "lables": {"a": "b"}},
            "spec": {"containers": [{"name": "c", "imagePullPolcy": "Always"}], "restartPolice": "Always"},
        },
        ["metadata.lables", "spec.containers[0].imagePullPolcy", "spec.restartPolice"],
    ),
    "case matters": (
        CORE + "Service",
        {"spec": {"ports": [{"Port": 80}], "Ports": [{"port": 80}]}},
        ["spec.Ports", "spec.ports[0].Port"],
    ),
    "deep": (
        APPS + "Deployment",
        {
            "spec": {
                "template": {
                    "spec": {
                        "volumes": [{"name": "v", "emptydir": {}}],
                        "containers": [{"env": [{"name": "A", "vale": "b"}], "resources": {"limit": {"cpu": 1}}}],
                    }
                }
            }
        },
        [
            "spec.template.spec.containers[0].env[0].vale",
            "spec.template.spec.containers[0].resources.limit",
            "spec.template.spec.volumes[0].emptydir",
        ],
    ),
    "null and unknown": (CORE + "Pod", {"nope": None}, ["nope"]),
    "under a map key": (
        CRD,
        {"spec": {"versions": [{"schema": {"openAPIV3Schema": {"properties": {"spec": {"tpye": "object"}}}}}]}},
        ["spec.versions[0].schema.openAPIV3Schema.properties.spec.tpye"],
    ),
    "a struct without fields": (
        CRD,
        {"spec": {"versions": [{"subresources": {"status": {"x": 1}}}]}},
        ["spec.versions[0].subresources.status.x"],
    ),
}


@pytest.mark.parametrize("name, obj, paths", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_unknown_fields_are_listed_by_path(name: str, obj: Any, paths: list[str]) -> None:
    assert decode_as(name, obj).unknown == [f'unknown field "{path}"' for path in paths]


def test_unknown_fields_are_left_out_and_the_rest_is_kept() -> None:
    obj = {"metadata": {"name": "a", "lables": {}}, "spec": {"containers": [{"name": "c", "x": 1}], "volumes": None}}
    assert decode_as(CORE + "Pod", obj).object == {"metadata": {"name": "a"}, "spec": {"containers": [{"name": "c"}]}}


def test_at_most_a_hundred_strict_errors_are_listed() -> None:
    assert len(decode_as(CORE + "Pod", {f"x{i}": 1 for i in range(300)}).unknown) == 100


CLEAN = {
    "null fields are absent": (CORE + "Pod", {"metadata": None, "spec": {"volumes": None}}, {"spec": {}}),
    "empty optional fields are dropped": (
        CORE + "Pod",
        {"metadata": {"labels": {}, "name": ""}, "spec": {"hostNetwork": False, "initContainers": [], "nodeName": ""}},
        {"metadata": {}, "spec": {}},
    ),
    "empty pointers, structs and required fields are kept": (
        CORE + "Pod",
        {"spec": {"containers": [], "hostUsers": False, "priority": 0, "securityContext": {}, "runtimeClassName": ""}},
        {"spec": {"containers": [], "hostUsers": False, "priority": 0, "securityContext": {}, "runtimeClassName": ""}},
    ),
    "empty values in maps and lists are kept": (
        CORE + "Pod",
        {
            "metadata": {"labels": {"a": ""}},
            "spec": {"containers": [{"name": "c", "args": [""], "env": [{"name": "E", "value": ""}]}]},
        },
        {"metadata": {"labels": {"a": ""}}, "spec": {"containers": [{"name": "c", "args": [""], "env": [{"name": "E"}]}]}},
    ),
    "null in a map is the empty string": (CORE + "ConfigMap", {"data": {"a": None}}, {"data": {"a": ""}}),
    "null in a list is the empty struct": (CORE + "Pod", {"spec": {"containers": [None]}}, {"spec": {"containers": [{}]}}),
    "an integer as int-or-string stays one": (
        CORE + "Service",
        {"spec": {"ports": [{"targetPort": 80}, {"targetPort": "http"}]}},
        {"spec": {"ports": [{"targetPort": 80}, {"targetPort": "http"}]}},
    ),
    "a whole float is an integer": (APPS + "Deployment", {"spec": {"replicas": 3.0}}, {"spec": {"replicas": 3}}),
    "a time turns to UTC": (
        CORE + "Pod",
        {"metadata": {"creationTimestamp": "2024-01-01T01:30:00.5+02:00"}},
        {"metadata": {"creationTimestamp": "2023-12-31T23:30:00Z"}},
    ),
    "a micro time keeps six digits": (
        EVENT,
        {"eventTime": "2024-02-29T23:00:00.123456-02:00"},
        {"eventTime": "2024-03-01T01:00:00.123456Z"},
    ),
    "base64 loses its line ends": (CORE + "Secret", {"data": {"a": "aGVs\nbG8="}}, {"data": {"a": "aGVsbG8="}}),
    "free form is kept as it is": (
        CRD,
        {"spec": {"versions": [{"schema": {"openAPIV3Schema": {"default": {"a": [None, 1.5]}}}}]}},
        {"spec": {"versions": [{"schema": {"openAPIV3Schema": {"default": {"a": [None, 1.5]}}}}]}},
    ),
}


@pytest.mark.parametrize("name, obj, clean", CLEAN.values(), ids=CLEAN.keys())
def test_values_are_cleaned(name: str, obj: Any, clean: Any) -> None:
    before = copy.deepcopy(obj)
    assert decode_as(name, obj) == (clean, [])
    assert obj == before


TYPE_ERRORS = {
    "string for int32, and it is the first": (
        APPS + "Deployment",
        {"spec": {"template": {"spec": {"containers": {}}}, "replicas": "three"}},
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
    ),
    "string for int64": (
        CORE + "Pod",
        {"spec": {"terminationGracePeriodSeconds": "30"}},
        "json: cannot unmarshal string into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64",
    ),
    "number in a map of strings": (
        CORE + "ConfigMap",
        {"data": {"a": 1, "b": True}},
        "json: cannot unmarshal number into Go struct field ConfigMap.data of type string",
    ),
    "bool in a secret": (
        CORE + "Secret",
        {"stringData": {"a": True}},
        "json: cannot unmarshal bool into Go struct field Secret.stringData of type string",
    ),
    "number for bytes": (
        CORE + "Secret",
        {"data": {"a": 1}},
        "json: cannot unmarshal number into Go struct field Secret.data of type []uint8",
    ),
    "bool label of a template": (
        APPS + "StatefulSet",
        {"spec": {"template": {"metadata": {"labels": {"a": True}}}}},
        "json: cannot unmarshal bool into Go struct field ObjectMeta.spec.template.metadata.labels of type string",
    ),
    "object for a list": (
        CORE + "Pod",
        {"spec": {"containers": {}}},
        "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container",
    ),
    "string for a struct": (
        CORE + "Pod",
        {"spec": "x"},
        "json: cannot unmarshal string into Go struct field Pod.spec of type v1.PodSpec",
    ),
    "a named string type": (
        CORE + "Pod",
        container(imagePullPolicy=1),
        "json: cannot unmarshal number into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy",
    ),
    "elements of a named type": (
        CORE + "PersistentVolumeClaim",
        {"spec": {"accessModes": [1]}},
        "json: cannot unmarshal number into Go struct field PersistentVolumeClaimSpec.spec.accessModes"
        " of type v1.PersistentVolumeAccessMode",
    ),
    "number for a resource list": (
        CORE + "Pod",
        container(resources={"limits": 3}),
        "json: cannot unmarshal number into Go struct field ResourceRequirements.spec.containers.resources.limits"
        " of type v1.ResourceList",
    ),
    "fraction": (
        APPS + "Deployment",
        {"spec": {"replicas": 1.5}},
        "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
    ),
    "tiny fraction": (
        APPS + "Deployment",
        {"spec": {"replicas": 1e-7}},
        "json: cannot unmarshal number 1e-7 into Go struct field DeploymentSpec.spec.replicas of type int32",
    ),
    "too large": (
        APPS + "Deployment",
        {"spec": {"replicas": 2**31}},
        "json: cannot unmarshal number 2147483648 into Go struct field DeploymentSpec.spec.replicas of type int32",
    ),
    "bool for int-or-string": (
        CORE + "Service",
        {"spec": {"ports": [{"targetPort": True}]}},
        "json: cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32",
    ),
    "number for a time": (
        CORE + "Pod",
        {"metadata": {"creationTimestamp": 5}},
        "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string",
    ),
    "no time": (
        CORE + "Pod",
        {"metadata": {"creationTimestamp": "noon"}},
        'parsing time "noon" as "2006-01-02T15:04:05Z07:00": cannot parse "noon" as "2006"',
    ),
    "a time wins over an earlier wrong type": (
        CORE + "Pod",
        {"metadata": {"annotations": 1, "creationTimestamp": "2024-13-01T00:00:00Z"}},
        'parsing time "2024-13-01T00:00:00Z": month out of range',
    ),
    "a list at the top": (CORE + "Pod", [], "json: cannot unmarshal array into Go value of type v1.Pod"),
}


@pytest.mark.parametrize("name, obj, message", TYPE_ERRORS.values(), ids=TYPE_ERRORS.keys())
def test_a_wrong_type_is_refused_in_gos_words(name: str, obj: Any, message: str) -> None:
    assert refuse(name, obj) == message


BASE64 = [("a", 0), ("abc", 0), ("aGVsbG8", 4), ("aGVs bG8=", 4), ("aGVsbG8=x", 8), ("=", 0), ("ab=c", 2), ("ab=", 3), ("ü", 0)]


@pytest.mark.parametrize("text, position", BASE64)
def test_bad_base64_names_the_byte(text: str, position: int) -> None:
    assert refuse(CORE + "Secret", {"data": {"k": text}}) == f"illegal base64 data at input byte {position}"


TIMES = {
    "2024-02-30T00:00:00Z": 'parsing time "2024-02-30T00:00:00Z": day out of range',
    "2024-01-01T24:00:00Z": 'parsing time "2024-01-01T24:00:00Z": hour out of range',
    "2024-01-01": 'parsing time "2024-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
    "2024-01-01T00:00:00": 'parsing time "2024-01-01T00:00:00" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"',
    "2024-01-01T00:00:00Zx": 'parsing time "2024-01-01T00:00:00Zx": extra text: "x"',
    "": 'parsing time "" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006"',
}


@pytest.mark.parametrize("text", TIMES)
def test_bad_times_are_refused_in_gos_words(text: str) -> None:
    assert refuse(CORE + "Pod", {"metadata": {"creationTimestamp": text}}) == TIMES[text]


def test_quantities_become_canonical_strings() -> None:
    pytest.importorskip("minikube_py.apimachinery.quantity")
    clean = decode_as(CORE + "Pod", container(resources={"limits": {"cpu": 1.5, "memory": 1024}, "requests": {"cpu": "0.1"}}))
    resources = clean.object["spec"]["containers"][0]["resources"]
    assert resources == {"limits": {"cpu": "1500m", "memory": "1024"}, "requests": {"cpu": "100m"}}


@pytest.mark.parametrize("value", ["lots", "", "1GB", True, {"a": 1}, [1]], ids=repr)
def test_a_bad_quantity_is_refused(value: Any) -> None:
    pytest.importorskip("minikube_py.apimachinery.quantity")
    assert refuse(CORE + "Pod", container(resources={"limits": {"cpu": value}})) == QUANTITY_ERROR


def test_a_bad_quantity_wins_over_an_earlier_wrong_type() -> None:
    pytest.importorskip("minikube_py.apimachinery.quantity")
    assert refuse(CORE + "Pod", container(args=[1], resources={"limits": {"cpu": "x"}})) == QUANTITY_ERROR


def test_a_null_quantity_is_zero() -> None:
    pytest.importorskip("minikube_py.apimachinery.quantity")
    clean = decode_as(CORE + "Pod", container(resources={"limits": {"cpu": None}}))
    assert clean.object["spec"]["containers"][0]["resources"] == {"limits": {"cpu": "0"}}


def test_strict_error_joins_what_is_unknown() -> None:
    error = strict_error("Pod", "v1", ['unknown field "a"', 'unknown field "b.c"'])
    assert error.message == (
        'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "a", unknown field "b.c"'
    )


def test_the_group_of_the_version_is_not_shown() -> None:
    assert cannot_be_handled("ConfigMap", "apps/v1", "why", "Secret").message == (
        'ConfigMap in version "v1" cannot be handled as a Secret: why'
    )


SUGGESTIONS = [
    ("metadata.lables", "labels"),
    ("spec.containers[0].imagePullPolcy", "imagePullPolicy"),
    ("spec.containers[0].ports[3].containerport", "containerPort"),
    ("spec.volumes[0].emptydir", "emptyDir"),
    ("spec.-image", "- image"),
    ("spec.containers[0].qqqq", None),
    ("nowhere.at.all", None),
    ("metadata.labels.x", None),
]


@pytest.mark.parametrize("path, field", SUGGESTIONS)
def test_the_nearest_field_is_suggested(path: str, field: str | None) -> None:
    assert suggest_field(schema.load(CORE + "Pod"), path) == field


SCALARS = (
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(string.ascii_letters, max_size=3)
)
NAMES = st.sampled_from(["metadata", "spec", "labels", "name", "containers", "args", "volumes", "emptyDir", "nope", "ports"])
VALUES = st.recursive(SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(NAMES, v, max_size=3), max_leaves=12)


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_decoding_refuses_or_gives_what_decodes_to_itself(obj: dict[str, Any]) -> None:
    try:
        clean = decode_as(CORE + "Pod", obj).object
    except errors.BadRequest:
        return
    assert decode_as(CORE + "Pod", clean) == (clean, [])
