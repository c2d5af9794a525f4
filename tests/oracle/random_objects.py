"""Objects of any kind with random fields, made from Kubernetes' own schemas: what no manifest would think of.

They need not be valid; they only have the right types, so that kubectl can decode them.
"""

from __future__ import annotations

import random
from typing import Any

from minikube_py.apimachinery.schema import Schema, load
from minikube_py.apis.kind import Kind

Object = dict[str, Any]

LONG_AGO = ("2015-03-01T10:00:00Z", "2023-02-03T04:05:06Z")
"""Ages of years and days do not change while a test runs."""
AMOUNTS = ("0", "100m", "1", "64Mi", "2Gi", "1500m", "3k", "0.5", "1e3")
RESOURCES = ("cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "example.com/gpu", "storage", "pods", "requests.cpu")
WORDS = ("alpha", "beta", "gamma-1", "Always", "x.y/z", "web", "/tmp/a", "10.0.0.1", "True", "")
TEXTS = ("a message", "two\nlines", "", "x" * 150, "tab\tin", "ends\n")
TYPES = (
    *("Ready", "NodePort", "ClusterIP", "LoadBalancer", "ExternalName", "Utilization", "AverageValue", "Value", "Resource"),
    *(
        "Pods",
        "Object",
        "External",
        "ContainerResource",
        "RollingUpdate",
        "Recreate",
        "OnDelete",
        "Localhost",
        "RuntimeDefault",
    ),
    *("Container", "PersistentVolumeClaim", "InternalIP", "Complete", "kubernetes.io/service-account-token", "Resizing"),
)
CHOICES = {
    "type": TYPES,
    "status": ("True", "False", "Unknown"),
    "phase": ("Pending", "Running", "Succeeded", "Failed", "Bound", "Terminating"),
    "restartPolicy": ("Always", "Never", "OnFailure"),
    "operator": ("Exists", "Equal", "In", "NotIn"),
    "effect": ("NoSchedule", "NoExecute", ""),
    "completionMode": ("Indexed", "NonIndexed"),
    "clusterIP": ("None", "10.96.0.1", ""),
    "schedule": ("* * * * *",),
    **dict.fromkeys(("message", "value", "note", "description"), TEXTS),
}
SCALARS: dict[str, tuple[Any, ...]] = {
    "integer": (0, 1, 2, 5, 80, 443, 3600),
    "number": (0, 1, 2),
    "boolean": (True, False),
    "quantity": AMOUNTS,
    "int-or-string": (0, 1, 80, "http"),
    "time": LONG_AGO,
    "any": ({}, {"a": "b"}),
}
ONE_OF = ("VolumeSource", "EnvVarSource", "LifecycleHandler", "ContainerState")
LABELS = ("labels", "nodeSelector", "matchLabels", "selector")
DATA = ("data", "binaryData")
ALWAYS = ("spec", "template", "jobTemplate")


def make_object(kind: Kind, seed: int) -> Object:
    """Return an object named `o<seed>`; the same for the same seed."""
    maker = _Maker(seed)
    made: Object = maker.make_fields(load(kind.schema), 0)
    metadata = {key: value for key, value in (made.get("metadata") or {}).items() if key in ("labels", "annotations")}
    metadata |= {"name": f"o{seed}", "uid": f"uid-{seed}", "resourceVersion": "1", "creationTimestamp": LONG_AGO[seed % 2]}
    if kind.namespaced:
        metadata["namespace"] = "default"
    if seed % 4 == 0:
        metadata |= {"deletionTimestamp": LONG_AGO[0], "deletionGracePeriodSeconds": 30}
    if seed % 3 == 0:
        owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "owner", "uid": "u", "controller": True}
        metadata["ownerReferences"] = [owner]
    return {**made, "apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata}


class _Maker:
    """Makes values of schemas. `_often` is how many of the fields that need not be there are."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._often = self._random.choice((0.15, 0.4, 0.7))

    def make_fields(self, schema: Schema, depth: int) -> Object:
        """Return an object with some of its schema's fields."""
        pick, often = self._random, 0.9 if depth < 2 else self._often if depth < 9 else 0.1
        fields = self._choose(schema)
        only_one = schema.go_name in ONE_OF
        return {
            name: self._make(field, name, depth + 1)
            for name, field in fields.items()
            if (depth or name not in ("apiVersion", "kind"))
            and name != "managedFields"
            and (only_one or name in schema.required or name in ALWAYS or pick.random() < often)
        }

    def _choose(self, schema: Schema) -> dict[str, Schema]:
        """Return the fields to choose from: one where only one may be set."""
        fields, name = schema.fields, schema.go_name
        rivals = {
            "Volume": [field for field in fields if field != "name"],
            "PersistentVolumeSpec": [key for key, field in fields.items() if field.go_name.endswith("VolumeSource")],
            "Probe": ["exec", "httpGet", "tcpSocket", "grpc"],
        }.get(name, list(fields) if name in ONE_OF else [])
        if not rivals:
            return fields
        kept = self._random.choice(rivals)
        return {key: field for key, field in fields.items() if key == kept or key not in rivals}

    def _make(self, schema: Schema, name: str, depth: int) -> Any:
        pick = self._random
        if schema.go_name == "LabelSelector":
            return self._make_selector()
        if schema.type == "object":
            return self.make_fields(schema, depth)
        if schema.type == "array":
            assert schema.items is not None
            item, many = schema.items, pick.choice((0, 1, 1, 2, 3) if depth < 6 else (0, 1))
            many = max(many, 1) if name == "containers" else many
            return [self._name(self._make(item, name, depth + 1), name, number) for number in range(many)]
        if schema.type == "map":
            return self._make_map(schema, name, depth)
        if schema.type == "string":
            return pick.choice(("", "AAEC")) if schema.format == "byte" else pick.choice(CHOICES.get(name, WORDS))
        return pick.choice(SCALARS[schema.type])

    def _name(self, value: Any, field: str, number: int) -> Any:
        """Give containers and their statuses names that fit together."""
        if isinstance(value, dict) and field.lower().endswith(("containers", "containerstatuses")):
            value["name"] = f"{field[:4].lower()}{number}"
        return value

    def _make_map(self, schema: Schema, name: str, depth: int) -> Object:
        pick, items = self._random, schema.items
        assert items is not None
        if name in LABELS:
            return self._make_labels()
        names = RESOURCES if items.type == "quantity" else ("one", "two", "a.b", "Z")
        chosen = pick.sample(names, pick.randint(0, 1 if name in DATA else 3))  # kubectl shows data in Go's order: any
        return {key: self._make(items, key, depth + 1) for key in chosen}

    def _make_labels(self) -> dict[str, str]:
        pick = self._random
        return {pick.choice(("app", "tier", "z/y")): pick.choice(("web", "x", "")) for _ in range(pick.randint(0, 3))}

    def _make_selector(self) -> Object:
        pick = self._random
        rules: list[Object] = [
            {"key": "k", "operator": "In", "values": ["v1", "v0"]},
            {"key": "a/b", "operator": "NotIn", "values": ["zz"]},
            {"key": "k", "operator": "Exists"},
            {"key": "a", "operator": "DoesNotExist"},
        ]
        chosen = {"matchLabels": self._make_labels(), "matchExpressions": pick.sample(rules, pick.randint(1, 2))}
        return {field: value for field, value in chosen.items() if pick.random() < 0.6}
