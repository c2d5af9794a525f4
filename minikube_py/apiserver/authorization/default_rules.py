"""What Kubernetes 1.33's default roles allow, and who is bound to them, as tables.

A role is a line with its name; under it, each rule is `VERBS GROUPS:RESOURCES [NAMES]` or, for paths, `VERBS /PATH,/PATH`. Words are
divided by commas; the core group has no name; READ, WRITE and ALL stand for verbs, EVENTS for the rule to report events.
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
"""

from __future__ import annotations

CLUSTER_ROLES = """
admin aggregates=admin
cluster-admin
  * *:*
  * *
edit aggregates=edit into=admin
system:aggregate-to-admin into=admin
  create authorization.k8s.io:localsubjectaccessreviews
  ALL rbac.authorization.k8s.io:roles,rolebindings
system:aggregate-to-edit into=edit
  READ :pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy
  impersonate :serviceaccounts
  WRITE :pods,pods/attach,pods/exec,pods/portforward,pods/proxy
  create :pods/eviction
  WRITE :configmaps,events,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,secrets,serviceaccounts,services,services/proxy
  create :serviceaccounts/token
  WRITE apps:daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,statefulsets,statefulsets/scale
  WRITE autoscaling:horizontalpodautoscalers
  WRITE batch:cronjobs,jobs
  WRITE extensions:daemonsets,deployments,deployments/rollback,deployments/scale,ingresses,networkpolicies,replicasets,replicasets/scale,\
replicationcontrollers/scale
  WRITE policy:poddisruptionbudgets
  WRITE networking.k8s.io:ingresses,networkpolicies
  ALL coordination.k8s.io:leases
system:aggregate-to-view into=view
  READ :configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,replicationcontrollers,replicationcontrollers/scale,\
serviceaccounts,services,services/status
  READ :bindings,events,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,resourcequotas,resourcequotas/status
  READ :namespaces
  READ discovery.k8s.io:endpointslices
  READ apps:controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,replicasets,replicasets/scale,\
replicasets/status,statefulsets,statefulsets/scale,statefulsets/status
  READ autoscaling:horizontalpodautoscalers,horizontalpodautoscalers/status
  READ batch:cronjobs,cronjobs/status,jobs,jobs/status
  READ extensions:daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,ingresses,ingresses/status,networkpolicies,\
replicasets,replicasets/scale,replicasets/status,replicationcontrollers/scale
  READ policy:poddisruptionbudgets,poddisruptionbudgets/status
  READ networking.k8s.io:ingresses,ingresses/status,networkpolicies
system:auth-delegator
  create authentication.k8s.io:tokenreviews
  create authorization.k8s.io:subjectaccessreviews
system:basic-user
  create authorization.k8s.io:selfsubjectaccessreviews,selfsubjectrulesreviews
  create authentication.k8s.io:selfsubjectreviews
system:certificates.k8s.io:certificatesigningrequests:nodeclient
  create certificates.k8s.io:certificatesigningrequests/nodeclient
system:certificates.k8s.io:certificatesigningrequests:selfnodeclient
  create certificates.k8s.io:certificatesigningrequests/selfnodeclient
system:certificates.k8s.io:kube-apiserver-client-approver
  approve certificates.k8s.io:signers kubernetes.io/kube-apiserver-client
system:certificates.k8s.io:kube-apiserver-client-kubelet-approver
  approve certificates.k8s.io:signers kubernetes.io/kube-apiserver-client-kubelet
system:certificates.k8s.io:kubelet-serving-approver
  approve certificates.k8s.io:signers kubernetes.io/kubelet-serving
system:certificates.k8s.io:legacy-unknown-approver
  approve certificates.k8s.io:signers kubernetes.io/legacy-unknown
system:discovery
  get /api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,/version/
system:heapster
  READ :events,namespaces,nodes,pods
  READ extensions:deployments
system:kube-aggregator
  READ :endpoints,services
system:kube-controller-manager
  EVENTS
  create coordination.k8s.io:leases
  get,update coordination.k8s.io:leases kube-controller-manager
  create :secrets,serviceaccounts
  delete :secrets
  get :configmaps,namespaces,secrets,serviceaccounts
  update :secrets,serviceaccounts
  create authentication.k8s.io:tokenreviews
  create authorization.k8s.io:subjectaccessreviews
  list,watch *:*
  create :serviceaccounts/token
system:kube-dns
  list,watch :endpoints,services
system:kube-scheduler
  EVENTS
  create coordination.k8s.io:leases
  get,update coordination.k8s.io:leases kube-scheduler
  READ :nodes
  READ,delete :pods
  create :bindings,pods/binding
  patch,update :pods/status
  READ :replicationcontrollers,services
  READ apps,extensions:replicasets
  READ apps:statefulsets
  READ policy:poddisruptionbudgets
  READ :persistentvolumeclaims,persistentvolumes
  create authentication.k8s.io:tokenreviews
  create authorization.k8s.io:subjectaccessreviews
  READ storage.k8s.io:csinodes
  READ :namespaces
  READ storage.k8s.io:csidrivers
  READ storage.k8s.io:csistoragecapacities
  READ storage.k8s.io:volumeattachments
system:kubelet-api-admin
  READ :nodes
  proxy :nodes
  * :nodes/log,nodes/metrics,nodes/proxy,nodes/stats
system:monitoring
  get /healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/*
system:node
  create authentication.k8s.io:tokenreviews
  create authorization.k8s.io:localsubjectaccessreviews,subjectaccessreviews
  READ :services
  READ,create :nodes
  patch,update :nodes/status
  patch,update :nodes
  create,patch,update :events
  READ :pods
  create,delete :pods
  patch,update :pods/status
  create :pods/eviction
  READ :configmaps,secrets
  get :persistentvolumeclaims,persistentvolumes
  get :endpoints
  READ,create certificates.k8s.io:certificatesigningrequests
  create,delete,get,patch,update coordination.k8s.io:leases
  get storage.k8s.io:volumeattachments
  create :serviceaccounts/token
  get,patch,update :persistentvolumeclaims/status
  READ storage.k8s.io:csidrivers
  create,delete,get,patch,update storage.k8s.io:csinodes
  READ node.k8s.io:runtimeclasses
system:node-bootstrapper
  READ,create certificates.k8s.io:certificatesigningrequests
system:node-problem-detector
  get :nodes
  patch :nodes/status
  EVENTS
system:node-proxier
  list,watch :endpoints,services
  READ :nodes
  EVENTS
  list,watch discovery.k8s.io:endpointslices
  list,watch networking.k8s.io:servicecidrs
system:persistent-volume-provisioner
  READ,create,delete :persistentvolumes
  READ,update :persistentvolumeclaims
  READ storage.k8s.io:storageclasses
  watch :events
  EVENTS
system:public-info-viewer
  get /healthz,/livez,/readyz,/version,/version/
system:service-account-issuer-discovery
  get /.well-known/openid-configuration,/openid/v1/jwks
system:volume-scheduler
  READ,patch,update :persistentvolumes
  READ storage.k8s.io:storageclasses
  READ,patch,update :persistentvolumeclaims
view aggregates=view into=edit
"""

CONTROLLER_ROLES = """
attachdetach-controller
  list,watch :persistentvolumeclaims,persistentvolumes
  READ :nodes
  patch,update :nodes/status
  list,watch :pods
  EVENTS
  READ,create,delete storage.k8s.io:volumeattachments
  READ storage.k8s.io:csidrivers
  READ storage.k8s.io:csinodes
certificate-controller
  READ,delete certificates.k8s.io:certificatesigningrequests
  update certificates.k8s.io:certificatesigningrequests/approval,certificatesigningrequests/status
  approve certificates.k8s.io:signers kubernetes.io/kube-apiserver-client-kubelet
  sign certificates.k8s.io:signers kubernetes.io/kube-apiserver-client,kubernetes.io/kube-apiserver-client-kubelet,kubernetes.io/kubelet-serving,\
kubernetes.io/legacy-unknown
  create authorization.k8s.io:subjectaccessreviews
  EVENTS
clusterrole-aggregation-controller
  READ,escalate,patch,update rbac.authorization.k8s.io:clusterroles
cronjob-controller
  READ,update batch:cronjobs
  READ,create,delete,patch,update batch:jobs
  update batch:cronjobs/status
  update batch:cronjobs/finalizers
  list,watch,delete :pods
  EVENTS
daemon-set-controller
  READ apps,extensions:daemonsets
  update apps,extensions:daemonsets/status
  update apps,extensions:daemonsets/finalizers
  list,watch :nodes
  list,watch,create,delete,patch :pods
  create :pods/binding
  READ,create,delete,patch,update apps:controllerrevisions
  EVENTS
deployment-controller
  READ,update apps,extensions:deployments
  update apps,extensions:deployments/status
  update apps,extensions:deployments/finalizers
  READ,create,delete,patch,update apps,extensions:replicasets
  READ,update :pods
  EVENTS
disruption-controller
  READ apps,extensions:deployments
  READ apps,extensions:replicasets
  READ :replicationcontrollers
  READ policy:poddisruptionbudgets
  READ apps:statefulsets
  update policy:poddisruptionbudgets/status
  patch,update :pods/status
  get *:*/scale
  EVENTS
endpoint-controller
  READ :pods,services
  READ,create,delete,update :endpoints
  create :endpoints/restricted
  EVENTS
endpointslice-controller
  READ :nodes,pods,services
  update :services/finalizers
  READ,create,delete,update discovery.k8s.io:endpointslices
  EVENTS
endpointslicemirroring-controller
  READ :endpoints,services
  update :services/finalizers
  update :endpoints/finalizers
  READ,create,delete,update discovery.k8s.io:endpointslices
  EVENTS
ephemeral-volume-controller
  READ :pods
  update :pods/finalizers
  READ,create :persistentvolumeclaims
  EVENTS
expand-controller
  READ,patch,update :persistentvolumes
  patch,update :persistentvolumeclaims/status
  READ :persistentvolumeclaims
  EVENTS
  get :services
generic-garbage-collector
  READ,delete,patch,update *:*
  EVENTS
horizontal-pod-autoscaler
  READ autoscaling:horizontalpodautoscalers
  update autoscaling:horizontalpodautoscalers/status
  get,update *:*/scale
  list,watch :pods
  list,watch metrics.k8s.io:pods
  READ custom.metrics.k8s.io:*
  READ external.metrics.k8s.io:*
  EVENTS
job-controller
  READ,patch,update batch:jobs
  update batch:jobs/status
  update batch:jobs/finalizers
  list,watch,create,delete,patch :pods
  EVENTS
legacy-service-account-token-cleaner
  get :configmaps kube-apiserver-legacy-service-account-token-tracking
  delete,patch :secrets
namespace-controller
  READ,delete :namespaces
  update :namespaces/finalize,namespaces/status
  READ,delete,deletecollection *:*
node-controller
  READ,delete,patch,update :nodes
  patch,update :nodes/status
  patch,update :pods/status
  READ,delete :pods
  EVENTS
persistent-volume-binder
  READ,create,delete,update :persistentvolumes
  update :persistentvolumes/status
  READ,update :persistentvolumeclaims
  update :persistentvolumeclaims/status
  READ,create,delete :pods
  READ storage.k8s.io:storageclasses
  list,watch :nodes
  EVENTS
  watch :events
  get :services
pod-garbage-collector
  list,watch,delete :pods
  READ :nodes
  patch :pods/status
pv-protection-controller
  READ,update :persistentvolumes
  EVENTS
pvc-protection-controller
  READ,update :persistentvolumeclaims
  READ :pods
  EVENTS
replicaset-controller
  READ,update apps,extensions:replicasets
  update apps,extensions:replicasets/status
  update apps,extensions:replicasets/finalizers
  list,watch,create,delete,patch :pods
  EVENTS
replication-controller
  READ,update :replicationcontrollers
  update :replicationcontrollers/status
  update :replicationcontrollers/finalizers
  list,watch,create,delete,patch :pods
  EVENTS
resourcequota-controller
  list,watch *:*
  update :resourcequotas/status
  EVENTS
root-ca-cert-publisher
  create,update :configmaps
  EVENTS
route-controller
  list,watch :nodes
  patch :nodes/status
  EVENTS
selinux-warning-controller
  EVENTS
  READ :persistentvolumes
  READ :persistentvolumeclaims
  READ :pods
  READ storage.k8s.io:csidrivers
service-account-controller
  create :serviceaccounts
  EVENTS
service-cidrs-controller
  READ,patch,update networking.k8s.io:servicecidrs
  patch,update networking.k8s.io:servicecidrs/finalizers
  patch,update networking.k8s.io:servicecidrs/status
  READ networking.k8s.io:ipaddresses
  EVENTS
service-controller
  READ :services
  patch,update :services/status
  list,watch :nodes
  EVENTS
statefulset-controller
  list,watch :pods
  READ apps:statefulsets
  update apps:statefulsets/status
  update apps:statefulsets/finalizers
  create,delete,get,patch,update :pods
  READ,create,delete,patch,update apps:controllerrevisions
  READ,create :persistentvolumeclaims
  delete,update :persistentvolumeclaims
  update :pods/finalizers
  EVENTS
ttl-after-finished-controller
  READ,delete batch:jobs
  EVENTS
ttl-controller
  list,watch,patch,update :nodes
  EVENTS
validatingadmissionpolicy-status-controller
  READ admissionregistration.k8s.io:validatingadmissionpolicies
  get,patch,update admissionregistration.k8s.io:validatingadmissionpolicies/status
  EVENTS
"""
"""Each is called `system:controller:NAME` and bound to the service account NAME in kube-system."""

NAMESPACED_ROLES = """
kube-public/system:controller:bootstrap-signer
  READ :configmaps
  update :configmaps cluster-info
  EVENTS
kube-system/extension-apiserver-authentication-reader
  READ :configmaps extension-apiserver-authentication
kube-system/system::leader-locking-kube-controller-manager
  watch :configmaps
  get,update :configmaps kube-controller-manager
  READ,create,update coordination.k8s.io:leases
  READ,create,update coordination.k8s.io:leasecandidates
kube-system/system::leader-locking-kube-scheduler
  watch :configmaps
  get,update :configmaps kube-scheduler
  READ,create,update coordination.k8s.io:leases
  READ,create,update coordination.k8s.io:leasecandidates
kube-system/system:controller:bootstrap-signer
  READ :secrets
kube-system/system:controller:cloud-provider
  READ,create :configmaps
kube-system/system:controller:token-cleaner
  READ,delete :secrets
  EVENTS
"""

BINDINGS = """
cluster-admin Group:system:masters
system:basic-user Group:system:authenticated
system:discovery Group:system:authenticated
system:kube-controller-manager User:system:kube-controller-manager
system:kube-dns ServiceAccount:kube-dns
system:kube-scheduler User:system:kube-scheduler
system:monitoring Group:system:monitoring
system:node
system:node-proxier User:system:kube-proxy
system:public-info-viewer Group:system:authenticated Group:system:unauthenticated
system:service-account-issuer-discovery Group:system:serviceaccounts
system:volume-scheduler User:system:kube-scheduler
"""
"""Cluster role bindings, each of the cluster role of its name. Service accounts are those of kube-system."""

NAMESPACED_BINDINGS = """
kube-public/system:controller:bootstrap-signer ServiceAccount:bootstrap-signer
kube-system/system::extension-apiserver-authentication-reader=extension-apiserver-authentication-reader User:system:kube-controller-manager \
User:system:kube-scheduler
kube-system/system::leader-locking-kube-controller-manager User:system:kube-controller-manager ServiceAccount:kube-controller-manager
kube-system/system::leader-locking-kube-scheduler User:system:kube-scheduler ServiceAccount:kube-scheduler
kube-system/system:controller:bootstrap-signer ServiceAccount:bootstrap-signer
kube-system/system:controller:cloud-provider ServiceAccount:cloud-provider
kube-system/system:controller:token-cleaner ServiceAccount:token-cleaner
"""
"""Role bindings, `NAMESPACE/NAME=ROLE` where the role has another name."""
