"""promote: applies what runs here to another cluster, after showing what that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from minikube_py.apimachinery.errors import Conflict, NotFound, StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.client.discovery import NoSuchKind
from minikube_py.client.request import APPLY_PATCH, Unreachable

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.resource_builder import Info
    from minikube_py.kubectl.diff_folders import DiffFolders

Object = dict[str, Any]

EXAMPLES = """
  # what would change in the cluster of the context staging, and nothing else
  mk promote --context staging --dry-run=server

  # show that, ask, and apply the namespace shop there
  mk promote --context staging -n shop

  # in a script: everything with this label, in all namespaces, secrets too
  mk promote --context staging -A -l app=web --secrets --yes
"""

FLAGS = (
    flag("context", help="The kubeconfig context of the cluster to apply to"),
    flag("all-namespaces", "A", False, "Everything in every namespace but those of Kubernetes, and roles of the whole cluster"),
    flag("selector", "l", help="Only objects with these labels"),
    flag("dry-run", default="none", help="server: only show what would change; none: change it"),
    flag("yes", "y", False, "Do not ask"),
    flag("secrets", default=False, help="Secrets too, without asking for them"),
    flag("force-conflicts", default=False, help="Take over fields that others set there"),
)

MANAGER = "mk-promote"
DIFFERENT = 1
NO_TERMINAL = "promote asks before it changes anything, and nobody is there to answer: give --yes, or --dry-run=server to see what would change"
ESTABLISHING_SECONDS = 30.0


class Options(NamedTuple):
    """Where to, what, and how."""

    context: str
    selector: str
    everywhere: bool
    dry_run: bool
    yes: bool
    secrets: bool
    force: bool


class Planned(NamedTuple):
    """An object, and how it is and would be in the other cluster. `resource` is known there."""

    info: Info
    live: Object | None
    merged: Object

    @property
    def differs(self) -> bool:
        """Whether applying it changes something."""
        return self.live != self.merged


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags into options. Raises UsageError, CliError."""
    if flags.args:
        raise UsageError(f"Unexpected args: [{' '.join(flags.args)}]")
    if not flags["context"]:
        raise CliError("--context must say which cluster to apply to")
    if flags["dry-run"] not in ("none", "server"):
        raise CliError(f'Invalid dry-run value ({flags["dry-run"]}). Must be "none" or "server".')
    return Options(
        flags["context"],
        flags["selector"],
        flags["all-namespaces"],
        flags["dry-run"] == "server",
        flags["yes"],
        flags["secrets"],
        flags["force-conflicts"],
    )


def validate(options: Options, here: Factory, there: Factory) -> None:
    """Refuse to promote a cluster to itself, and unseen. Raises CliError, ConfigError."""
    if there.target.cluster == here.target.cluster:
        raise CliError(f'the context "{options.context}" is the cluster to promote from')
    if not (options.dry_run or options.yes or here.streams.stdin.isatty()):
        raise CliError(NO_TERMINAL)


def run(flags: Parsed, factory: Factory) -> int:
    """Show what differs, ask, and apply. Returns 0 where the other cluster is as this one in the end, 1 where it is not."""
    options = complete(flags, factory)
    there = factory.with_context(options.context)
    validate(options, factory, there)
    promoter = Promoter(options, factory, there)
    plans, problems = promoter.plan()
    changes = [plan for plan in plans if plan.differs]
    if problems:
        promoter.show(changes)
        promoter.give_up(problems)
    if not changes:
        factory.write(f'Nothing differs in "{options.context}" ({len(plans)} objects compared).\n')
        return 0
    promoter.show(changes)
    chosen = promoter.choose(changes)
    if not chosen:
        return DIFFERENT
    promoter.apply(chosen)
    return 0 if len(chosen) == len(changes) else DIFFERENT


class Promoter:
    """Compares and applies."""

    def __init__(self, options: Options, here: Factory, there: Factory) -> None:
        from minikube_py.cli_runtime.writer import Writer

        self._options, self._here, self._there = options, here, there
        self._force = "true" if options.force else "false"
        self._rehearsal = Writer(there, MANAGER, "server", "Strict")
        self._writer = Writer(there, MANAGER, "none", "Strict")

    def plan(self) -> tuple[list[Planned], list[StatusError]]:
        """Return what this cluster has, beside what the other has of it, and what that refuses. Raises StatusError."""
        from minikube_py.kubectl.promotion import Scope, collect

        scope = Scope("" if self._options.everywhere else self._here.namespace, self._options.selector)
        plans: list[Planned] = []
        problems: list[StatusError] = []
        for info in collect(self._here, scope):
            try:
                plans.append(self._compare(info))
            except Unreachable:
                raise
            except StatusError as error:
                problems.append(error.behind(f"{_name(info)}: "))
        return plans, problems

    def give_up(self, problems: list[StatusError]) -> NoReturn:
        """Say that nothing was applied, and why. Raises what would be refused."""
        from minikube_py.cli_runtime.visitor import raise_all

        taken = any(isinstance(problem, Conflict) for problem in problems)
        hint = " (--force-conflicts takes over fields that others set there)" if taken else ""
        count = f"{len(problems)} object{'s' * (len(problems) != 1)}"
        self._here.warn(f'Nothing is applied, for "{self._options.context}" would refuse {count}{hint}:')
        raise_all(list(problems))
        raise AssertionError  # there are some

    def _compare(self, info: Info) -> Planned:
        from minikube_py.kubectl.promotion import strip

        wanted = info.object or {}
        try:
            found = self._locate(info)
            live = self._get(found)
            merged = self._rehearsal.patch(found, wanted, APPLY_PATCH, force=self._force)
        except (NoSuchKind, NotFound):  # its kind or its namespace comes with it
            return Planned(info, None, wanted)
        return Planned(info, None if live is None else strip(live), strip(merged))

    def _locate(self, info: Info) -> Info:
        """Return an object as the other cluster serves it. Raises NoSuchKind."""
        return info._replace(resource=self._there.discovery.find_kind(info.resource.api_version, info.resource.kind))

    def _get(self, info: Info) -> Object | None:
        try:
            return self._writer.get(info)
        except NotFound:
            return None

    def show(self, changes: list[Planned]) -> None:
        """Print how the objects differ, values of secrets hidden."""
        from minikube_py.kubectl.diff_folders import DiffFolders

        with DiffFolders() as folders:
            for plan in changes:
                _write(folders, plan)
            folders.compare(self._here.streams)

    def choose(self, changes: list[Planned]) -> list[Planned]:
        """Return what is to be applied: nothing, all, or all but the secrets."""
        secrets = [plan for plan in changes if _is_secret(plan)]
        others = [plan for plan in changes if not _is_secret(plan)]
        if self._options.dry_run:
            return []
        target = f'"{self._options.context}"'
        chosen = others if others and self._confirm(f"Apply {_count(others, 'object')} to {target}?") else []
        if not secrets or (others and not chosen):
            return chosen
        if self._options.secrets or (
            not self._options.yes and self._ask(f"Apply {_count(secrets, 'secret')} to {target}, too?")
        ):
            return [plan for plan in changes if plan in secrets or plan in chosen]
        self._here.warn(f"Left out: {_count(secrets, 'secret')} (--secrets takes them along)")
        return chosen

    def _confirm(self, question: str) -> bool:
        return self._options.yes or self._ask(question)

    def _ask(self, question: str) -> bool:
        streams = self._here.streams
        streams.stdout.flush()
        streams.stderr.write(f"{question} (y/N): ")
        streams.stderr.flush()
        return streams.stdin.readline().strip().lower() in ("y", "yes")

    def apply(self, chosen: list[Planned]) -> None:
        """Apply, past what fails. Raises what failed."""
        from minikube_py.cli_runtime.visitor import raise_all

        problems: list[Exception] = []
        for plan in chosen:
            try:
                info = self._locate(plan.info)
                self._writer.patch(info, plan.info.object, APPLY_PATCH, force=self._force)
                self._here.write(f"{_name(info)} serverside-applied\n")
                if info.resource.kind == "CustomResourceDefinition":
                    self._await_established(info)
                    self._there.discovery.forget()
            except StatusError as error:
                problems.append(error.behind(f"{_name(plan.info)}: "))
            except NoSuchKind as error:
                problems.append(error)
        raise_all(problems)

    def _await_established(self, info: Info) -> None:
        """Wait until a new kind is served."""
        client, resource = self._there.client(), info.resource.resource
        if _is_established(client.get(resource, info.name)):
            return
        selector = f"metadata.name={info.name}"
        for event in client.watch(resource, timeout=ESTABLISHING_SECONDS, fieldSelector=selector):
            if _is_established(event.object):
                return


def _is_established(definition: Object) -> bool:
    conditions = (definition.get("status") or {}).get("conditions") or ()
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)


def _is_secret(plan: Planned) -> bool:
    return plan.info.resource.kind == "Secret"


def _name(info: Info) -> str:
    """Return `NAMESPACE/KIND/NAME`."""
    return f"{info.namespace}/{info.label()}" if info.namespace else info.label()


def _count(plans: list[Planned], what: str) -> str:
    return f"{len(plans)} {what}{'s' * (len(plans) != 1)}"


def _write(folders: DiffFolders, plan: Planned) -> None:
    from minikube_py.cli_runtime.printers.yaml import encode_yaml
    from minikube_py.cli_runtime.secret_mask import is_secret, mask
    from minikube_py.kubectl.diff_folders import file_name

    live, merged = plan.live, plan.merged
    if is_secret(merged):
        live, merged = mask(live, merged)
    folders.write_live(file_name(plan.info), "" if live is None else encode_yaml(live))
    folders.write_merged(file_name(plan.info), encode_yaml(merged))


VERB = Verb(
    "promote",
    "Apply what runs here to another cluster",
    run,
    FLAGS,
    "--context NAME [-n NAMESPACE | -A] [-l label] [options]",
    "Applies the objects that somebody made here (not what controllers made of them) to the cluster of another context, server-side and as the "
    "manager mk-promote: namespaces first, then definitions, configuration, workloads. It shows the differences and asks; secrets are asked for "
    "separately. Where the other cluster would refuse an object nothing is applied. Exits with 0 where the other cluster is as this one, 1 where "
    "something differs or was left out, 2 on an error.",
    EXAMPLES,
    failure=2,
)
