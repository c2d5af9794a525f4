"""Structs as Go's `%#v` prints them."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.go_structs import load_types, show_go

NIL_REQUIREMENTS = "core.ResourceRequirements{Limits:core.ResourceList(nil), Requests:core.ResourceList(nil), Claims:[]core.ResourceClaim(nil)}"


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        pytest.param("core.PodIP", {"ip": "::1"}, 'core.PodIP{IP:"::1"}', id="key of another name"),
        pytest.param("[]core.PodIP", None, "[]core.PodIP(nil)", id="no list"),
        pytest.param("[]core.PodIP", [], "[]core.PodIP{}", id="empty list"),
        pytest.param(
            "core.HostAlias", {"hostnames": ["a", "b"]}, 'core.HostAlias{IP:"", Hostnames:[]string{"a", "b"}}', id="strings"
        ),
        pytest.param("core.Taint", {"key": "a"}, 'core.Taint{Key:"a", Value:"", Effect:"", TimeAdded:<nil>}', id="no time"),
        pytest.param("core.ResourceRequirements", None, NIL_REQUIREMENTS, id="zero value"),
        pytest.param("time", "2026-01-02T03:04:05Z", "time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)", id="time"),
        pytest.param(
            "core.ServicePort",
            {"port": 80, "targetPort": "web"},
            'core.ServicePort{Name:"", Protocol:"", AppProtocol:(*string)(nil), Port:80, '
            'TargetPort:intstr.IntOrString{Type:1, IntVal:0, StrVal:"web"}, NodePort:0}',
            id="number or name",
        ),
    ],
)
def test_show(kind: str, value: Any, shown: str) -> None:
    assert show_go(kind, value) == shown


def test_a_volume_has_its_source_inlined() -> None:
    shown = show_go("core.Volume", {"name": "v", "emptyDir": {}})
    assert shown.startswith(
        'core.Volume{Name:"v", VolumeSource:core.VolumeSource{HostPath:(*core.HostPathVolumeSource)(nil), '
        "EmptyDir:(*core.EmptyDirVolumeSource)(0xc"
    )


def test_a_template_begins_with_its_metadata() -> None:
    shown = show_go("core.PodTemplateSpec", {"metadata": {"labels": {"b": "2", "a": "1"}}, "spec": {}})
    assert shown.startswith(
        'core.PodTemplateSpec{ObjectMeta:v1.ObjectMeta{Name:"", GenerateName:"", Namespace:"", SelfLink:"", UID:"", '
        'ResourceVersion:"", Generation:0, CreationTimestamp:time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC), '
        'DeletionTimestamp:<nil>, DeletionGracePeriodSeconds:(*int64)(nil), Labels:map[string]string{"a":"1", "b":"2"}, '
        "Annotations:map[string]string(nil), OwnerReferences:[]v1.OwnerReference(nil), Finalizers:[]string(nil), "
        "ManagedFields:[]v1.ManagedFieldsEntry(nil)}, Spec:core.PodSpec{Volumes:[]core.Volume(nil), "
    )


def test_every_struct_that_is_held_by_value_is_known() -> None:
    known = load_types()
    for fields in known.values():
        for field in fields:
            kind = field.type.removeprefix("[]")
            assert kind in known or "." not in kind or kind[0] == "*" or kind in _LISTED_ONLY


_LISTED_ONLY = ("v1.ManagedFieldsEntry", "core.ResourceList")  # of which none is ever shown, or which is a map
