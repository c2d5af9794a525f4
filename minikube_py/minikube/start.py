"""start: makes a cluster, or wakes a stopped one, in well under a second."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client import kubeconfig
from minikube_py.component_base.os_errors import tell_os_error
from minikube_py.component_base.version import KUBERNETES_VERSION, PROGRAM_VERSION
from minikube_py.minikube import daemon_control
from minikube_py.minikube.profile import DEFAULT, HOST_ADDRESS, Config, Profile, get_profile, node_name

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # a cluster of one node, whose pods are real processes
  mk start

  # three nodes of 4 cpus and 8 GiB whose pods only go through their phases
  mk start --nodes 3 --cpus 4 --memory 8Gi --runtime fake

  # an hour of the cluster in a minute; and one that does the same each time
  mk start --runtime fake --clock-speed 60
  mk start --runtime fake --clock-speed 0 --seed 1

  # a second cluster beside the first
  mk start -p demo
"""

RUNTIMES = ("auto", "fake", "process", "sandbox")

PROFILE_FLAG = flag("profile", "p", DEFAULT, "Name of the cluster")

FLAGS = (
    PROFILE_FLAG,
    flag("nodes", "n", 1, "How many nodes"),
    flag("cpus", default="", help="Cpus of each node; the machine's where not said"),
    flag("memory", default="", help="Memory of each node, such as 8Gi; the machine's where not said"),
    flag(
        "runtime",
        default="auto",
        help="How pods run: auto, sandbox (own namespaces), process (plain processes) or fake (no process)",
    ),
    flag(
        "clock-speed",
        default="1",
        help="How many seconds of the cluster pass in one of this machine: schedules, times to live, back-off, probes and deadlines "
        "go by them; 0: its clock stands still but for mk advance. Processes of pods run on as ever, and are given the grace "
        "period in this machine's seconds",
    ),
    flag("seed", default=0, help="Make names, uids and placement repeat themselves: the same ones for the same number"),
    flag(
        "listen-address",
        default=HOST_ADDRESS,
        help="IP address of this machine to serve the API on; 0.0.0.0 is all of them. By default nobody elsewhere can connect",
    ),
    flag("audit-log", default="", help="Write a line about every request over https to this file"),
    flag("keep-context", default=False, help="Leave kubectl's current context as it is"),
    flag("driver", default="", help="Accepted for minikube's sake: there is no virtual machine to drive"),
    flag("container-runtime", default="", help="Accepted for minikube's sake"),
    flag("kubernetes-version", default="", help="Accepted for minikube's sake: this cluster answers as " + KUBERNETES_VERSION),
    flag("wait", default="", help="Accepted for minikube's sake: start always waits until the cluster is ready"),
)

MAX_NODES = 1000
MAX_SPEED = 3600.0
FLAGS_OF_A_START = ("clock-speed", "seed", "listen-address", "audit-log")

IGNORED = ("driver", "container-runtime", "kubernetes-version", "wait")


class Options(NamedTuple):
    """Which cluster, made of what."""

    profile: Profile
    config: Config
    keep_context: bool
    ignored: tuple[str, ...]


def complete(flags: Parsed) -> Options:
    """Turn flags into options: those of an existing cluster are kept where nothing is said."""
    profile = get_profile(flags["profile"])
    config = profile.load() if profile.exists() else Config(nodes=())
    if flags.changed("nodes") and not 1 <= flags["nodes"] <= MAX_NODES:
        raise CliError(f"invalid --nodes {flags['nodes']}: it must be between 1 and {MAX_NODES}")
    wanted = flags["nodes"] if flags.changed("nodes") or not config.nodes else len(config.nodes)
    nodes = config.nodes[:wanted] or (node_name(profile.name, 1),)
    nodes += tuple(node_name(profile.name, n) for n in range(len(nodes) + 1, wanted + 1))
    changes = {name: flags[name] for name in ("cpus", "memory", "runtime") if flags.changed(name)}
    values = {"cpus": config.cpus, "memory": config.memory, "runtime": config.runtime, **changes}
    values["memory"] = _memory(values["memory"])
    speed = _parse_speed(flags["clock-speed"]) if flags.changed("clock-speed") else config.clock_speed
    seed = flags["seed"] if flags.changed("seed") else config.seed
    audit_log = str(Path(flags["audit-log"]).absolute()) if flags["audit-log"] else ""
    values["audit_log"] = audit_log if flags.changed("audit-log") else config.audit_log
    values["listen_address"] = flags["listen-address"] if flags.changed("listen-address") else config.listen_address
    return Options(
        profile,
        Config(nodes=nodes, settings=config.settings, port=config.port, clock_speed=speed, seed=seed, **values),
        flags["keep-context"],
        tuple(n for n in IGNORED if flags.changed(n)),
    )


def validate(options: Options) -> None:
    """Refuse what cannot be a cluster."""
    from minikube_py.apimachinery.quantity import parse_quantity

    config = options.config
    if config.runtime not in RUNTIMES:
        raise CliError(f"unknown runtime {config.runtime!r}: it must be one of {', '.join(RUNTIMES)}")
    _check_address(config.listen_address)
    if not config.clock_speed and config.runtime != "fake":
        raise CliError("invalid --clock-speed 0: only pods without processes (--runtime fake) can do without time")
    for name in ("cpus", "memory"):
        text = getattr(config, name)
        try:
            if text and parse_quantity(text).value() <= 0:
                raise ValueError("it must be more than nothing")
        except ValueError as error:
            raise CliError(f"invalid --{name} {text!r}: {error}") from error


def _check_address(text: str) -> None:
    """Refuse what the API cannot be served on. Raises CliError."""
    import ipaddress

    from minikube_py.component_base.machine_addresses import is_own

    try:
        ipaddress.ip_address(text)
    except ValueError:
        raise CliError(f"invalid --listen-address {text!r}: it must be an IP address") from None
    if not is_own(text):
        raise CliError(f"invalid --listen-address {text!r}: it is no address of this machine")


def _parse_speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not 0 <= speed <= MAX_SPEED:
        raise CliError(f"invalid --clock-speed {text!r}: it must be a number between 0 and {MAX_SPEED:g}")
    return speed


def _memory(text: str) -> str:
    """Return minikube's spellings of memory (4096, 4g, 4096mb) as a quantity."""
    lower = text.lower()
    if lower.isdigit():
        return f"{lower}Mi"
    for suffix, unit in (("gb", "Gi"), ("mb", "Mi"), ("g", "Gi"), ("m", "Mi")):
        if lower.endswith(suffix) and not text.endswith(("Gi", "Mi")):
            return lower.removesuffix(suffix) + unit
    return text


def run(flags: Parsed, factory: Factory) -> int:
    """Start the daemon, wait for it, and point kubectl at the cluster."""
    options = complete(flags)
    validate(options)
    profile = options.profile
    for name in options.ignored:
        factory.warn(f"--{name} has no meaning here and is ignored")
    began = False
    with daemon_control.starting(profile):
        if daemon_control.running_pid(profile) is None:
            factory.write(f"😄  minikube_py {PROGRAM_VERSION}, Kubernetes {KUBERNETES_VERSION}\n")
            if not options.config.is_private:
                factory.warn(f"❗  Listening to {options.config.listen_address}: other machines can connect to this cluster")
            profile.save(options.config)
            daemon_control.start_daemon(profile)
            began = True
        else:
            factory.write(f'😄  The cluster "{profile.name}" is running already\n')
            for name in (name for name in FLAGS_OF_A_START if flags.changed(name)):
                factory.warn(f'--{name} is taken up when a cluster starts: "mk stop" it first')
    try:
        write_context(profile, factory, keep=options.keep_context)
    except (OSError, kubeconfig.ConfigError) as error:
        if began:
            daemon_control.stop_daemon(profile, end_pods=True)
        told = str(error)
        if isinstance(error, OSError):
            told = f"open {error.filename}: {tell_os_error(error)}"
        raise CliError(told + "; the cluster was stopped again" * began) from error
    factory.write(f'🏄  Done! kubectl is now configured to use "{profile.name}" cluster and "default" namespace by default\n')
    return 0


def write_context(profile: Profile, factory: Factory, *, keep: bool) -> None:
    """Merge the cluster into the kubeconfig and make it the current one."""
    path = kubeconfig.paths(factory.flags.values.get("kubeconfig") or "")[0]
    with kubeconfig.editing(Path(path)) as config:
        kubeconfig.put_entry(config, "clusters", profile.name, describe_cluster(profile))
        kubeconfig.put_entry(config, "users", profile.name, describe_owner(profile))
        kubeconfig.put_entry(
            config, "contexts", profile.name, {"cluster": profile.name, "namespace": "default", "user": profile.name}
        )
        if not keep or not config["current-context"]:
            config["current-context"] = profile.name


def describe_cluster(profile: Profile) -> Object:
    """Return the kubeconfig's entry of a cluster: where it is served, by whom, and the state file by which `mk` reaches it."""
    cluster: Object = {
        "server": profile.load().url,
        "extensions": [{"name": kubeconfig.EXTENSION, "extension": {"path": str(profile.state)}}],
    }
    authority = _read_encoded(profile.directory / "pki" / "ca.crt")
    return {"certificate-authority-data": authority, **cluster} if authority else cluster


def describe_owner(profile: Profile) -> Object:
    """Return the kubeconfig's entry of a cluster's owner: a certificate, which `mk` need not show where it has the state file."""
    certificate, key = (_read_encoded(profile.directory / "pki" / f"admin.{end}") for end in ("crt", "key"))
    if not certificate or not key:
        return {}
    owner = [{"name": kubeconfig.OWNER_EXTENSION, "extension": {"path": str(profile.state)}}]
    return {"client-certificate-data": certificate, "client-key-data": key, "extensions": owner}


def _read_encoded(path: Path) -> str:
    return b64encode(path.read_bytes()).decode() if path.exists() else ""


VERB = Verb(
    "start",
    "Start a cluster",
    run,
    FLAGS,
    "[flags]",
    "Makes a cluster, or wakes a stopped one with everything that was in it.",
    EXAMPLES,
)
