"""Decisions about certificate signing requests: what `certificate approve` and `certificate deny` share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import Conflict, StatusError
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info, has_files
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.visitor import visit, visit_files
from minikube_py.client.resources import CERTIFICATE_SIGNING_REQUESTS as REQUESTS
from minikube_py.component_base.clock import format_rfc3339

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]
GROUP, KIND = REQUESTS.group, REQUESTS.kind
DECISION_FLAGS = (
    *FILENAME_FLAGS,
    *RESULT_FLAGS,
    flag("force", default=False, help="Write the request even where that was decided already"),
)
ATTEMPTS = 10


class Decision(NamedTuple):
    """The condition to add, and the one that it cannot stand beside."""

    condition: str
    excludes: str
    reason: str
    message: str


def decide_all(flags: Parsed, factory: Factory, decision: Decision) -> None:
    """Decide about the requests of the arguments and files. Raises CliError, StatusError."""
    printer = make_result_printer(flags, decision.condition.lower())
    if not flags.args and not has_files(flags):
        raise CliError("one or more CSRs must be specified as <name> or -f <filename>")

    def act(info: Info) -> Callable[[], None]:
        before = decide(info, factory, decision, force=flags["force"])
        return partial(printer.print_obj, before, factory.streams.stdout)

    if not visit(factory, _list_infos(flags, factory), act):
        factory.write("No resources found\n")


def _list_infos(flags: Parsed, factory: Factory) -> Iterator[Info | Exception]:
    if has_files(flags):
        yield from visit_files(factory, flags)
    resource = factory.discovery.find(f"{REQUESTS.plural}.{GROUP}") if flags.args else None
    for name in flags.args:
        assert resource is not None
        yield Info(resource, "", name)


def decide(info: Info, factory: Factory, decision: Decision, *, force: bool) -> Object:
    """Add the condition unless it is there, and return the request as it was before. Raises CliError, StatusError."""
    if (info.resource.group, info.resource.kind) != (GROUP, KIND):
        raise CliError(f"can only handle {KIND}.{GROUP} objects, got {info.resource.kind}{_dotted(info.resource.group)}")
    client = factory.client()
    problem: StatusError | None = None
    for _ in range(ATTEMPTS):
        csr = client.get(REQUESTS, info.name)
        changed = add_condition(csr, decision, format_rfc3339(factory.cluster_clock.now()))
        if changed is None and not force:
            return csr
        try:
            client.update(REQUESTS, changed or csr, "approval")
            return csr
        except Conflict as error:
            problem = error
    assert problem is not None
    raise problem


def _dotted(group: str) -> str:
    return f".{group}" if group else ""


def add_condition(csr: Object, decision: Decision, now: str) -> Object | None:
    """Return the request with the condition, None where it has it already. Raises CliError where the other one is there."""
    types = [c.get("type") for c in (csr.get("status") or {}).get("conditions") or ()]
    if decision.excludes in types:
        name = csr["metadata"]["name"]
        raise CliError(f'certificate signing request "{name}" is already {decision.excludes}')
    if decision.condition in types:
        return None
    new = deep_copy(csr)
    condition = {"type": decision.condition, "status": "True", "reason": decision.reason, "message": decision.message}
    new.setdefault("status", {}).setdefault("conditions", []).append({**condition, "lastUpdateTime": now})
    return new
