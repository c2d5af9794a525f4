"""docs/controllers.md names every controller, and what wakes it."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apiserver import kubernetes_service, system_namespaces
from minikube_py.client.reconcile import Controller
from minikube_py.cmd.components import CONTROLLERS
from minikube_py.proxy import dns_service, load_balancers, services
from minikube_py.scheduler import scheduler

PAGE = Path(__file__).parent.parent / "docs" / "controllers.md"
ROW = re.compile(r"^\| `([\w-]+)` \| ([^|]+) \| [^|]+ \| [^|]+ \| [^|]+ \|$", re.M)
ALL = "all"
MANY = 20  # kinds; who watches more watches all


def read_rows(heading: str) -> dict[str, str]:
    """Return name and watches of a table's rows, in order."""
    (part,) = (p for p in PAGE.read_text().split("\n## ") if p.startswith(heading))
    return dict(ROW.findall(part))


def list_others() -> dict[str, Controller]:
    """Return the controllers that need more than a client, by name."""
    nothing: Any = None
    made = (
        scheduler.CONTROLLER,
        kubernetes_service.make_controller(nothing),
        system_namespaces.make_controller(nothing),
        services.make_controller(nothing),
        load_balancers.make_controller(),
        dns_service.make_controller("10.96.0.10"),
    )
    return {controller.name: controller for controller in made}


def test_all_are_there_in_order() -> None:
    assert tuple(read_rows("In the controller manager")) == CONTROLLERS
    assert list(read_rows("Beside it")) == list(list_others())


def list_cases() -> list[Any]:
    """Return each row's text with its controller."""
    known = {name: import_module(f"minikube_py.controller.{name}").CONTROLLER for name in CONTROLLERS} | list_others()
    rows = read_rows("In the controller manager") | read_rows("Beside it")
    return [pytest.param(text, known[name], id=name) for name, text in rows.items() if name in known]


@pytest.mark.parametrize(("text", "controller"), list_cases())
def test_what_wakes_it(text: str, controller: Controller) -> None:
    kinds = list(dict.fromkeys(watch.resource.kind for watch in controller.watches))
    if len(kinds) > MANY:
        assert text.startswith(ALL)
    else:
        assert text == ", ".join(kinds)
