"""advance: moves a cluster's time forward, and everything that was due in between happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apimachinery.duration import format_seconds, parse_seconds
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.minikube import daemon_control
from minikube_py.minikube.profile import Profile, require_profile
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # an hour later: cron jobs have run, what had a time to live is gone
  mk advance 1h

  # a day and a half
  mk advance 1d12h
"""

DAY = 86_400.0
MAX_DAYS = 3660


def run(flags: Parsed, factory: Factory) -> int:
    """Ask the daemon to go on to a later time, wait until it is there, and tell what time it is."""
    if len(flags.args) != 1:
        raise UsageError("expected 'advance DURATION'.\nDURATION is a required argument for the advance command")
    seconds = parse_time_span(flags.args[0])
    profile = require_profile(flags["profile"])
    _check(profile)
    advance = factory.with_context(profile.name).connection.advance
    if advance is None:
        raise CliError(f'the time of "{profile.name}" can be moved where its state is only')
    time, changes = advance(seconds)
    factory.write(f"⏩  {format_seconds(seconds)} later: it is {time}, and there were {changes} changes.\n")
    return 0


def _check(profile: Profile) -> None:
    """Refuse a cluster whose time cannot be moved."""
    if profile.load().runtime != "fake":
        raise CliError(
            f'the pods of "{profile.name}" are real processes, for which no time can be left out; '
            'time is moved on clusters that were made with "mk start --runtime fake" only'
        )
    if daemon_control.running_pid(profile) is None:
        raise CliError(f'the cluster "{profile.name}" is not running; "mk start" starts it')


def parse_time_span(text: str) -> float:
    """Return the seconds of `90s`, `1h30m`, `2d` or `1d12h`. Raises CliError."""
    days, has_days, rest = text.partition("d")
    try:
        if has_days and not (days.isascii() and days.isdigit()):
            raise ValueError(f"time: invalid duration {text!r}")
        seconds = (int(days) * DAY + parse_seconds(rest or "0")) if has_days else parse_seconds(text)
        if not 0 < seconds <= MAX_DAYS * DAY:
            raise ValueError(f"it must be more than nothing, and {MAX_DAYS}d at most")
    except ValueError as error:
        raise CliError(f"invalid duration {text!r}: {error}") from None
    return seconds


VERB = Verb(
    "advance",
    "Move a cluster's time forward",
    run,
    (PROFILE_FLAG,),
    "DURATION",
    "Moves the time of a cluster whose pods run no processes (--runtime fake). All that is due on the way happens, in its order: "
    "jobs end, cron jobs start others, certificates and tokens expire. Returns when that is done.",
    EXAMPLES,
)
