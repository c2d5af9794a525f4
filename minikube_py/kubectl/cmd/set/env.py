"""set env: variables of containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime.dry_run import get_dry_run
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.results import check_output
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.polymorphic.env_vars import (
    format_reference,
    import_variables,
    parse_changes,
    resolve,
    split_arguments,
    update_variables,
)
from minikube_py.kubectl.polymorphic.pod_spec import get_pod_spec, list_containers, name_object
from minikube_py.kubectl.polymorphic.updates import (
    ALL_AND_SELECTOR,
    NO_RESOURCES,
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
  # set a variable, remove another
  mk set env deployment/web COLOR=blue SIZE-

  # what is set now, with values looked up
  mk set env deployment/web --list --resolve

  # every key of a config map as a variable
  mk set env deployment/web --from=configmap/settings
"""

FLAGS = (
    *UPDATE_FLAGS,
    SELECTOR_FLAG,
    flag("containers", "c", "*", "Names of the containers; * stands for any characters"),
    flag("from", help="Config map or secret whose keys become variables"),
    flag("prefix", help="Put this before the names of variables"),
    flag("env", "e", kind="array", help="KEY=VALUE; may be repeated"),
    flag("keys", kind="slice", help="With --from: only these keys"),
    flag("list", default=False, help="Show the variables"),
    flag("resolve", default=False, help="With --list: look up what config maps and secrets hold"),
    flag("overwrite", default=True, help="Change variables that are there already"),
)


class Options(NamedTuple):
    """Which variables to set and to remove, in which objects."""

    resources: list[str]
    new: list[Object]
    removed: list[str]
    dry_run: str


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options. Raises CliError."""
    if flags["all"] and flags["selector"]:
        raise CliError(ALL_AND_SELECTOR)
    resources, changes = split_arguments(flags.args)
    dry_run = get_dry_run(flags, factory)
    check_output(flags)
    check_local(flags, dry_run)
    if not flags["filename"] and not resources:
        raise CliError(NO_RESOURCES)
    if flags["list"] and flags["output"]:
        raise CliError("--list and --output may not be specified together")
    if flags["keys"] and not flags["from"]:
        raise CliError("when specifying --keys, a configmap or secret must be provided with --from")
    new, removed = parse_changes([*flags["env"], *changes], factory.streams.stdin)
    if flags["from"]:
        new += read_from(flags, factory)
    if flags["prefix"]:
        new = [{**variable, "name": flags["prefix"] + variable["name"]} for variable in new]
    return Options(resources, new, removed, dry_run)


def read_from(flags: Parsed, factory: Factory) -> list[Object]:
    """Return the variables of --from, warning of names that had to be changed."""
    if flags["local"]:  # kubectl asks nobody then, and knows no type without asking
        raise CliError("unsupported resource specified in --from")
    variables: list[Object] = []
    for info in visit_selected(factory, flags, [flags["from"]], Want(every=flags["all"], typed=True)):
        if isinstance(info, Exception):
            raise info
        found, warnings = import_variables(info.object or {}, flags["keys"])
        for warning in warnings:
            factory.warn(f"Warning: {warning}")
        variables += found
    return variables


def run(flags: Parsed, factory: Factory) -> None:
    """Set the variables, or list them."""
    options = complete(flags, factory)
    infos = find_infos(flags, factory, [] if flags["local"] else options.resources)

    def set_variables(info: Info, obj: Object, problems: list[Exception]) -> None:
        containers = list(list_containers(get_pod_spec(info, obj), flags["containers"]))
        if not containers:
            where = f"{info.resource.kind}/{info.name}"
            factory.warn(f"Warning: {where} does not have any containers matching {quote(flags['containers'])}")
        for container in containers:
            if not flags["overwrite"]:
                refuse_overwrites(info, container.get("env") or [], options.new)
            env = update_variables(container.get("env") or [], options.new, options.removed)
            if env or "env" in container:
                container["env"] = env
        if flags["list"]:
            show(flags, factory, info, obj, containers)

    if flags["list"]:
        for info in infos:
            set_variables(info, info.object or {}, [])
        return
    failure = "failed to patch env update to pod template: "
    update_all(flags, factory, infos, Update(set_variables, "env updated", failure), options.dry_run)


def refuse_overwrites(info: Info, existing: list[Object], new: list[Object]) -> None:
    """Raise CliError where a variable has another value."""
    values = {variable["name"]: variable.get("value", "") for variable in reversed(existing)}
    for variable in new:
        name = variable["name"]
        if name in values and values[name] != variable.get("value", ""):
            text = f"'{name}' already has a value ({values[name]}), and --overwrite is false"
            raise CliError(f"error: {name_object(info)} {text}", prefix="")


def show(flags: Parsed, factory: Factory, info: Info, obj: Object, containers: list[Object]) -> None:
    """Print the variables of containers."""
    for container in containers:
        factory.write(f"# {info.resource.kind} {info.name}, container {container['name']}\n")
        failed: dict[str, list[str]] = {}
        for variable in container.get("env") or []:
            resolved = _resolve(factory, variable, obj, container, failed) if flags["resolve"] else None
            factory.write((_describe(variable) if resolved is None else resolved) + "\n")
        for why, names in sorted(failed.items()):
            factory.warn(f"error retrieving reference for {', '.join(sorted(names))}: {why}")


def _resolve(factory: Factory, variable: Object, obj: Object, container: Object, failed: dict[str, list[str]]) -> str | None:
    """Return a variable with the value that its reference leads to; None, and a note in `failed`, where that is not known."""
    if (source := variable.get("valueFrom")) is None:
        return None
    try:
        return f"{variable['name']}={resolve(factory.client(), factory.namespace, source, obj, container)}"
    except CliError as error:
        failed.setdefault(error.message, []).append(variable["name"])
        return None


def _describe(variable: Object) -> str:
    name, source = variable["name"], variable.get("valueFrom")
    return f"{name}={variable.get('value', '')}" if source is None else f"# {name} from {format_reference(source)}"


VERB = Verb(
    "env",
    "Change or list environment variables of containers",
    run,
    FLAGS,
    "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
    "Sets variables (KEY=VALUE), removes them (KEY-) and lists them, in the containers of pods and pod templates.",
    EXAMPLES,
)
