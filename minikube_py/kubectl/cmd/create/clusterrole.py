"""create clusterrole: rights in the whole cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime import generators, rbac
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import make_metadata, make_object
from minikube_py.cli_runtime.rbac import Rule
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # look at nodes
  mk create clusterrole watcher --verb=get,list,watch --resource=nodes

  # ask for the server's health
  mk create clusterrole health --verb=get --non-resource-url=/healthz

  # everything that cluster roles with a label allow
  mk create clusterrole all --aggregation-rule=team=blue
"""

FLAGS = (
    *generators.GENERATOR_FLAGS,
    *rbac.RULE_FLAGS,
    flag("non-resource-url", kind="slice", help="Path of the API that is no resource, such as /healthz"),
    flag("aggregation-rule", kind="pairs", help="Labels of the cluster roles to put together: KEY=VALUE"),
)

_URL_VERBS = ("*", "get", "post", "put", "delete", "patch", "head", "options")


def run(flags: Parsed, factory: Factory) -> None:
    """Create the cluster role."""
    create = generators.complete_create(flags, factory)
    generators.require_name(create)
    rule, urls = rbac.parse_rule(flags), list(dict.fromkeys(flags["non-resource-url"]))
    labels = dict(sorted(flags["aggregation-rule"].items()))
    validate(rule, urls, labels, factory)
    fields: dict[str, Any] = {"rules": None if labels else rbac.make_rules(rule, urls, factory)}
    if labels:
        fields["aggregationRule"] = {"clusterRoleSelectors": [{"matchLabels": labels}]}
    role = make_object(rbac.CLUSTER_ROLES, make_metadata(create, namespaced=False), **fields)
    generators.create_object(create, factory, rbac.CLUSTER_ROLES, role)


def validate(rule: Rule, urls: list[str], labels: dict[str, str], factory: Factory) -> None:
    """Refuse what is incomplete or contradicts itself."""
    if labels:
        if urls or rule.verbs or rule.resources or rule.names:
            raise CliError("aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames")
        return
    if not rule.verbs:
        raise CliError("at least one verb must be specified")
    if not rule.resources and not urls:
        raise CliError("one of resource or nonResourceURL must be specified")
    if rule.resources:
        rbac.check_verbs(rule.verbs, factory)
        rbac.check_resources(rule, factory)
    if urls:
        check_urls(rule.verbs, urls)


def check_urls(verbs: list[str], urls: list[str]) -> None:
    """Raise CliError for a path that is none, or a verb that paths do not have."""
    for verb in verbs:
        if verb not in _URL_VERBS:
            raise CliError(f"invalid verb: '{verb}' for nonResourceURL")
    for url in urls:
        if url == "*":
            continue
        if not url.startswith("/"):
            raise CliError("nonResourceURL should start with /")
        if "*" in url[:-1]:
            raise CliError("nonResourceURL only supports wildcard matches when '*' is at the end")


VERB = Verb(
    "clusterrole",
    "Make a ClusterRole from verbs and resources",
    run,
    FLAGS,
    "NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]",
    "Creates a ClusterRole: what may be done to which objects, in every namespace or outside of them.",
    EXAMPLES,
)
