"""create configmap: from files, folders, literal values or env files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime import generators, key_sources
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import Create, make_metadata, make_object
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import CONFIG_MAPS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # two values
  mk create configmap settings --from-literal=color=blue --from-literal=size=10

  # a file under its own name, another under the key main, and all files of a folder
  mk create configmap app --from-file=app.properties --from-file=main=other.txt --from-file=conf/

  # the lines KEY=value of a file
  mk create configmap env --from-env-file=app.env
"""

FLAGS = (
    *generators.GENERATOR_FLAGS,
    *key_sources.SOURCE_FLAGS,
    flag("append-hash", default=False, help="Add a hash of the contents to the name"),
)


def run(flags: Parsed, factory: Factory) -> None:
    """Create the config map."""
    create = generators.complete_create(flags, factory)
    generators.require_name(create)
    key_sources.check_sources(flags)
    config_map = make_config_map(create, flags)
    generators.create_object(create, factory, CONFIG_MAPS, config_map, "failed to create configmap: ")


def make_config_map(create: Create, flags: Parsed) -> Object:
    """Return the ConfigMap; what is no text goes to binaryData. Raises CliError."""
    data: dict[str, str] = {}
    binary: dict[str, str] = {}
    _add_all(create.name, data, binary, key_sources.read_files(flags["from-file"]))
    _add_all(create.name, data, binary, key_sources.read_literals(flags["from-literal"]))
    _add_all(create.name, data, binary, key_sources.read_env_files(flags["from-env-file"], "config"))
    fields = {"data": dict(sorted(data.items())), "binaryData": dict(sorted(binary.items()))}
    config_map = make_object(CONFIG_MAPS, {}, **{key: value for key, value in fields.items() if value})
    config_map["metadata"] = make_metadata(create)
    if flags["append-hash"]:
        from minikube_py.cli_runtime.name_hash import append_config_map_hash

        append_config_map_hash(config_map)
    return config_map


def _add_all(name: str, data: dict[str, str], binary: dict[str, str], pairs: Iterable[tuple[str, bytes]]) -> None:
    from minikube_py.apimachinery.names import is_config_map_key

    for key, value in pairs:
        if problems := is_config_map_key(key):
            raise CliError(f'"{key}" is not a valid key name for a ConfigMap: {",".join(problems)}')
        for place, where in (("Data", data), ("BinaryData", binary)):
            if key in where:
                raise CliError(
                    f'cannot add key "{key}", another key by that name already exists in {place} for ConfigMap "{name}"'
                )
        try:
            data[key] = value.decode()
        except UnicodeDecodeError:
            import base64

            binary[key] = base64.b64encode(value).decode()


VERB = Verb(
    "configmap",
    "Make a ConfigMap of literals, files or folders",
    run,
    FLAGS,
    "NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
    "Creates a ConfigMap: settings that pods read from files or environment variables.",
    EXAMPLES,
)
