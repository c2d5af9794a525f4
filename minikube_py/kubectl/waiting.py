"""What `wait` waits for: conditions and values of objects, their creation and their end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import NotFound, new_not_found
from minikube_py.apimachinery.gosyntax import format_go_value
from minikube_py.cli_runtime.deletion import wait_until_gone
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.cli_runtime.printers.jsonpath import JSONPath, JSONPathError, relaxed_jsonpath
from minikube_py.cli_runtime.resource_builder import Info, namespace_for
from minikube_py.client.discovery import ResourceInfo

Object = dict[str, Any]

TIMED_OUT = "timed out waiting for the condition"
JSONPATH_FORMAT = (
    "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'"
)


class Condition:
    """Something that an object is or is not."""

    def is_met(self, obj: Object) -> bool:
        """Return whether it is. Raises CliError where the question does not fit the object."""
        return True


CREATED = Condition()
DELETED = Condition()


class StatusCondition(Condition):
    """A condition of the object's status has a value; a status that is older than the spec does not count."""

    def __init__(self, name: str, value: str) -> None:
        self._name, self._value = name.casefold(), value.casefold()

    def is_met(self, obj: Object) -> bool:
        """Return whether the first condition of that name has the value."""
        status = obj.get("status") or {}
        for condition in status.get("conditions") or ():
            if str(condition.get("type", "")).casefold() != self._name or "status" not in condition:
                continue
            observed = condition.get("observedGeneration", status.get("observedGeneration"))
            if observed is not None and observed < obj["metadata"].get("generation", 0):
                return False
            return str(condition["status"]).casefold() == self._value
        return False


class JSONPathCondition(Condition):
    """A field has a value, or with "" any value at all."""

    def __init__(self, path: JSONPath, value: str) -> None:
        self._path, self._value = path, value.strip()

    def is_met(self, obj: Object) -> bool:
        """Return whether the one result of the path has the value."""
        try:
            results = self._path.find(obj)
        except JSONPathError as error:
            raise CliError(str(error)) from None
        if not results or not results[0]:
            return False
        if len(results) > 1:
            raise CliError("given jsonpath expression matches more than one list")
        if len(results[0]) > 1:
            raise CliError("given jsonpath expression matches more than one value")
        if not self._value:
            return True
        found = results[0][0]
        if isinstance(found, dict | list):
            raise CliError("jsonpath leads to a nested object or list which is not supported")
        return ("<nil>" if found is None else format_go_value(found).strip()) == self._value


def parse_condition(text: str) -> Condition:
    """Return what --for asks for. Raises CliError."""
    if text.lower() == "delete":
        return DELETED
    if text.lower() == "create":
        return CREATED
    kind, equals, rest = text.partition("=")
    if kind == "condition" and equals:
        name, given, value = rest.partition("=")
        return StatusCondition(name, value if given else "true")
    if kind == "jsonpath" and equals:
        return _parse_jsonpath(rest)
    raise CliError(f"unrecognized condition: {quote(text)}")


def _parse_jsonpath(text: str) -> Condition:
    path, *values = split_at_equals(text)
    if len(values) > 1:
        raise CliError(JSONPATH_FORMAT)
    relaxed = relaxed_jsonpath(path)
    value = values[0].strip("'\"") if values else ""
    if values and not value:
        raise CliError("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3")
    if not relaxed:
        raise CliError("jsonpath expression cannot be empty")
    try:
        return JSONPathCondition(JSONPath("wait", allow_missing_keys=True).parse(relaxed), value)
    except JSONPathError as error:
        raise CliError(str(error)) from None


def split_at_equals(text: str) -> list[str]:
    """Return the parts between single equals signs; double ones belong to the path."""
    mark = "\0"
    return [part.replace(mark, "==") for part in text.replace("==", mark).split("=")]


class Answer(NamedTuple):
    """An object, or its absence, at a revision."""

    object: Object | None
    version: str


class Waiter:
    """Waits for objects, for all of them together no longer than `timeout` seconds; 0 looks once."""

    def __init__(self, factory: Factory, timeout: float) -> None:
        self._factory, self._client = factory, factory.client()
        self._patient = timeout > 0
        self._deadline = factory.clock.now() + timeout

    def wait(self, info: Info, condition: Condition) -> Object:
        """Return the object when the condition is met. Raises CliError, StatusError."""
        if condition is CREATED:
            return info.object or {}
        if condition is DELETED:
            return self._wait_until_gone(info)
        if not self._patient:
            obj = self._client.get(info.resource.resource, info.name, info.namespace)
            if condition.is_met(obj):
                return obj
            raise CliError(f"condition not met for {info.resource.plural}/{info.name}")
        return self._wait_for(info, condition)

    def _wait_until_gone(self, info: Info) -> Object:
        if not self._patient:
            try:
                self._client.get(info.resource.resource, info.name, info.namespace)
            except NotFound:
                return info.object or {}
            raise CliError(f"condition not met for {info.resource.plural}/{info.name}")
        wait_until_gone(self._factory, info, "", self._deadline)
        return info.object or {}

    def _wait_for(self, info: Info, condition: Condition) -> Object:
        timed_out = CliError(f"{TIMED_OUT} on {info.resource.plural}/{info.name}")
        if self._left() <= 0:
            raise timed_out
        found = self._look(info)
        if found.object is None:
            raise new_not_found(info.resource.group, info.resource.plural, info.name)
        if condition.is_met(found.object):
            return found.object
        params = {"resourceVersion": found.version, "fieldSelector": f"metadata.name={info.name}"}
        watch = self._client.watch(info.resource.resource, info.namespace, timeout=self._left(), **params)
        with closing(watch) as events:  # type: ignore[type-var]
            for event in events:
                if event.type in ("ADDED", "MODIFIED") and condition.is_met(event.object):
                    return event.object
        raise timed_out

    def wait_until_there(self, info: Info) -> None:
        """Wait until the object exists. Raises CliError."""
        found = self._look(info)
        if found.object is None:
            params = {"resourceVersion": found.version, "fieldSelector": f"metadata.name={info.name}"}
            self._wait_for_addition(info.resource, info.namespace, params)

    def wait_for_any(self, types: Sequence[ResourceInfo], flags: Parsed) -> None:
        """Wait until there is an object of one of the types that the selectors of the flags choose. Raises CliError."""
        resource = types[0]
        namespace = "" if flags["all-namespaces"] else namespace_for(self._factory, resource)
        labels, fields = flags["selector"], flags["field-selector"]
        listed = [self._client.list(t.resource, namespace, labels, fields) for t in types]
        if any(found["items"] for found in listed):
            return
        params = {"resourceVersion": listed[0]["metadata"]["resourceVersion"], "labelSelector": labels, "fieldSelector": fields}
        self._wait_for_addition(resource, namespace, {key: value for key, value in params.items() if value})

    def _wait_for_addition(self, resource: ResourceInfo, namespace: str, params: dict[str, str]) -> None:
        watch = self._client.watch(resource.resource, namespace, timeout=max(self._left(), 0), **params)
        with closing(watch) as events:  # type: ignore[type-var]
            for event in events:
                if event.type in ("ADDED", "MODIFIED"):
                    return
        raise CliError(TIMED_OUT)

    def _look(self, info: Info) -> Answer:
        found = self._client.list(info.resource.resource, info.namespace, field_selector=f"metadata.name={info.name}")
        obj = next(iter(found["items"]), None)
        if obj is not None:
            obj = {"apiVersion": info.resource.api_version, "kind": info.resource.kind, **obj}
        return Answer(obj, found["metadata"]["resourceVersion"])

    def _left(self) -> float:
        return self._deadline - self._factory.clock.now()
