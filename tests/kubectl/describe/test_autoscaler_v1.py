from __future__ import annotations

from .conftest import Describe


def test_an_autoscaler_of_v1_tells_of_its_cpu_only(describe: Describe) -> None:
    obj = {
        "apiVersion": "autoscaling/v1",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "h", "namespace": "default"},
        "spec": {
            "scaleTargetRef": {"kind": "Deployment", "name": "web"},
            "maxReplicas": 5,
            "targetCPUUtilizationPercentage": 80,
        },
        "status": {"currentReplicas": 1, "desiredReplicas": 2},
    }
    assert describe(obj).splitlines()[5:] == [
        "Reference:                Deployment/web",
        "Target CPU utilization:   80%",
        "Current CPU utilization:  <unknown>%",
        "Min replicas:             <unset>",
        "Max replicas:             5",
        "Deployment pods:          1 current / 2 desired",
        "Events:                   <none>",
    ]
