"""kustomize: the objects that a kustomization makes, as YAML."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.kustomizing import log_message
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # what the kustomization.yaml of this folder makes, and that of another
  mk kustomize
  mk kustomize overlays/production

  # into one file, or into a folder with a file for each object
  mk kustomize overlays/production -o production.yaml
  mk kustomize overlays/production -o rendered/

  # send it to the cluster, and look at what would change
  mk apply -k overlays/production
  mk diff -k overlays/production
"""

_ROOT_ONLY, _NO_RESTRICTION = "LoadRestrictionsRootOnly", "LoadRestrictionsNone"
_LEGACY, _NO_ORDER = "legacy", "none"
_NO_PROGRAM = "programs are not run"

FLAGS = (
    flag("output", "o", help="File to write to, or a folder that is there"),
    flag(
        "load-restrictor", default=_ROOT_ONLY, help=f"{_NO_RESTRICTION} lets kustomizations read files outside of their folder"
    ),
    flag("enable-helm", default=False, help="Allow helm charts, which cannot be inflated here"),
    flag("enable-alpha-plugins", default=False, no_effect=_NO_PROGRAM),
    flag("as-current-user", default=False, no_effect=_NO_PROGRAM),
    flag("env", "e", kind="array", no_effect=_NO_PROGRAM),
    flag("mount", kind="array", no_effect=_NO_PROGRAM),
    flag("network", default=False, no_effect=_NO_PROGRAM),
    flag("network-name", default="bridge", no_effect=_NO_PROGRAM),
    flag("helm-command", default="helm", no_effect=_NO_PROGRAM),
    flag("helm-api-versions", kind="array", no_effect=_NO_PROGRAM),
    flag("helm-kube-version", no_effect=_NO_PROGRAM),
    flag("helm-debug", default=False, no_effect=_NO_PROGRAM),
    flag("reorder", default=_LEGACY, deprecated="use the new 'sortOptions' field in kustomization.yaml instead."),
    flag(
        "enable-managedby-label",
        default=False,
        deprecated="The flag `enable-managedby-label` has been deprecated. "
        "Use the `managedByLabel` option in the `buildMetadata` field instead.",
    ),
)


def validate(flags: Parsed) -> None:
    """Refuse values that mean nothing. Raises CliError."""
    if len(flags.args) > 1:
        raise CliError("specify one path to kustomization.yaml")
    for name, values in (("load-restrictor", (_ROOT_ONLY, _NO_RESTRICTION)), ("reorder", (_LEGACY, _NO_ORDER))):
        if flags[name] not in values and (flags[name] or name == "reorder"):
            raise CliError(f"illegal flag value --{name} {flags[name]}; legal values: [{' '.join(values)}]")


def run(flags: Parsed, factory: Factory) -> None:
    """Build and write. Raises CliError."""
    from minikube_py.cli_runtime.kustomize.build import Options, build, encode_resources, write_file, write_files
    from minikube_py.cli_runtime.kustomize.errors import KustomizeError

    validate(flags)
    options = Options(
        flags["load-restrictor"] != _NO_RESTRICTION,
        flags["reorder"] if flags.changed("reorder") else "",
        flags["enable-managedby-label"],
        flags["enable-helm"],
    )
    path, output = flags.args[0] if flags.args else ".", flags["output"]
    try:
        resources = build(path, factory.warn, lambda message: log_message(factory, message), options)
        if output and os.path.isdir(output):
            write_files(resources, output)
        elif output:
            write_file(output, encode_resources(resources))
        else:
            factory.write(encode_resources(resources))
    except KustomizeError as error:
        raise CliError(str(error).removesuffix("\n")) from error


VERB = Verb(
    "kustomize",
    "Print what a kustomization comes to",
    run,
    FLAGS,
    "DIR",
    "Prints the objects that the kustomization.yaml of a folder makes; without DIR, of the current one. "
    "Nothing is fetched from URLs, and neither helm nor plugins are run.",
    EXAMPLES,
)
