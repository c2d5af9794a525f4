"""What verbs share that make an object out of flags: `create deployment`, `create configmap`, and so on.

Objects keep the order of Go's struct fields, for the annotation that --save-config writes shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, VALIDATE_FLAG, get_dry_run, get_validation
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Flag, Parsed, flag
from minikube_py.cli_runtime.printers.managed_fields import Printer
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.verb import UsageError

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.client.resources import Resource

Object = dict[str, Any]

SAVE_CONFIG_FLAG = flag("save-config", default=False, help="Keep the object in the annotation that apply compares with")
GENERATOR_FLAGS: tuple[Flag, ...] = (
    *RESULT_FLAGS,
    SAVE_CONFIG_FLAG,
    VALIDATE_FLAG,
    DRY_RUN_FLAG,
    flag("field-manager", default="kubectl-create", help="Name under which the fields are managed"),
)


class Create(NamedTuple):
    """How to create the object that a generator makes. `namespace` is the one given by --namespace, else ""."""

    name: str
    namespace: str
    dry_run: str
    validation: str
    save_config: bool
    manager: str
    printer: Printer
    output: str


def complete_create(flags: Parsed, factory: Factory) -> Create:
    """Read the name and the flags that all generators have. Raises UsageError, CliError."""
    count = len(flags.args) if flags.dash < 0 else flags.dash
    if count != 1:
        raise UsageError(f"exactly one NAME is required, got {count}")
    dry_run = get_dry_run(flags, factory)
    namespace = factory.namespace if factory.explicit_namespace else ""
    printer = make_result_printer(flags, "created", dry_run)
    save_config, manager = flags["save-config"], flags["field-manager"]
    return Create(flags.args[0], namespace, dry_run, get_validation(flags), save_config, manager, printer, flags["output"])


def require_flags(flags: Parsed, *names: str) -> None:
    """Raise CliError where one of the flags was not given."""
    if missing := [f'"{name}"' for name in names if not flags.changed(name)]:
        raise CliError(f"required flag(s) {', '.join(missing)} not set")


def require_name(create: Create) -> None:
    """Raise CliError for an empty name."""
    if not create.name:
        raise CliError("name must be specified")


def make_metadata(
    create: Create,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    *,
    namespaced: bool = True,
) -> Object:
    """Return the metadata of a generated object."""
    metadata: Object = {"name": create.name}
    if create.namespace and namespaced:
        metadata["namespace"] = create.namespace
    metadata["creationTimestamp"] = None
    if labels:
        metadata["labels"] = dict(labels)
    if annotations:
        metadata["annotations"] = dict(annotations)
    return metadata


def make_object(resource: Resource, metadata: Object, **fields: Any) -> Object:
    """Return an object of the resource's kind."""
    return {"kind": resource.kind, "apiVersion": resource.api_version, "metadata": metadata, **fields}


def make_container(name: str, image: str, command: Sequence[str] = ()) -> Object:
    """Return a container as Go's encoder shows one that says no more."""
    given = {"image": image, "command": list(command)}
    return {"name": name, **{field: value for field, value in given.items() if value}, "resources": {}}


def create_object(create: Create, factory: Factory, resource: Resource, obj: Object, failure: str = "") -> None:
    """Create a generated object, unless it is only to be shown, and print it.

    An answer that is an error becomes a CliError with `failure`, such as `failed to create job: `, before its message; without
    `failure` it stays what it is.
    """
    if create.save_config:
        from minikube_py.cli_runtime.last_applied import annotate_generated

        obj = annotate_generated(obj)
    if create.dry_run != "client":
        obj = _send(create, factory, resource, obj, failure)
    printer = create.printer
    if create.output == "json":
        from minikube_py.cli_runtime.printers.go_json import like_go

        printer = like_go(printer)
    printer.print_obj(obj, factory.streams.stdout)


def _send(create: Create, factory: Factory, resource: Resource, obj: Object, failure: str) -> Object:
    from minikube_py.cli_runtime.writer import Writer
    from minikube_py.client.request import Request

    namespace = factory.namespace if resource.namespaced else ""
    writer = Writer(factory, create.manager, create.dry_run, create.validation)
    try:
        stored: Object = writer.send(
            Request("create", resource.group, resource.version, resource.plural, namespace, body=obj)
        ).object
    except StatusError as error:
        if not failure:
            raise
        raise CliError(error.behind(failure).message) from error
    return stored
