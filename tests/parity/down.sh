#!/bin/sh
# Deletes the cluster of a transcript: down.sh PYTHON
export MINIKUBE_PY_HOME="$PARITY_DIR/mk" KUBECONFIG="$PARITY_DIR/kubeconfig"
exec "$1" -m minikube_py.cmd.mk cluster delete > /dev/null
