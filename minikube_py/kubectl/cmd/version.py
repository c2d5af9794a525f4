"""version: of this program and of the cluster it talks to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.component_base.version import KUBERNETES_VERSION, describe_version

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # both versions
  mk version

  # this program's only, as YAML
  mk version --client -o yaml
"""

KUSTOMIZE_VERSION = "v5.6.0"

MOST_SKEW = 1  # minor versions between this program and a server

FLAGS = (
    flag("client", default=False, help="Only this program's version; the cluster is not asked"),
    flag("output", "o", help="yaml or json"),
)


def run(flags: Parsed, factory: Factory) -> int:
    """Print the versions; of a server that does not answer the error comes last."""
    output = flags["output"]
    if flags.args and not flags["client"]:
        raise CliError(f"extra arguments: [{' '.join(flags.args)}]")
    if output not in ("", "yaml", "json"):
        raise CliError("--output must be 'yaml' or 'json'")
    facts: dict[str, Any] = {"clientVersion": describe_version(), "kustomizeVersion": KUSTOMIZE_VERSION}
    try:
        if not flags["client"]:
            facts["serverVersion"] = factory.connection.version()
    finally:
        show(facts, output, factory)
    if "serverVersion" in facts:
        warn_of_skew(facts["clientVersion"]["gitVersion"], facts["serverVersion"].get("gitVersion", ""), factory)
    return 0


def warn_of_skew(ours: str, theirs: str, factory: Factory) -> None:
    """Warn where the server is of another version than this program is meant for. Raises CliError for a version that is none."""
    (major, minor), (their_major, their_minor) = _parse(ours), _parse(theirs)
    if major != their_major or abs(minor - their_minor) > MOST_SKEW:
        factory.warn(
            f"WARNING: version difference between client ({major}.{minor}) and server ({their_major}.{their_minor}) "
            f"exceeds the supported minor version skew of +/-{MOST_SKEW}"
        )


def _parse(version: str) -> tuple[int, int]:
    major, _, rest = version.removeprefix("v").partition(".")
    minor = rest.partition(".")[0]
    if not (major.isdecimal() and minor.isdecimal()):
        raise CliError(f'could not parse "{version}" as version')
    return int(major), int(minor)


def show(facts: dict[str, Any], output: str, factory: Factory) -> None:
    """Print what is known, as lines or as an object."""
    if output:
        from minikube_py.cli_runtime.printers.go_format import encode_json
        from minikube_py.cli_runtime.printers.yaml import encode_yaml

        factory.write((encode_yaml(facts) if output == "yaml" else encode_json(facts, "  ")) + "\n")
        return
    factory.write(f"Client Version: {KUBERNETES_VERSION}\nKustomize Version: {KUSTOMIZE_VERSION}\n")
    if "serverVersion" in facts:
        factory.write(f"Server Version: {facts['serverVersion'].get('gitVersion', '')}\n")


VERB = Verb(
    "version", "Tell the versions of this program and of the server", run, FLAGS, "[flags]", "Prints versions.", EXAMPLES
)
