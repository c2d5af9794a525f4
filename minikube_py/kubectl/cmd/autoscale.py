"""autoscale: a horizontal pod autoscaler for a workload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, get_dry_run
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import SAVE_CONFIG_FLAG, Create, make_metadata, make_object
from minikube_py.cli_runtime.recording import RECORD_FLAG, with_cause
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import raise_all
from minikube_py.client.resources import HORIZONTAL_POD_AUTOSCALERS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.client.discovery import ResourceInfo

Object = dict[str, Any]

EXAMPLES = """
  # between two and ten pods, as many as keep them at 80 percent of the CPU that they ask for
  mk autoscale deployment web --min=2 --max=10

  # at 50 percent
  mk autoscale rc cache --max=5 --cpu-percent=50
"""

FLAGS = (
    *FILENAME_FLAGS,
    *RESULT_FLAGS,
    DRY_RUN_FLAG,
    SAVE_CONFIG_FLAG,
    flag("min", kind="int32", default=-1, help="How many pods there are at least; the server's default is 1"),
    flag("max", kind="int32", default=-1, help="How many pods there are at most"),
    flag(
        "cpu-percent",
        kind="int32",
        default=-1,
        help="CPU that the pods are to use, in percent of what they ask for; the server's default is 80",
    ),
    flag("name", help="Name of the autoscaler, if not that of the workload"),
    flag("field-manager", default="kubectl-autoscale", help="Name under which the fields are managed"),
    RECORD_FLAG,
)


def complete(flags: Parsed, factory: Factory) -> Create:
    """Turn flags into how to create the autoscalers; each gets its own name."""
    generators.require_flags(flags, "max")
    dry_run = get_dry_run(flags, factory)
    printer = make_result_printer(flags, "created" if dry_run == "client" else "autoscaled", dry_run)
    return Create(flags["name"], "", dry_run, "", flags["save-config"], flags["field-manager"], printer, flags["output"])


def validate(flags: Parsed) -> None:
    """Refuse a number of pods that is none."""
    least, most = flags["min"], flags["max"]
    if most < 1:
        raise CliError(f"--max=MAXPODS is required and must be at least 1, max: {most}")
    if most < least:
        raise CliError(f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}")


def run(flags: Parsed, factory: Factory) -> None:
    """Create an autoscaler for each workload chosen. One that fails does not keep the others from it."""
    create = complete(flags, factory)
    validate(flags)
    problems: list[Exception] = []
    count = 0
    for info in visit_selected(factory, flags, flags.args, Want(latest=False)):
        if isinstance(info, Exception):
            problems.append(info)
            continue
        count += 1
        try:
            autoscale(flags, factory, info, create)
        except (CliError, StatusError) as error:
            problems.append(error)
    raise_all(problems)
    if not count:
        raise CliError("no objects passed to autoscale")


def autoscale(flags: Parsed, factory: Factory, info: Info, create: Create) -> None:
    """Create the autoscaler of one workload. Raises CliError where it has no scale, StatusError."""
    check_scale(info.resource)
    named = create._replace(name=create.name or info.name)
    autoscaler = with_cause(flags, make_autoscaler(flags, info, named))
    generators.create_object(named, factory, HORIZONTAL_POD_AUTOSCALERS, autoscaler)


def check_scale(resource: ResourceInfo) -> None:
    """Raise CliError for a resource without the subresource scale."""
    if "scale" in resource.subresources:
        return
    what = f"{resource.group}/{resource.version}, Resource={resource.plural}"
    why = f"could not find scale subresource for {what} in discovery information"
    raise CliError(f"cannot autoscale a {resource.kind}: {why}")


def make_autoscaler(flags: Parsed, info: Info, create: Create) -> Object:
    """Return the HorizontalPodAutoscaler."""
    target = {"kind": info.resource.kind, "name": info.name, "apiVersion": info.resource.api_version}
    spec: Object = {"scaleTargetRef": target}
    if flags["min"] > 0:
        spec["minReplicas"] = flags["min"]
    spec["maxReplicas"] = flags["max"]
    if flags["cpu-percent"] >= 0:
        usage = {"type": "Utilization", "averageUtilization": flags["cpu-percent"]}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": usage}}]
    status = {"desiredReplicas": 0, "currentMetrics": None}
    return make_object(HORIZONTAL_POD_AUTOSCALERS, make_metadata(create), spec=spec, status=status)


VERB = Verb(
    "autoscale",
    "Let the load decide how many pods a workload has",
    run,
    FLAGS,
    "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu-percent=CPU]",
    "Creates a HorizontalPodAutoscaler: it keeps as many pods of a workload as their use of resources calls for.",
    EXAMPLES,
)
