"""events.k8s.io: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/"""
