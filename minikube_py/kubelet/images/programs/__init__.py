"""Stand-ins for the programs in well-known images, each a module with `main(arguments) -> exit code`.

They are small real servers and tools, not recordings: they listen, log, allocate and end as the originals do where learners
look, and say in their own text what they are. Only the standard library is used, and little of it, since many start at once.

The environment tells them about their pod:

    MINIKUBE_PY_BIND      address to listen on where the pod has one of its own without a network namespace; else 0.0.0.0
    MINIKUBE_PY_PORT      port to listen on instead of the program's own; 0 lets the system choose
    MINIKUBE_PY_READY_FD  an open descriptor that gets `ADDRESS PORT\\n` once the program listens, and is then closed
    MINIKUBE_PY_ROOT      folder under which the container's paths are found where there is no mount namespace
    HOSTNAME              the pod's name
"""
