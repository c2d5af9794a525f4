"""tree: objects with all that they own, and what that owns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.printers.tabwriter import new_table_writer
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import raise_all
from minikube_py.client.request import Request

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.client.discovery import ResourceInfo

EXAMPLES = """
  # what a deployment owns: its replica sets and their pods
  mk tree deployment web

  # everything in this namespace that owns something
  mk tree

  # all cron jobs of all namespaces with their jobs and pods
  mk tree cronjobs -A
"""

FLAGS = (
    flag("all-namespaces", "A", False, "Look in every namespace"),
    flag("selector", "l", help="Only what has these labels"),
    flag("field-selector", help="Only what has these fields"),
    flag("no-headers", default=False, help="Leave out the heading line"),
)

Object = dict[str, Any]
UNOWNED_NOISE = ("Event", "Endpoints", "EndpointSlice", "Lease", "ComponentStatus")


class Row(NamedTuple):
    """One object with what its type's table says of it."""

    object: Object
    label: str  # Kind/name
    ready: str
    status: str
    age: str

    @property
    def uid(self) -> str:
        """The object's uid."""
        return str(self.object["metadata"]["uid"])


def run(flags: Parsed, factory: Factory) -> None:
    """Print the trees of what was chosen; without arguments, of everything that owns something."""
    problems: list[Exception] = []
    chosen = list(_choose(flags, factory, problems))
    rows = {row.uid: row for row in _list_rows(flags, factory)}
    children: dict[str, list[Row]] = {}
    for row in rows.values():
        for owner in row.object["metadata"].get("ownerReferences") or ():
            children.setdefault(owner["uid"], []).append(row)
    roots = [rows[uid] for uid in chosen if uid in rows] if flags.args else _find_roots(rows, children)
    _print(flags, factory, roots, children)
    if not roots and not problems:
        factory.warn(
            "No resources found" if flags["all-namespaces"] else f"No resources found in {factory.namespace} namespace."
        )
    raise_all(problems)


def _choose(flags: Parsed, factory: Factory, problems: list[Exception]) -> Iterator[str]:
    """Yield the uids of the objects that the arguments name."""
    if not flags.args:
        return
    for info in visit_selected(factory, flags, flags.args, Want(every=True)):
        if isinstance(info, Exception):
            problems.append(info)
        elif info.object is not None:
            yield str(info.object["metadata"]["uid"])


def _find_roots(rows: dict[str, Row], children: dict[str, list[Row]]) -> list[Row]:
    """Return what owns something and is itself owned by nobody who is shown."""
    found = []
    for row in rows.values():
        owners = row.object["metadata"].get("ownerReferences") or ()
        if row.uid in children and not any(owner["uid"] in rows for owner in owners):
            found.append(row)
    return found


def _list_rows(flags: Parsed, factory: Factory) -> Iterator[Row]:
    namespace = "" if flags["all-namespaces"] else factory.namespace
    for resource in factory.discovery.list_all():
        if "list" in resource.verbs and (resource.namespaced or flags.args) and resource.kind not in UNOWNED_NOISE:
            yield from _list_type(factory, resource, namespace)


def _list_type(factory: Factory, resource: ResourceInfo, namespace: str) -> Iterator[Row]:
    where = namespace if resource.namespaced else ""
    params = {"includeObject": "Object"}
    request = Request("list", resource.group, resource.version, resource.plural, where, params=params, table=True)
    try:
        table = factory.client().send(request).object
    except StatusError:  # one type that this user may not list does not hide the others
        return
    names = [column["name"] for column in table["columnDefinitions"]]
    for row in table.get("rows") or ():
        if "uid" not in row["object"]["metadata"]:  # computed, not kept: nothing owns it
            continue
        cells = dict(zip(names, map(str, row["cells"]), strict=True))
        name = row["object"]["metadata"]["name"]
        yield Row(row["object"], f"{resource.kind}/{name}", _ready(cells), cells.get("Status", ""), cells.get("Age", ""))


def _ready(cells: dict[str, str]) -> str:
    """Return how much of an object is there, as `1/2`, whichever columns its type has for it."""
    ready = cells.get("Ready") or cells.get("Completions") or ""
    return f"{ready}/{cells['Desired']}" if ready and "Desired" in cells else ready


def _print(flags: Parsed, factory: Factory, roots: list[Row], children: dict[str, list[Row]]) -> None:
    writer = new_table_writer(factory.streams.stdout)
    everywhere = flags["all-namespaces"]
    if roots and not flags["no-headers"]:
        writer.write("NAMESPACE\t" * everywhere + "NAME\tREADY\tSTATUS\tAGE\n")
    for root in roots:
        for lead, row in _walk(root, children, "", "", frozenset()):
            namespace = row.object["metadata"].get("namespace", "") + "\t"
            writer.write(namespace * everywhere + f"{lead}{row.label}\t{row.ready}\t{row.status}\t{row.age}\n")
    writer.flush()


def _walk(row: Row, children: dict[str, list[Row]], lead: str, below: str, seen: frozenset[str]) -> Iterator[tuple[str, Row]]:
    """Yield an object and what it owns with the lines that lead there; an owner that owns itself is shown once."""
    yield lead, row
    owned = [child for child in children.get(row.uid, ()) if child.uid not in seen]
    for child in owned:
        last = child is owned[-1]
        yield from _walk(
            child, children, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "), seen | {row.uid}
        )


VERB = Verb(
    "tree",
    "Show objects with everything they own",
    run,
    FLAGS,
    "[TYPE [NAME | -l label] | TYPE/NAME ...]",
    "Follows metadata.ownerReferences downwards: a deployment's replica sets, their pods, a cron job's jobs. "
    "Without arguments it shows everything in the namespace that owns something.",
    EXAMPLES,
    shows="table",
)
