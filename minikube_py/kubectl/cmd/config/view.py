"""config view: the kubeconfig, with secrets hidden unless --raw."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.config_access import Config, ConfigAccess, get_access
from minikube_py.cli_runtime.config_files import embed_file
from minikube_py.cli_runtime.config_schema import SECTIONS, list_embeddable, redact
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.last_applied import HTML_ESCAPES
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.verb import UsageError, Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # what is in the kubeconfig?
  mk config view

  # of the current context only, secrets and all, files taken in
  mk config view --minify --flatten --raw

  # one user's password
  mk config view --raw -o jsonpath='{.users[?(@.name == "e2e")].user.password}'
"""

FLAGS = (
    *(f._replace(default="yaml") if f.name == "output" else f for f in RESULT_FLAGS),
    flag("merge", default=True, help="Show the union of all kubeconfig files"),
    flag("raw", default=False, help="Show secrets and certificates"),
    flag("flatten", default=False, help="Take the files that are named into the output"),
    flag("minify", default=False, help="Only what the current context needs"),
)


def minify(config: Config, context: str) -> None:
    """Leave of the config what its current context, or `context`, needs. Raises CliError."""
    config.current_context = context or config.current_context
    name = config.current_context
    if not name:
        raise CliError("current-context must exist in order to minify")
    chosen = config.contexts.get(name)
    if chosen is None:
        raise CliError(f"cannot locate context {name}")
    config.sections["contexts"] = {name: chosen}
    for section, key in (("users", "user"), ("clusters", "cluster")):
        wanted = chosen[key]
        entries = config.sections[section]
        if wanted and wanted not in entries:
            raise CliError(f"cannot locate {key} {wanted}")
        config.sections[section] = {wanted: entries[wanted]} if wanted else {}


def flatten(config: Config, access: ConfigAccess) -> None:
    """Take the content of certificates and keys in, in place of the files' names. Raises CliError."""
    for section, fields in SECTIONS.items():
        for name, entry in config.sections[section].items():
            folder = config.origins.get((section, name), access.default_filename).absolute().parent
            for path_field, data_field in list_embeddable(fields):
                if not (path := entry.get(path_field)):
                    continue
                if entry.get(data_field):
                    raise CliError("cannot have values for both path and contents")
                entry[data_field] = embed_file(os.path.join(folder, path))
                del entry[path_field]


def run(flags: Parsed, factory: Factory) -> None:
    """Print the kubeconfig."""
    if flags.args:
        raise UsageError(f"unexpected arguments: [{' '.join(flags.args)}]")
    printer = make_result_printer(flags, "")
    access = get_access(factory)
    if not flags["merge"] and not access.explicit:
        raise CliError("if merge==false a precise file must be specified")
    config = access.load()
    if flags["minify"]:
        minify(config, flags["context"])
    if flags["flatten"]:
        flatten(config, access)
    elif not flags["raw"]:
        for section, fields in SECTIONS.items():
            config.sections[section] = {name: redact(entry, fields) for name, entry in config.sections[section].items()}
    if flags["output"] == "json":
        factory.write(json.dumps(config.to_object(), indent=4, ensure_ascii=False).translate(HTML_ESCAPES) + "\n")
    else:
        printer.print_obj(config.to_object(), factory.streams.stdout)


VERB = Verb(
    "view",
    "Show the kubeconfig that counts",
    run,
    FLAGS,
    "[flags]",
    "Prints the kubeconfig. Secrets and certificates are hidden unless --raw or --flatten is given.",
    EXAMPLES,
)
