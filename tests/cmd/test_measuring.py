"""From a runtime's measurements to use in cores and bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pytest

from minikube_py.apimachinery.errors import ServiceUnavailable
from minikube_py.cmd.measuring import Measurer, make_usage
from minikube_py.cri.runtime import ContainerStats, CRIError, Runtime


class Stopped:
    """A runtime whose agent is gone."""

    def stats(self) -> Sequence[ContainerStats]:
        raise CRIError("node agent does not answer")


@pytest.mark.parametrize(
    ("stats", "cpu", "window"),
    [
        pytest.param(ContainerStats("uid", "c", 12.0, 4096, 110.0, 7.0, 100.0), 0.5, 10.0, id="half a core"),
        pytest.param(ContainerStats("uid", "c", 5.0, 4096, 110.0, 7.0, 100.0), 0.0, 10.0, id="a process took its time along"),
        pytest.param(ContainerStats("uid", "c", 0.1, 4096, 100.0, 0.0, 100.0), 0.0, 0.0, id="just started"),
    ],
)
def test_use_is_a_mean_over_the_window(stats: ContainerStats, cpu: float, window: float) -> None:
    usage = make_usage(stats)
    assert (usage.pod_uid, usage.container, usage.cpu, usage.memory, usage.window) == ("uid", "c", cpu, 4096.0, window)


def test_a_stopped_cluster_is_unavailable() -> None:
    measurer = Measurer("sandbox", lambda: cast(Runtime, Stopped()))
    assert measurer.is_able()
    with pytest.raises(ServiceUnavailable, match=r"unable to handle the request \(get pods.metrics.k8s.io\)"):
        measurer.measure()


def test_the_fake_runtime_measures_nothing() -> None:
    assert not Measurer("fake", lambda: cast(Runtime, Stopped())).is_able()
