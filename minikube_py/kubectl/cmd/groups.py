"""Heading -> verbs, in the order of `kubectl --help`: the newcomer's map of this folder.

A verb is one file and one line here: `name|alias` and, where it differs, the module.
"""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

MORE = "More than kubectl"
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Basic Commands (Beginner)", ("create", "expose", "run", "set")),
    ("Basic Commands (Intermediate)", ("explain", "get", "edit", "delete")),
    ("Deploy Commands", ("rollout", "scale", "autoscale")),
    ("Cluster Management Commands", ("certificate", "cluster-info", "top", "cordon", "uncordon", "drain", "taint")),
    (
        "Troubleshooting and Debugging Commands",
        ("describe", "logs", "attach", "exec", "port-forward", "proxy", "cp", "auth", "debug", "events"),
    ),
    ("Advanced Commands", ("diff", "apply", "patch", "replace", "wait", "kustomize")),
    ("Settings Commands", ("label", "annotate", "completion")),
    (MORE, ("tree", "ns", "ctx", "promote")),
    ("Other Commands", ("api-resources", "api-versions", "config", "plugin", "version", "options")),
)

HIDDEN = ("help", "alpha")

CLUSTER_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Cluster Commands", ("start", "stop", "status", "advance", "cluster", "node", "shims")),
)


def list_verbs() -> tuple[str, ...]:
    """Return every kubectl verb's name."""
    return tuple(name for _, names in GROUPS for name in names)


def list_cluster_verbs() -> tuple[str, ...]:
    """Return the names of the verbs about clusters themselves."""
    return tuple(name for _, names in CLUSTER_GROUPS for name in names)


def list_own_verbs() -> tuple[str, ...]:
    """Return the names of the verbs that kubectl does not have."""
    more = next(names for heading, names in GROUPS if heading == MORE)
    return (*list_cluster_verbs(), *more, "minikube")


def module_of(name: str) -> str:
    """Return the module of a verb."""
    return "minikube_py.kubectl.cmd." + name.replace("-", "_")


def cluster_module_of(name: str) -> str:
    """Return the module of a cluster verb."""
    return "minikube_py.minikube." + name.replace("-", "_")


def make_root() -> Verb:
    """Return the top: every verb by its name."""
    verbs = [(name, module_of(name)) for name in list_verbs()]
    verbs += [(name, cluster_module_of(name)) for _, names in CLUSTER_GROUPS for name in names]
    verbs += [("minikube", "minikube_py.minikube"), ("__complete", module_of("complete_words"))]
    verbs += [(name, module_of(name)) for name in HIDDEN]
    return Verb("mk", "A Kubernetes cluster in one file", subcommands=tuple(verbs))
