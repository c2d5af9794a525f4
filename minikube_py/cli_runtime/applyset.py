"""apply --prune --applyset: the set of what is applied together, kept in labels of its members and annotations of a parent.

KEP-3659, in kubectl behind KUBECTL_APPLYSET=true. The parent's annotations name the kinds and namespaces to look for members in.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import Conflict, NotFound, StatusError
from minikube_py.cli_runtime.deletion import delete
from minikube_py.cli_runtime.errors import AggregateError, CliError
from minikube_py.cli_runtime.klog import warn_log
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.discovery import NoSuchResource, ResourceInfo
from minikube_py.client.request import APPLY_PATCH, Request
from minikube_py.component_base.version import KUBERNETES_VERSION

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]
GroupKind = tuple[str, str]

TOOL = "kubectl"
PREFIX = "applyset.kubernetes.io/"
TOOLING = PREFIX + "tooling"
NAMESPACES = PREFIX + "additional-namespaces"
GROUP_KINDS = PREFIX + "contains-group-kinds"
GROUP_RESOURCES = PREFIX + "contains-group-resources"  # deprecated
PARENT_ID = PREFIX + "id"
PART_OF = PREFIX + "part-of"
PARENT_TYPE = PREFIX + "is-parent-type"
_BUILT_IN_PARENTS = (("", "secrets"), ("", "configmaps"))


def is_enabled() -> bool:
    """Return whether the environment asks for apply sets."""
    return os.environ.get("KUBECTL_APPLYSET", "").lower() == "true"


class ApplySet:
    """One set, of which `reference` (`[RESOURCE][.GROUP/]NAME`) names the parent. Raises CliError for one that makes no sense."""

    def __init__(self, factory: Factory, reference: str) -> None:
        self._factory = factory
        try:
            self._resource, self._name = self._find_parent(reference)
        except (NoSuchResource, CliError) as error:
            raise CliError(f'invalid parent reference "{reference}": {error}') from error
        namespaced = self._resource.namespaced and factory.explicit_namespace
        self._namespace = factory.namespace if namespaced else ""
        self._kinds: set[GroupKind] = set()
        self._namespaces: set[str] = set()
        self._applied_kinds: set[GroupKind] = set()
        self._applied_namespaces: set[str] = set()

    def _find_parent(self, reference: str) -> tuple[ResourceInfo, str]:
        resource, slash, name = reference.partition("/")
        if not slash:
            resource, name = "secrets", reference
        if not name:
            raise CliError("name cannot be blank")
        try:
            return self._factory.discovery.find(resource), name
        except NoSuchResource as error:
            plain, _, group = resource.partition(".")
            raise CliError(f"no matches for {group}/, Resource={plain}") from error

    @property
    def id(self) -> str:
        """The value of the members' label."""
        text = ".".join((self._name, self._namespace, self._resource.kind, self._resource.group))
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        return f"applyset-{digest}-v1"

    @property
    def _parent(self) -> str:
        return f'"{self._resource.plural}.{self._resource.group}/{self._name}"'

    def validate(self) -> None:
        """Refuse a parent that cannot be one. Raises CliError, AggregateError."""
        problems: list[Exception] = []
        resource = self._resource
        if resource.namespaced and not self._namespace:
            problems.append(CliError("namespace is required to use namespace-scoped ApplySet"))
        if (resource.group, resource.plural) not in _BUILT_IN_PARENTS and not self._is_permitted():
            shown = f"{resource.group}/{resource.version}, Resource={resource.plural}"
            problems.append(CliError(f'resource "{shown}" is not permitted as an ApplySet parent'))
        if problems:
            raise problems[0] if len(problems) == 1 else AggregateError(problems)

    def _is_permitted(self) -> bool:
        """Custom resources may be parents where their definition says so by a label."""
        definitions = self._factory.discovery.find("customresourcedefinitions")
        wanted = f"{self._resource.plural}.{self._resource.group}"
        return any(crd["metadata"]["name"] == wanted for crd in self._list(definitions, "", PARENT_TYPE))

    def label(self, infos: Sequence[Info]) -> list[Info]:
        """Return the objects with the label of members. Raises CliError where one has it already."""
        return [info._replace(object=self._label(info.object or {})) for info in infos]

    def _label(self, obj: Object) -> Object:
        metadata = obj.get("metadata") or {}
        labels = metadata.get("labels") or {}
        if PART_OF in labels:
            raise CliError(f'ApplySet label "{PART_OF}" already set in input data')
        return {**obj, "metadata": {**metadata, "labels": {**labels, PART_OF: self.id}}}

    def begin(self, infos: Iterable[Info], dry_run: str, validation: str) -> None:
        """Read what the parent says, and have it name also what is about to be applied. Raises CliError."""
        self._read_parent()
        for info in infos:
            self._applied_kinds.add((info.resource.group, info.resource.kind))
            if info.resource.namespaced and info.namespace:
                self._applied_namespaces.add(info.namespace)
        kinds, namespaces = self._kinds | self._applied_kinds, self._namespaces | self._applied_namespaces
        self._write_parent(kinds, namespaces, dry_run, validation)

    def _read_parent(self) -> None:
        parent = Info(self._resource, self._namespace, self._name)
        try:
            obj = Writer(self._factory, "").get(parent)
        except NotFound as error:
            if (self._resource.group, self._resource.plural) not in _BUILT_IN_PARENTS:
                raise CliError("custom resource ApplySet parents cannot be created automatically") from error
            return
        except StatusError as error:
            raise CliError(f"failed to fetch ApplySet parent object {self._parent}: {error.message}") from error
        annotations = obj["metadata"].get("annotations") or {}
        self._check_parent(annotations, obj["metadata"].get("labels") or {})
        try:
            self._kinds = self._parse_kinds(annotations)
        except CliError as error:
            raise CliError(f"parsing ApplySet annotation on {self._parent}: {error}") from error
        self._namespaces = set(filter(None, annotations.get(NAMESPACES, "").split(",")))
        if self._resource.namespaced:
            self._namespaces.add(self._namespace)

    def _check_parent(self, annotations: dict[str, str], labels: dict[str, str]) -> None:
        subject = f"ApplySet parent object {self._parent}"
        if TOOLING not in annotations:
            raise CliError(f'{subject} already exists and is missing required annotation "{TOOLING}"')
        tool = annotations[TOOLING].rpartition("/")[0] or annotations[TOOLING]
        if tool != TOOL:
            raise CliError(f'{subject} already exists and is managed by tooling "{tool}" instead of "{TOOL}"')
        if PARENT_ID not in labels:
            raise CliError(f"{subject} exists and does not have required label {PARENT_ID}")
        if labels[PARENT_ID] != self.id:
            raise CliError(
                f'{subject} exists and has incorrect value for label "{PARENT_ID}" (got: {labels[PARENT_ID]}, want: {self.id})'
            )

    def _parse_kinds(self, annotations: dict[str, str]) -> set[GroupKind]:
        if GROUP_KINDS in annotations:
            texts = filter(None, annotations[GROUP_KINDS].split(","))
            kinds: set[GroupKind] = set()
            for text in texts:
                kind, _, group = text.partition(".")
                self._find_kind((group, kind))
                kinds.add((group, kind))
            return kinds
        if not annotations.get(GROUP_RESOURCES):
            raise CliError(f'kubectl requires the "{GROUP_KINDS}" annotation to be set on all ApplySet parent objects')
        return {self._parse_resource(text) for text in annotations[GROUP_RESOURCES].split(",")}

    def _parse_resource(self, text: str) -> GroupKind:
        plain, _, group = text.partition(".")
        try:
            found = self._factory.discovery.find(text)
        except NoSuchResource as error:
            why = f"no matches for {group}/, Resource={plain}"
            raise CliError(f'invalid group resource in "{GROUP_RESOURCES}" annotation: {why}') from error
        return found.group, found.kind

    def _find_kind(self, wanted: GroupKind) -> ResourceInfo:
        found = next((r for r in self._factory.discovery.list_all() if (r.group, r.kind) == wanted), None)
        if found is None:
            why = f'no matches for kind "{wanted[1]}" in group "{wanted[0]}"'
            raise CliError(f'could not find mapping for kind in "{GROUP_KINDS}" annotation: {why}')
        return found

    def _write_parent(self, kinds: set[GroupKind], namespaces: set[str], dry_run: str, validation: str) -> None:
        if dry_run == "client":
            return
        parent = Info(self._resource, self._namespace, self._name)
        writer = Writer(self._factory, f"{TOOL}-applyset", dry_run, validation)
        body = self._make_parent(kinds, namespaces)
        try:
            try:
                writer.patch(parent, body, APPLY_PATCH, force="false")
            except Conflict as error:
                warn_log(self._factory, 450, _CONFLICT.format(error.message, f"{TOOL}-applyset"), "applyset.go")
                writer.patch(parent, body, APPLY_PATCH, force="true")
        except StatusError as error:
            raise CliError(f"failed to update ApplySet: {error.message}") from error

    def _make_parent(self, kinds: set[GroupKind], namespaces: set[str]) -> Object:
        annotations = {
            NAMESPACES: ",".join(sorted(namespaces - {self._namespace})),
            GROUP_KINDS: ",".join(sorted(f"{kind}.{group}" if group else kind for group, kind in kinds)),
            TOOLING: f"{TOOL}/{KUBERNETES_VERSION}",
        }
        metadata: Object = {"name": self._name, "annotations": annotations, "labels": {PARENT_ID: self.id}}
        if self._namespace:
            metadata["namespace"] = self._namespace
        return {"apiVersion": self._resource.api_version, "kind": self._resource.kind, "metadata": metadata}

    def list_prunable(self, visited: set[str]) -> list[Info]:
        """Return the members that were not visited, given by uid. Raises CliError."""
        found: list[Info] = []
        for resource in map(self._find_kind, sorted(self._kinds)):
            for namespace in sorted(self._namespaces) if resource.namespaced else [""]:
                for obj in self._list(resource, namespace, f"{PART_OF}={self.id}"):
                    obj = {"apiVersion": resource.api_version, "kind": resource.kind, **obj}
                    if obj["metadata"]["uid"] not in visited:
                        found.append(Info(resource, namespace, obj["metadata"]["name"], obj))
        return found

    def _list(self, resource: ResourceInfo, namespace: str, selector: str) -> list[Object]:
        params = {"labelSelector": selector}
        request = Request("list", resource.group, resource.version, resource.plural, namespace, params=params)
        try:
            items: list[Object] = self._factory.client().send(request).object["items"]
        except StatusError as error:
            shown = f"{resource.group}/{resource.version}, Kind={resource.kind}"
            raise CliError(f"listing {shown} objects for pruning: {error.message}") from error
        return items

    def delete(self, writer: Writer, info: Info, policy: str, grace_period: int) -> None:
        """Delete a member. Raises CliError."""
        resource = info.resource
        try:
            delete(writer, info, policy, grace_period)
        except StatusError as error:
            kind = f"{resource.kind}.{resource.group}" if resource.group else resource.kind
            name = f"{info.namespace}/{info.name}" if info.namespace else info.name
            raise CliError(f"pruning {kind} {name}: {error.message}") from error

    def finish(self, dry_run: str, validation: str) -> None:
        """Have the parent name only what was applied now. Raises CliError."""
        try:
            self._write_parent(self._applied_kinds, self._applied_namespaces, dry_run, validation)
        except CliError as error:
            raise CliError(f"apply and prune succeeded, but ApplySet update failed: {error}") from error


_CONFLICT = (
    "WARNING: failed to update ApplySet: {}\nApplySet field manager {} should own these fields. Retrying with conflicts forced."
)
