"""explain: what a type of object is made of, field by field, from Kubernetes' own schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.resource_builder import format_resource
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.discovery import NoSuchKind, NoSuchResource, ResourceInfo

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # what a pod is made of, then one field of it
  mk explain pods
  mk explain pods.spec.containers

  # every field at once
  mk explain pods --recursive
"""

FLAGS = (
    flag("recursive", default=False, help="Show the fields of fields, and theirs"),
    flag("api-version", help="Explain this version of the type"),
    flag("output", default="plaintext", help="plaintext or plaintext-openapiv2"),
)


def complete(flags: Parsed, factory: Factory) -> tuple[ResourceInfo, list[str]]:
    """Return the type and the path of fields within it."""
    if not flags.args:
        raise CliError(
            "You must specify the type of resource to explain. "
            'Use "kubectl api-resources" for a complete list of supported resources.'
        )
    if len(flags.args) > 1:
        raise CliError("We accept only this format: explain RESOURCE")
    name, _, rest = flags.args[0].rstrip(".").partition(".")
    try:
        resource = factory.discovery.find(name)
    except NoSuchResource as error:
        raise CliError(str(error), prefix="") from error
    version = flags["api-version"]
    if not version and resource.group and f"{rest}.".startswith(f"{resource.group}."):
        rest = rest[len(resource.group) + 1 :]
    path = rest.split(".") if rest else []
    if version and version != resource.api_version:
        try:
            return factory.discovery.find_kind(version, resource.kind), path
        except NoSuchKind as error:
            asked = resource._replace(group=version.rpartition("/")[0], version=version.rpartition("/")[2])
            v2 = flags["output"] == "plaintext-openapiv2"
            missing = f"{asked.api_version}, Kind={asked.kind}" if v2 else format_resource(asked)
            raise CliError(f'couldn\'t find resource for "{missing}"') from error
    return resource, path


def run(flags: Parsed, factory: Factory) -> int:
    """Print the explanation."""
    from minikube_py.kubectl.explain.nodes import REF
    from minikube_py.kubectl.explain.plaintext import ExplainError, GroupVersionKind, complete_crd_schema

    if flags["output"] not in ("plaintext", "plaintext-openapiv2"):
        raise CliError(f"unrecognized format: {flags['output']}")
    resource, path = complete(flags, factory)
    gvk = GroupVersionKind(resource.group, resource.version, resource.kind)
    own = factory.discovery.find_open_api(resource)
    root = complete_crd_schema(own) if own is not None else {"$ref": REF + resource.schema}
    if flags["output"] == "plaintext-openapiv2":
        from minikube_py.kubectl.explain.openapi_v2 import print_schema_v2 as print_it
    else:
        from minikube_py.kubectl.explain.plaintext import print_schema as print_it
    try:
        print_it(factory.streams.stdout, root, path, flags["recursive"], gvk)
    except ExplainError as error:
        raise CliError(str(error)) from error
    return 0


VERB = Verb(
    "explain",
    "Tell what fields a type has and what they mean",
    run,
    FLAGS,
    "TYPE[.FIELD...] [flags]",
    "Explains a type of object or a field.",
    EXAMPLES,
)
