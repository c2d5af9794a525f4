"""Writes apimachinery/protobuf/fields.json from the Go sources of Kubernetes' types, version 0.33:

    python -m tests.write_protobuf_fields FOLDER

FOLDER holds checkouts of k8s.io/api, apimachinery, apiextensions-apiserver, kube-aggregator and metrics, each under that last name.
The declarations say more than the .proto files beside them: which JSON field a number is, which ones are pointers, and what may be left out.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from minikube_py.apis.catalog import ENTRIES

PAGE = Path(__file__).parent.parent / "minikube_py" / "apimachinery" / "protobuf" / "fields.json"
META = "apimachinery/pkg/apis/meta/v1"
CORE = "api/core/v1"
OTHERS = {
    "apiextensions.k8s.io/v1": "apiextensions-apiserver/pkg/apis/apiextensions/v1",
    "apiregistration.k8s.io/v1": "kube-aggregator/pkg/apis/apiregistration/v1",
    "metrics.k8s.io/v1beta1": "metrics/pkg/apis/metrics/v1beta1",
    "meta.k8s.io/v1": META,
    "v1": CORE,
    "rbac.authorization.k8s.io/v1": "api/rbac/v1",
    "flowcontrol.apiserver.k8s.io/v1": "api/flowcontrol/v1",
}
SPECIAL = {
    "Time", "MicroTime", "Duration", "FieldsV1", "Quantity", "IntOrString", "RawExtension",
    "JSON", "JSONSchemaPropsOrArray", "JSONSchemaPropsOrBool", "JSONSchemaPropsOrStringArray",
}  # fmt: skip
"""Types whose JSON is not that of their fields: decoding knows them."""
SCALARS = {"string": "s", "bool": "b", "float64": "d", "[]byte": "y"} | dict.fromkeys(
    ("int", "int32", "int64", "uint32", "uint64", "uint8", "uint16", "Duration"), "i"
)
_STRUCT = re.compile(r"^type (\w+) struct ?\{(?:\}|\n(.*?)^\})", re.M | re.S)
_NAMED = re.compile(r"((?://.*\n)*)^type (\w+) (?!struct|interface)([^\n{=]+)$", re.M)
_FIELD = re.compile(r"^\t(?:(\w+)[ \t]+)?([\w.*\[\]]+)[ \t]+`(.*)`", re.M)
_IMPORT = re.compile(r'^\t?(?:import )?(?:(\w+) )?"k8s\.io/([\w./-]+)"$', re.M)
_TAG = re.compile(r'(\w+):"([^"]*)"')


class Field(NamedTuple):
    """A field of a message: number, JSON name (`-` where its own fields stand in its place), type."""

    number: int
    name: str
    type: str


class Package:
    """The types of one folder of Go files."""

    def __init__(self, root: Path, path: str) -> None:
        self.root, self.path = root, path
        files = [f for f in (root / path).glob("*.go") if not f.name.endswith(("_test.go", ".pb.go"))]
        files.sort(key=lambda file: file.name.startswith("types"))  # an alias is what it is there
        texts = [file.read_text() for file in files]
        self.structs = {name: body for text in texts for name, body in _STRUCT.findall(text)}
        self.imports = {alias or path.rsplit("/", 1)[-1]: path for text in texts for alias, path in _IMPORT.findall(text)}
        named = [match for text in texts for match in _NAMED.findall(text)]
        self.named = {name: target.strip() for _, name, target in named}
        self.wrapped = {name for comment, name, _ in named if "+protobuf.nullable=true" in comment}

    @cached_property
    def prefix(self) -> str:
        """The group and version that the types are known by."""
        known = {path: name for name, path in OTHERS.items()}
        return known.get(self.path) or find_group_version(self.path)


def find_group_version(path: str) -> str:
    """Return the group version of a folder of k8s.io/api."""
    folder, version = path.split("/")[-2:]
    found = {entry.group for entry in ENTRIES if entry.group.partition(".")[0] == folder and entry.version == version}
    return f"{found.pop() if found else folder}/{version}"


class Types:
    """All packages."""

    def __init__(self, root: Path) -> None:
        self._root, self._packages = root, dict[str, Package]()

    def load(self, path: str) -> Package:
        """Return a package by its folder."""
        if path not in self._packages:
            self._packages[path] = Package(self._root, path)
        return self._packages[path]

    def describe(self, package: Package, go_type: str) -> str:
        """Return the type of a Go type, in the words of fields.json."""
        if go_type in SCALARS:
            return SCALARS[go_type]
        if go_type.startswith("*"):
            return self.describe(package, go_type[1:])
        if go_type.startswith("[]"):
            return "[" + self.describe(package, go_type[2:])
        if go_type.startswith("map["):
            return "{" + self.describe(package, go_type.partition("]")[2])
        alias, _, name = go_type.rpartition(".")
        if go_type == "time.Duration":
            return "i"
        owner = self.load(package.imports[alias]) if alias else package
        if name in SPECIAL:
            return name
        if name in owner.wrapped or name in owner.structs:
            return f"{owner.prefix}.{name}"
        return self.describe(owner, owner.named[name])

    def list_fields(self, package: Package, name: str) -> Iterator[Field]:
        """Yield the fields of a message."""
        if name in package.wrapped:
            yield Field(1, "items", self.describe(package, package.named[name]))
            return
        for _, go_type, tags in _FIELD.findall(package.structs[name]):
            tag = dict(_TAG.findall(tags))
            words = tag.get("protobuf", "-").split(",")
            json_name, *options = tag.get("json", "").split(",")
            if words[0] == "-":
                continue
            kept = go_type.startswith("*") or "omitempty" not in options
            scalar = self.describe(package, go_type)
            mark = "!" if kept and scalar in SCALARS.values() else ""
            yield Field(int(words[1]), json_name if "inline" not in options else "-", mark + scalar)


def make_table(root: Path) -> dict[str, str]:
    """Return what is written: message -> its fields, `number name type` each."""
    types = Types(root)
    wanted = {f"{entry.group}/{entry.version}".lstrip("/") for entry in ENTRIES} | {"meta.k8s.io/v1"}
    paths = {OTHERS.get(name) or f"api/{name.partition('/')[0].partition('.')[0]}/{name.partition('/')[2]}" for name in wanted}
    table: dict[str, str] = {}
    for path in sorted(paths):
        package = types.load(path)
        prefix = re.compile(r"(?<![\w/])" + re.escape(package.prefix + "."))
        for name in sorted({*package.structs, *package.wrapped} - SPECIAL):
            fields = sorted(types.list_fields(package, name))
            told = (f"{f.number} {f.name} {prefix.sub('.', f.type)}" for f in fields)
            table[f"{package.prefix}.{name}"] = ", ".join(told)
    return dict(sorted(table.items()))


if __name__ == "__main__":
    PAGE.write_text(json.dumps(make_table(Path(sys.argv[1])), indent=0) + "\n")
