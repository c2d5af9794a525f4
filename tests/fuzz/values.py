"""Objects of any kind out of Kubernetes' own definitions: right ones, almost right ones and nonsense. All follow from a seed."""

from __future__ import annotations

import random
from typing import Any

from minikube_py.apimachinery.schema import Schema, load
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.kind import Kind
from tests.fuzz.sound import SOUND

Object = dict[str, Any]
DEPTH = 7
NAMES = ("a", "b", "web", "default", "kube-system", "web-0")
LONG = "x" * 300
TEXTS = (
    *NAMES, "", "nginx", "10.0.0.1", "10.0.0.0/24", "fd00::1", "80", "https", "1Gi", "100m", "50%", "-1", "*", "Always", "RollingUpdate",
    "app.kubernetes.io/name", "system:masters", "2026-01-01T00:00:00Z", "0 0 * * *", "@hourly", "rbac.authorization.k8s.io",
    "/healthz", "../..", "a/b", "A", "é", "\u0000", "\u2028<&>", "\U0001f600", LONG, "$(A)", "{}", "[", "self.x == 1", "1e400", "null",
    "%s%n", "\n", "ReadWriteOnce", "TCP", "ClusterIP", "In", "Exists", "DoesNotExist", "NoSchedule", "v1", "Pod", "pods", "v1/Pod", "apps/v1",
)  # fmt: skip
NUMBERS = (0, 1, 2, 3, 80, 443, 30000, 65535, 65536, -1, 2**31 - 1, 2**31, -(2**31) - 1, 2**63 - 1, 2**63, 10**30)
QUANTITIES = ("0", "1", "100m", "1Gi", "1.5", "-1", "1e3", "10Ei", "1e99999", "0.0000000001", "", "one", "1Gi1", 1, 0.5, 10**25)
TIMES = (
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.123456Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "tomorrow",
    "",
    None,
)
NONSENSE: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**30,
    "",
    "x",
    [],
    {},
    [None],
    {"": None},
    [[]],
    {"a": {"b": []}},
    [1, "a", {}],
)
NOT_GIVEN_AT_RANDOM = ("name", "namespace", "generateName", "deletionTimestamp", "resourceVersion", "uid", "finalizers")


def lay_over(under: Object, over: Object) -> Object:
    """Return an object with another's fields put into it; the first items of lists are put into each other too."""
    for name, value in over.items():
        known = under.get(name)
        if isinstance(known, dict) and isinstance(value, dict):
            lay_over(known, value)
        elif isinstance(known, list) and known and isinstance(value, list):
            if value and isinstance(known[0], dict) and isinstance(value[0], dict):
                value[0] = {**value[0], **known[0]}
                known[:] = value
        elif name not in under:
            under[name] = value
    return under


class Values:
    """Makes values. `odd` is how often, out of one, something else stands where a definition says what should."""

    def __init__(self, rng: random.Random, odd: float) -> None:
        self.rng, self.odd = rng, odd

    def make_object(self, kind: Kind, name: str, namespace: str = "default") -> Object:
        """Return an object of a kind."""
        made = self.make(load(kind.schema), 0) if kind.schema else {"spec": {"a": 1}}
        if not isinstance(made, dict):
            made = {}
        if kind.plural in SOUND and self.rng.random() < 0.8:
            made = lay_over(deep_copy(SOUND[kind.plural]), made if self.rng.random() < 0.7 else {})
        made.setdefault("apiVersion", kind.api_version)
        made.setdefault("kind", kind.kind)
        metadata = made.get("metadata")
        kept = {
            key: value
            for key, value in (metadata if isinstance(metadata, dict) else {}).items()
            if key not in NOT_GIVEN_AT_RANDOM
        }
        made["metadata"] = {**kept, "name": name, **({"namespace": namespace} if kind.namespaced else {})}
        if self.rng.random() < self.odd:
            self.spoil(made)
        return made

    def make(self, schema: Schema | None, depth: int) -> Any:
        """Return a value for a definition."""
        rng = self.rng
        if schema is None or rng.random() < self.odd / 20:
            return self.make_nonsense()
        makers = {"object": self._make_struct, "map": self._make_map, "array": self._make_list}
        if schema.type in makers:
            return makers[schema.type](schema, depth)
        return self._make_scalar(schema)

    def _make_struct(self, schema: Schema, depth: int) -> Any:
        fields, required = schema.fields, schema.required
        if depth > DEPTH:
            return {}
        wanted = self.rng.sample(sorted(fields), min(len(fields), self.rng.choice((0, 1, 2, 3, 5))))
        chosen = dict.fromkeys((*required, *wanted, *(("spec",) if depth == 0 and "spec" in fields else ())))
        return {name: self.make(fields.get(name), depth + 1) for name in chosen if name not in ("apiVersion", "kind") or depth}

    def _make_map(self, schema: Schema, depth: int) -> Any:
        return {self.rng.choice(TEXTS): self.make(schema.items, depth + 1) for _ in range(self.rng.choice((0, 1, 1, 2)))}

    def _make_list(self, schema: Schema, depth: int) -> Any:
        return [self.make(schema.items, depth + 1) for _ in range(self.rng.choice((0, 1, 1, 2)) if depth <= DEPTH else 0)]

    def _make_scalar(self, schema: Schema) -> Any:
        rng = self.rng
        known: dict[str, tuple[Any, ...]] = {
            "integer": NUMBERS if rng.random() < self.odd else NUMBERS[:6],
            "number": (0, 1.5, -0.0, 1e308),
            "boolean": (True, False),
            "quantity": QUANTITIES if rng.random() < self.odd else QUANTITIES[:5],
            "int-or-string": (*NUMBERS, *TEXTS),
            "time": TIMES if rng.random() < self.odd else TIMES[:2],
            "string": TEXTS,
        }
        if schema.type not in known:
            return self.make_nonsense()
        return rng.choice(known[schema.type])

    def make_nonsense(self) -> Any:
        """Return anything."""
        return deep_copy(self.rng.choice(NONSENSE))

    def spoil(self, value: Any) -> None:
        """Put nonsense somewhere into a value."""
        while isinstance(value, dict | list) and value:
            key = self.rng.choice(list(value)) if isinstance(value, dict) else self.rng.randrange(len(value))
            if not isinstance(value[key], dict | list) or not value[key] or self.rng.random() < 0.3:
                value[key] = self.make_nonsense()
                return
            value = value[key]

    def make_patch(self, kind: Kind) -> Any:
        """Return the operations of a JSON patch."""
        paths = (
            "",
            "/",
            "/metadata",
            "/metadata/labels/a",
            "/spec",
            "/spec/-",
            "/data/0",
            "/status/x",
            "/a~0b~1c",
            "/spec/containers/0",
            "x",
        )
        operations = ("add", "remove", "replace", "move", "copy", "test", "nonsense")
        rng = self.rng
        return [
            {"op": rng.choice(operations), "path": rng.choice(paths), "from": rng.choice(paths), "value": self.make_nonsense()}
            for _ in range(rng.choice((0, 1, 1, 2)))
        ]
