"""auth can-i: whether an action is allowed, or all that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.discovery import NoSuchResource
from minikube_py.client.request import Unreachable
from minikube_py.client.resources import Resource

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # create pods in this namespace, or in all of them
  mk auth can-i create pods
  mk auth can-i create pods -A

  # read the log of one pod; change the scale of deployments
  mk auth can-i get pods/web --subresource=log
  mk auth can-i update deployments.apps --subresource=scale

  # what a service account may do in the namespace dev
  mk auth can-i --list -n dev --as=system:serviceaccount:dev:robot
"""

FLAGS = (
    flag("all-namespaces", "A", False, "Ask about all namespaces at once"),
    flag("list", default=False, help="Print everything that is allowed"),
    flag("no-headers", default=False, help="With --list: leave out the heading line"),
    flag("quiet", "q", False, "Print nothing; the exit code is the answer"),
    flag("subresource", help="A part of the resource: log, scale, status, ..."),
)

GROUP = "authorization.k8s.io"
ACCESS_REVIEWS = Resource(GROUP, "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", namespaced=False)
RULES_REVIEWS = Resource(GROUP, "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", namespaced=False)
RESOURCE_VERBS = (
    *("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "impersonate"),
    *("*", "approve", "sign", "escalate", "attest"),
)
URL_VERBS = ("get", "put", "post", "head", "options", "delete", "patch", "*")
HIDDEN_RESOURCES = ("users", "groups")  # roles name them, but nothing serves them
USAGE = (
    "you must specify two arguments: verb resource or verb resource/resourceName.\n"
    "See 'kubectl auth can-i -h' for help and examples."
)


class Options(NamedTuple):
    """What is asked: a verb on a resource, or on a path. `scoped` is None where nobody knows whether it has namespaces."""

    verb: str
    path: str = ""
    group: str = ""
    resource: str = ""
    name: str = ""
    scoped: bool | None = None


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options. Raises CliError."""
    if flags["list"]:
        if flags.args:
            raise CliError("list option must be specified with no arguments")
        return Options("")
    if len(flags.args) != 2:
        raise CliError(USAGE)
    verb, what = flags.args
    if what.startswith("/"):
        return Options(verb, path=what)
    word, _, name = what.partition("/")
    if word == "*":
        return Options(verb, resource=word, name=name)
    try:
        found = factory.discovery.find(word.lower())
    except (NoSuchResource, Unreachable):
        plain, _, group = word.lower().partition(".")
        if word.lower() not in HIDDEN_RESOURCES:
            where = f" in group '{group}'" if group else ""
            _warn(factory, f"the server doesn't have a resource type '{plain}'{where}")
        return Options(verb, resource=word, name=name)
    return Options(verb, "", found.group, found.plural, name, found.namespaced)


def validate(options: Options, flags: Parsed, factory: Factory) -> None:
    """Refuse what cannot be asked together, and warn of what nothing knows. Raises CliError."""
    if flags["list"]:
        if flags["quiet"] or flags["all-namespaces"] or flags["subresource"]:
            raise CliError("list option can't be specified with neither quiet, all-namespaces nor subresource options")
        return
    if options.path:
        if flags["subresource"]:
            raise CliError("--subresource can not be used with NonResourceURL")
        if options.verb not in URL_VERBS:
            _warn(factory, f"verb '{options.verb}' is not a known verb")
    elif not flags["all-namespaces"]:
        if options.scoped is False:
            where = f" in group '{options.group}'" if options.group else ""
            _warn(factory, f"resource '{options.resource}' is not namespace scoped{where}")
        if options.verb not in RESOURCE_VERBS:
            _warn(factory, f"verb '{options.verb}' is not a known verb")
    if flags["no-headers"]:
        raise CliError("--no-headers cannot be set without --list specified")


def _warn(factory: Factory, text: str) -> None:
    factory.warn(f"Warning: {text}\n")


def run(flags: Parsed, factory: Factory) -> int:
    """Ask, and say yes or no; exit code 1 for no."""
    options = complete(flags, factory)
    validate(options, flags, factory)
    if flags["list"]:
        list_rules(flags, factory)
        return 0
    namespace = "" if flags["all-namespaces"] else factory.namespace
    review = {"apiVersion": f"{GROUP}/v1", "kind": "SelfSubjectAccessReview", "spec": make_spec(options, flags, namespace)}
    status = factory.client().create(ACCESS_REVIEWS, {**review, "metadata": {}})["status"]
    if not flags["quiet"]:
        reasons = [status[field] for field in ("reason", "evaluationError") if status.get(field)]
        factory.write("yes\n" if status.get("allowed") else " - ".join(["no", *reasons]) + "\n")
    return 0 if status.get("allowed") else 1


def make_spec(options: Options, flags: Parsed, namespace: str) -> Object:
    """Return the spec of the review that asks."""
    if options.path:
        return {"nonResourceAttributes": {"path": options.path, "verb": options.verb}}
    values = {
        "namespace": namespace,
        "verb": options.verb,
        "group": options.group,
        "resource": options.resource,
        "subresource": flags["subresource"],
        "name": options.name,
    }
    return {"resourceAttributes": {field: value for field, value in values.items() if value}}


def list_rules(flags: Parsed, factory: Factory) -> None:
    """Print all that is allowed in the namespace, a row for each resource and name."""
    from minikube_py.cli_runtime.printers.tabwriter import new_table_writer
    from minikube_py.kubectl.describe.role import make_rows

    spec = {"namespace": factory.namespace}
    review = {"apiVersion": f"{GROUP}/v1", "kind": "SelfSubjectRulesReview", "metadata": {}, "spec": spec}
    status = factory.client().create(RULES_REVIEWS, review)["status"]
    if status.get("incomplete"):
        factory.warn(f"Warning: the list may be incomplete: {status.get('evaluationError') or ''}")
    writer = new_table_writer(factory.streams.stdout)
    if not flags["no-headers"]:
        writer.write("Resources\tNon-Resource URLs\tResource Names\tVerbs\n")
    for cells in make_rows([*(status.get("resourceRules") or ()), *(status.get("nonResourceRules") or ())]):
        writer.write("\t".join(cells) + "\n")
    writer.flush()


VERB = Verb(
    "can-i",
    "Tell whether you may do something",
    run,
    FLAGS,
    "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
    "Asks the cluster whether you, or whom --as names, may do something.",
    EXAMPLES,
)
