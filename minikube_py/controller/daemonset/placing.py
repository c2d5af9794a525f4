"""Which daemon pods are missing, too many, ended or in the wrong place. Pure."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.client.pod_control import is_ready
from minikube_py.controller.daemonset.view import View, sort_pods

Object = dict[str, Any]


class Placing(NamedTuple):
    """What a node needs: a pod or none, which pods go, and which go because they have ended."""

    create: bool = False
    delete: tuple[Object, ...] = ()
    ended: tuple[Object, ...] = ()


def place(view: View, node: str) -> Placing:
    """Return what is to be done about the pods of a node."""
    fit, pods = view.fits[node], view.pods.get(node)
    if fit.should_run and pods is None:
        return Placing(create=True)
    if not pods:
        return Placing()
    staying = [pod for pod in pods if not pod["metadata"].get("deletionTimestamp")]
    if not fit.may_stay:
        return Placing(delete=tuple(staying))
    ended = tuple(pod for pod in staying if (pod.get("status") or {}).get("phase") in ("Failed", "Succeeded"))
    running = sort_pods(pod for pod in staying if pod not in ended)
    if not view.surges:
        return Placing(delete=tuple(running[1:]), ended=ended)
    if len(running) <= 1:
        return Placing(create=not running and fit.should_run, ended=ended)
    return Placing(delete=tuple(_choose_surplus(view, running)), ended=ended)


def _choose_surplus(view: View, running: list[Object]) -> list[Object]:
    """Return who goes where pods may surge: all but the oldest old and the oldest new one, and of those two the old one in time."""
    new = [pod for pod in running if view.is_current(pod)]
    old = [pod for pod in running if not view.is_current(pod)]
    surplus = [pod for pod in running if pod not in (*new[:1], *old[:1])]
    if new and old and (not is_ready(old[0]) or view.is_available(new[0])):
        surplus.append(old[0])
    return surplus


def list_homeless(view: View) -> list[Object]:
    """Return the pods that wait for a node which is not there any more: the scheduler will never bind them."""
    gone = [pods for node, pods in view.pods.items() if node not in view.fits]
    return [pod for pods in gone for pod in pods if not pod["spec"].get("nodeName")]
