"""taint: sets and removes taints of nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.patch.strategic_diff import create_two_way_merge_patch
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, VALIDATE_FLAG, get_dry_run, get_validation
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.local_patch import find_schema
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, check_output, make_result_printer
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.cli_runtime.visitor import visit
from minikube_py.cli_runtime.writer import Writer

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # only pods that tolerate it come to this node
  mk taint nodes minikube-m02 team=red:NoSchedule

  # remove it, with one effect or all
  mk taint nodes minikube-m02 team:NoSchedule-
  mk taint nodes minikube-m02 team-
"""

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")

FLAGS = (
    *RESULT_FLAGS,
    DRY_RUN_FLAG,
    VALIDATE_FLAG,
    flag("selector", "l", help="Nodes with these labels"),
    flag("overwrite", default=False, help="Change values of taints that are there already"),
    flag("all", default=False, help="All nodes"),
    flag("field-manager", default="kubectl-taint", help="Name under which the fields are managed"),
)


class Taint(NamedTuple):
    """A taint; one to remove may be without effect, which means all effects."""

    key: str
    value: str = ""
    effect: str = ""

    def matches(self, other: Object) -> bool:
        """Return whether `other` has this key and, if said, this effect."""
        return self.key == other["key"] and self.effect in ("", other["effect"])

    def to_object(self) -> Object:
        """Return it as it stands in a node."""
        return {"key": self.key, **({"value": self.value} if self.value else {}), "effect": self.effect}


class Options(NamedTuple):
    """What to change where."""

    resources: list[str]
    add: list[Taint]
    remove: list[Taint]
    dry_run: str
    validation: str


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    dry_run, validation = get_dry_run(flags, factory), get_validation(flags)
    resources: list[str] = []
    specs: list[str] = []
    for arg in flags.args:
        if "=" in arg or ":" in arg or arg.endswith("-"):
            specs.append(arg)
        elif specs:
            raise CliError(f"all resources must be specified before taint changes: {arg}")
        else:
            resources.append(arg)
    if not resources:
        raise CliError("one or more resources must be specified as <resource> <name>")
    if not specs:
        raise CliError("at least one taint update is required")
    add, remove = parse_taints(specs)
    return Options(resources, add, remove, dry_run, validation)


def parse_taints(specs: Sequence[str]) -> tuple[list[Taint], list[Taint]]:
    """Return the taints to add (`key=value:effect`, `key:effect`) and to remove (`key:effect-`, `key-`). Raises UsageError."""
    add: list[Taint] = []
    remove: list[Taint] = []
    for spec in specs:
        taint = parse_taint(spec.removesuffix("-"))
        if spec.endswith("-"):
            remove.append(taint._replace(value=""))
            continue
        if not taint.effect:
            raise UsageError(f"invalid taint spec: {spec}")
        if any((taint.key, taint.effect) == (other.key, other.effect) for other in add):
            raise UsageError(f"duplicated taints with the same key and effect: {{{' '.join(taint)} <nil>}}")
        add.append(taint)
    return add, remove


def parse_taint(spec: str) -> Taint:
    """Parse `key=value:effect`, `key:effect` or `key`. Raises UsageError."""
    from minikube_py.apimachinery.names import is_qualified_name, is_valid_label_value

    pair, colon, effect = spec.partition(":")
    if ":" in effect:
        raise UsageError(f"invalid taint spec: {spec}")
    if colon and effect not in EFFECTS:
        raise UsageError(f"invalid taint effect: {effect}, unsupported taint effect")
    key, _, value = pair.partition("=") if colon else (pair, "", "")
    if "=" in value:
        raise UsageError(f"invalid taint spec: {spec}")
    if problems := is_valid_label_value(value) or is_qualified_name(key):
        raise UsageError(f"invalid taint spec: {spec}, {'; '.join(problems)}")
    return Taint(key, value, effect)


def validate(options: Options, flags: Parsed, factory: Factory) -> None:
    """Refuse what means nothing. Raises CliError."""
    kind = options.resources[0].lower()
    if factory.discovery.find(kind).kind != "Node":
        raise CliError(f"invalid resource type {kind}, only node types are supported")
    both = [f"{r.key}={r.effect}" for a in options.add for r in options.remove if r.matches(a.to_object())]
    if both:
        text = "can not both modify and remove the following taint(s) in the same command"
        raise CliError(f"{text}: {', '.join(both)}")
    if flags["all"] and flags["selector"]:
        raise CliError("setting 'all' parameter with a non empty selector is prohibited")
    if not flags["all"] and not flags["selector"] and len(options.resources) < 2:
        raise CliError("at least one resource name must be specified since 'all' parameter is not set")


def run(flags: Parsed, factory: Factory) -> None:
    """Change the taints of the nodes."""
    options = complete(flags, factory)
    validate(options, flags, factory)
    check_output(flags)
    args = ["nodes", *([] if flags["all"] or flags["selector"] else options.resources[1:])]
    writer = Writer(factory, flags["field-manager"], options.dry_run, options.validation)
    infos = visit_selected(factory, flags, args, Want(every=flags["all"], typed=True))
    visit(factory, infos, partial(taint_one, options, flags, factory, writer))


def taint_one(options: Options, flags: Parsed, factory: Factory, writer: Writer, info: Info) -> Callable[[], None]:
    """Change the taints of one node; returns what tells of it. Raises CliError, StatusError."""
    node = info.object or {}
    operation, taints = change_taints(node, options, overwrite=flags["overwrite"])
    spec = {**node["spec"], "taints": taints} if taints else {k: v for k, v in node["spec"].items() if k != "taints"}
    changed = {**node, "spec": spec}
    if options.dry_run != "client":
        changed = writer.patch(info, create_two_way_merge_patch(node, changed, find_schema(info.resource)))
    return partial(make_result_printer(flags, operation, "none").print_obj, changed, factory.streams.stdout)


def change_taints(node: Object, options: Options, *, overwrite: bool) -> tuple[str, list[Object]]:
    """Return what is done and the node's taints afterwards, new ones first. Raises CliError."""
    old: list[Object] = node["spec"].get("taints") or []
    there = [taint.key for taint in options.add for other in old if taint.matches(other)]
    if there and not overwrite:
        name = node["metadata"]["name"]
        keys = ",".join(there)
        raise CliError(f"node {name} already has {keys} taint(s) with same effect(s) and --overwrite is false")
    taints = [t.to_object() for t in options.add] + [o for o in old if not any(t.matches(o) for t in options.add)]
    added, removed = len(old) != len(taints), False
    missing = []
    for taint in options.remove:
        left = [other for other in taints if not taint.matches(other)]
        removed = len(left) != len(taints)
        if not removed:
            missing.append(f'taint "{taint.key}{":" if taint.effect else ""}{taint.effect}" not found')
        taints = left
    if missing:
        raise CliError(missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]")
    if (added and removed) or overwrite:
        return "modified", taints
    return "tainted" if added else "untainted", taints


VERB = Verb(
    "taint",
    "Add taints to nodes, change them or take them off",
    run,
    FLAGS,
    "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
    """Sets taints (KEY=VALUE:EFFECT or KEY:EFFECT) and removes them (KEY:EFFECT- or KEY-).
The effect is NoSchedule, PreferNoSchedule or NoExecute.""",
    EXAMPLES,
)
