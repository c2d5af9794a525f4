"""Objects that are accepted, by the plural of their kind: what is made at random is put into them, so that it gets further."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]
LABELS = {"app": "web"}
CONTAINERS = [{"name": "web", "image": "nginx", "ports": [{"containerPort": 80}], "resources": {"requests": {"cpu": "100m"}}}]
POD: Object = {"spec": {"containers": CONTAINERS}}
TEMPLATE: Object = {"metadata": {"labels": LABELS}, **POD}
JOB: Object = {"template": {**TEMPLATE, "spec": {"containers": CONTAINERS, "restartPolicy": "Never"}}}
SELECTED: Object = {"selector": {"matchLabels": LABELS}, "template": TEMPLATE}
REFERENCE = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
ROLE_REFERENCE = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}
SUBJECTS = [{"kind": "User", "name": "ann", "apiGroup": "rbac.authorization.k8s.io"}]
RULES = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
BACKEND = {"service": {"name": "web", "port": {"number": 80}}}
REQUEST = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIRk1HNENBUUF3RERFS01BZ0dBMVVFQXd3QmVEQlpNQk1HQnlxR1NNNDlBZ0"
    "VHQ0NxR1NNNDlBd0VIQTBJQQpCRmVYM0NkTWZXU1RsOFpVSEtZTkxoNXQ1TlpjU2tjYkgwQXpvT1dxNDNXMktWekNSWE4rWWNqdUdEdzBnbXJB"
    "CjFkMUYyYm96d1RZRFBDMFMvdEIySTJHZ0FEQUtCZ2dxaGtqT1BRUURBZ05IQURCRUFoOU9CbmdScCtXUGZNNXoKZC9ndXFHWkEwRERiM2hLK1"
    "hkaVd0ZTE0dUpBSEFpRUF4Mkk2SnZTRTZhaUJZRTNrU2t2TUNuQVNqRlFycGRCOApqaGdWcU1xZllhRT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUg"
    "UkVRVUVTVC0tLS0tCg=="
)
WEBHOOK: Object = {
    "name": "a.example.com",
    "clientConfig": {"url": "https://127.0.0.1:1/x"},
    "admissionReviewVersions": ["v1"],
    "sideEffects": "None",
    "failurePolicy": "Ignore",
    "timeoutSeconds": 1,
    "rules": [{"apiGroups": ["nope"], "apiVersions": ["v1"], "resources": ["nopes"], "operations": ["CREATE"]}],
}

SOUND: dict[str, Object] = {
    "configmaps": {"data": {"a": "1"}},
    "secrets": {"type": "Opaque", "data": {"a": "MQ=="}},
    "namespaces": {"spec": {}},
    "nodes": {"spec": {}, "status": {"capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"}}},
    "serviceaccounts": {},
    "pods": POD,
    "podtemplates": {"template": TEMPLATE},
    "replicationcontrollers": {"spec": {"selector": LABELS, "template": TEMPLATE}},
    "replicasets": {"spec": SELECTED},
    "deployments": {"spec": SELECTED},
    "daemonsets": {"spec": SELECTED},
    "statefulsets": {
        "spec": {**SELECTED, "serviceName": "web", "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": CLAIM}]}
    },
    "jobs": {"spec": JOB},
    "cronjobs": {"spec": {"schedule": "* * * * *", "jobTemplate": {"spec": JOB}}},
    "services": {"spec": {"ports": [{"port": 80}], "selector": LABELS}},
    "endpoints": {"subsets": [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}]},
    "endpointslices": {"addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.1"]}], "ports": [{"port": 80}]},
    "ingresses": {"spec": {"rules": [{"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": BACKEND}]}}]}},
    "ingressclasses": {"spec": {"controller": "example.com/x"}},
    "networkpolicies": {"spec": {"podSelector": {}, "ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]}},
    "persistentvolumeclaims": {"spec": CLAIM},
    "persistentvolumes": {
        "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}}
    },
    "storageclasses": {"provisioner": "example.com/x"},
    "roles": {"rules": RULES},
    "clusterroles": {"rules": RULES},
    "rolebindings": {"roleRef": ROLE_REFERENCE, "subjects": SUBJECTS},
    "clusterrolebindings": {"roleRef": ROLE_REFERENCE, "subjects": SUBJECTS},
    "limitranges": {"spec": {"limits": [{"type": "Container", "default": {"cpu": "1"}}]}},
    "resourcequotas": {"spec": {"hard": {"secrets": "1000"}}},
    "horizontalpodautoscalers": {"spec": {"scaleTargetRef": REFERENCE, "maxReplicas": 3}},
    "poddisruptionbudgets": {"spec": {"minAvailable": 1, "selector": {"matchLabels": LABELS}}},
    "priorityclasses": {"value": 10},
    "leases": {"spec": {"holderIdentity": "me"}},
    "events": {"involvedObject": {"kind": "Pod", "namespace": "default", "name": "web"}, "reason": "x", "type": "Normal"},
    "runtimeclasses": {"handler": "x"},
    "controllerrevisions": {"revision": 1, "data": {"a": 1}},
    "validatingwebhookconfigurations": {"webhooks": [WEBHOOK]},
    "mutatingwebhookconfigurations": {"webhooks": [WEBHOOK]},
    "validatingadmissionpolicies": {
        "spec": {
            "matchConstraints": {"resourceRules": [{key: WEBHOOK["rules"][0][key] for key in WEBHOOK["rules"][0]}]},
            "validations": [{"expression": "object.metadata.name != 'x'"}],
        }
    },
    "validatingadmissionpolicybindings": {"spec": {"policyName": "web", "validationActions": ["Deny"]}},
    "certificatesigningrequests": {
        "spec": {
            "request": REQUEST,
            "signerName": "example.com/x",
            "usages": ["client auth"],
        }
    },
    "subjectaccessreviews": {"spec": {"user": "ann", "resourceAttributes": {"verb": "get", "resource": "pods"}}},
    "selfsubjectaccessreviews": {"spec": {"nonResourceAttributes": {"path": "/x", "verb": "get"}}},
    "tokenreviews": {"spec": {"token": "x"}},
}
