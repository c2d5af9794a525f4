"""set: changes single features of objects: images, environment, resources, selectors, service accounts, subjects."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

EXAMPLES = """
  # another version of the program
  mk set image deployment/web nginx=nginx:1.27

  # a variable for all containers
  mk set env deployment/web COLOR=blue
"""

_VERBS = ("env", "image", "resources", "selector", "serviceaccount|sa", "subject")

VERB = Verb(
    "set",
    "Change one thing of an object: image, resources, env and others",
    usage="SUBCOMMAND",
    long="Changes single features of objects that are there already.",
    examples=EXAMPLES,
    subcommands=tuple((name, f"{__name__}.{name.partition('|')[0]}") for name in _VERBS),
)
