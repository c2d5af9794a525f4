"""set resources: limits and requests of containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.dry_run import get_dry_run
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.recording import RECORD_FLAG
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.results import check_output
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.polymorphic.pod_spec import get_pod_spec, list_containers
from minikube_py.kubectl.polymorphic.updates import (
    ALL_AND_SELECTOR,
    SELECTOR_FLAG,
    UPDATE_FLAGS,
    Update,
    check_local,
    find_infos,
    update_all,
)

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # what every container may use, and what it needs
  mk set resources deployment web --limits=cpu=200m,memory=512Mi --requests=cpu=100m,memory=256Mi

  # one container only
  mk set resources deployment web -c=nginx --limits=cpu=200m
"""

FLAGS = (
    *UPDATE_FLAGS,
    SELECTOR_FLAG,
    RECORD_FLAG,
    flag("containers", "c", "*", "Names of the containers; * stands for any characters"),
    flag("limits", help="The most that a container may use: cpu=1,memory=1Gi"),
    flag("requests", help="What a container needs at least: cpu=1,memory=1Gi"),
)


def parse_resource_list(text: str) -> dict[str, str]:
    """Return quantities by resource, in their canonical form. Raises CliError."""
    from minikube_py.apimachinery.quantity import canonical

    result: dict[str, str] = {}
    for statement in text.split(",") if text else []:
        name, equals, value = statement.partition("=")
        if not equals or "=" in value:
            raise CliError(f"Invalid argument syntax {statement}, expected <resource>=<value>")
        try:
            result[name] = canonical(value)
        except ValueError as error:
            raise CliError(str(error)) from error
    return result


def run(flags: Parsed, factory: Factory) -> None:
    """Set the limits and requests."""
    dry_run = get_dry_run(flags, factory)
    check_output(flags)
    infos = find_infos(flags, factory, flags.args)
    check_local(flags, dry_run)
    if flags["all"] and flags["selector"]:
        raise CliError(ALL_AND_SELECTOR)
    if not flags["limits"] and not flags["requests"]:
        raise CliError("you must specify an update to requests or limits (in the form of --requests/--limits)")
    wanted = {field: parse_resource_list(flags[field]) for field in ("limits", "requests")}

    def set_resources(info: Info, obj: Object, problems: list[Exception]) -> None:
        containers = list(list_containers(get_pod_spec(info, obj), flags["containers"]))
        if not containers:
            problems.append(CliError(f"error: unable to find container named {flags['containers']}", prefix=""))
        for container in containers:
            resources = container.get("resources") or {}
            changed = {field: {**(resources.get(field) or {}), **values} for field, values in wanted.items() if values}
            container["resources"] = {**resources, **changed}

    failure = "failed to patch resources update to pod template "
    update_all(flags, factory, infos, Update(set_resources, "resource requirements updated", failure), dry_run)


VERB = Verb(
    "resources",
    "Change what containers request and may use",
    run,
    FLAGS,
    "(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
    "Sets limits and requests of containers; those of other resources stay.",
    EXAMPLES,
)
