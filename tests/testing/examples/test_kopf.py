import threading
from pathlib import Path

import kopf
import pytest

OPERATOR = Path(__file__).with_name("websites.py")
DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: websites.example.com
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Website, plural: websites, singular: website}
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}}
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""
SITE = """\
apiVersion: example.com/v1
kind: Website
metadata: {name: shop}
spec: {replicas: 2}
"""


@pytest.fixture
def operator(cluster, kubeconfig):
    cluster.apply(DEFINITION)
    cluster.wait("crd/websites.example.com", "Established")
    ready, stop = threading.Event(), threading.Event()
    registry = kopf.OperatorRegistry()
    kopf.set_default_registry(registry)
    exec(compile(OPERATOR.read_text(), OPERATOR, "exec"), {})
    options = {"registry": registry, "namespaces": ["default"], "standalone": True, "ready_flag": ready, "stop_flag": stop}
    thread = threading.Thread(target=kopf.run, kwargs=options)
    thread.start()
    assert ready.wait(20)
    yield
    stop.set()
    thread.join()


def test_a_website_gets_pods_and_takes_them_along(cluster, operator):
    cluster.apply(SITE)
    cluster.wait("website/shop", "jsonpath={.status.deployment}=shop")
    assert cluster.wait("deployment/shop", "Available")["spec"]["replicas"] == 2
    cluster.delete("website/shop")
    cluster.wait("website/shop", "delete")
    cluster.wait("deployment/shop", "delete")
    cluster.get("configmap/shop-was-here")
