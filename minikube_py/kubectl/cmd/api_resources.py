"""api-resources: the types of object that the cluster serves, with their short names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.printers.tabwriter import new_table_writer
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.discovery import ResourceInfo

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # every type, with its short names
  mk api-resources

  # names only, of what has no namespace
  mk api-resources -o name --namespaced=false
"""

FORMATS = ("wide", "name", "json", "yaml")

FLAGS = (
    flag("api-group", help="Only types of this group"),
    flag("cached", default=False, no_effect="types are read from the cluster at once, nothing is cached"),
    flag("categories", kind="slice", help="Only types of these categories, such as all"),
    flag("namespaced", default=True, help="Only types that live in a namespace, or with =false only others"),
    flag("no-headers", default=False, help="Leave out the heading line"),
    flag("output", "o", help="wide, name, json or yaml"),
    flag("sort-by", help="name or kind"),
    flag("verbs", kind="slice", help="Only types that have all these verbs"),
)


def choose(flags: Parsed, infos: list[ResourceInfo]) -> list[ResourceInfo]:
    """Return what the flags leave, in the order asked for."""
    chosen = [
        info
        for info in infos
        if (not flags.changed("api-group") or info.group == flags["api-group"])
        and (not flags.changed("namespaced") or info.namespaced == flags["namespaced"])
        and set(flags["verbs"]) <= set(info.verbs)
        and set(flags["categories"]) <= set(info.categories)
    ]
    order: Any = {"name": lambda i: i.plural, "kind": lambda i: (i.kind, i.plural)}.get(
        flags["sort-by"], lambda i: (i.group, i.plural)
    )
    return sorted(chosen, key=order)


def run(flags: Parsed, factory: Factory) -> int:
    """Print the table, or another format."""
    if flags.args:
        raise CliError(f"unexpected arguments: [{' '.join(flags.args)}]\nSee 'kubectl api-resources -h' for help and examples")
    if flags["output"] not in ("", *FORMATS):
        raise CliError(f"--output {flags['output']} is not available")
    if flags["sort-by"] not in ("", "name", "kind"):
        raise CliError("--sort-by accepts only name or kind")
    infos: list[ResourceInfo] = []
    try:
        infos = choose(flags, factory.discovery.list_all())
    finally:
        _print(flags, infos, factory)
    if problems := factory.discovery.problems:
        listed = ", ".join(f"{version}: {problems[version]}" for version in sorted(problems))
        raise CliError(f"unable to retrieve the complete list of server APIs: {listed}")
    return 0


def _print(flags: Parsed, infos: list[ResourceInfo], factory: Factory) -> None:
    if flags["output"] in ("json", "yaml"):
        _print_list(flags["output"], infos, factory)
    elif flags["output"] == "name":
        factory.write("".join(f"{info.qualified}\n" for info in infos))
    else:
        _print_table(flags, infos, factory)


def _print_table(flags: Parsed, infos: list[ResourceInfo], factory: Factory) -> None:
    wide = flags["output"] == "wide"
    writer = new_table_writer(factory.streams.stdout)
    if not flags["no-headers"]:
        headers = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", *(["VERBS", "CATEGORIES"] if wide else [])]
        writer.write("\t".join(headers) + "\n")
    for info in infos:
        cells = [info.plural, ",".join(info.short_names), info.api_version, str(info.namespaced).lower(), info.kind]
        if wide:
            cells += [",".join(info.verbs), ",".join(info.categories)]
        writer.write("\t".join(cells) + "\n")
    writer.flush()


def _print_list(output: str, infos: list[ResourceInfo], factory: Factory) -> None:
    from minikube_py.cli_runtime.printers.go_format import encode_json
    from minikube_py.cli_runtime.printers.yaml import encode_yaml

    resources = [
        {
            "name": info.plural,
            "singularName": info.singular,
            "namespaced": info.namespaced,
            **({"group": info.group} if info.group else {}),
            "version": info.version,
            "kind": info.kind,
            "verbs": list(info.verbs),
            **({"shortNames": list(info.short_names)} if info.short_names else {}),
            **({"categories": list(info.categories)} if info.categories else {}),
        }
        for info in infos
    ]
    body = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "", "resources": resources}
    factory.write(encode_yaml(body) if output == "yaml" else encode_json(body, "    ") + "\n")


VERB = Verb(
    "api-resources",
    "List the types of object there are",
    run,
    FLAGS,
    "[flags]",
    "Prints the types of object.",
    EXAMPLES,
    shows="table",
)
