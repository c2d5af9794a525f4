"""config: looks at and changes kubeconfig files. A sub-verb is one file here and one name in `_VERBS`."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

EXAMPLES = """
  # which cluster does kubectl talk to?
  mk config current-context

  # work in another namespace from now on
  mk config set-context --current --namespace=dev
"""

_VERBS = (
    "current-context",
    "delete-cluster",
    "delete-context",
    "delete-user",
    "get-clusters",
    "get-contexts",
    "get-users",
    "rename-context",
    "set",
    "set-cluster",
    "set-context",
    "set-credentials",
    "unset",
    "use-context|use",
    "view",
)

VERB = Verb(
    "config",
    "Look at kubeconfig files and change them",
    usage="SUBCOMMAND",
    long="""Looks at and changes the kubeconfig: the file that --kubeconfig names, else those of $KUBECONFIG, else ~/.kube/config.
Of several files, each entry is changed in the one that it came from.""",
    examples=EXAMPLES,
    subcommands=tuple((name, f"{__name__}.{name.partition('|')[0].replace('-', '_')}") for name in _VERBS),
)
