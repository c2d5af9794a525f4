# make demo: set up, play a short tour with real processes, clean up.    make test: everything that must hold.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test check unit e2e oracle transcripts parity parity-kubectl walkthroughs-kubectl smoke bench clean
help:
	@sed -n 's/^# //p' Makefile; grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/ -/'

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -m compileall -q minikube_py  # also where PYTHONDONTWRITEBYTECODE is set: compiling takes longer than any command
	@touch $@

demo: $(READY)  ## start a cluster, run the tour, delete it
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh manifests/demo/tour.sh

check: $(READY)  ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(READY)  ## tests without real clusters
	$(BIN)/pytest -n 2 -m 'not e2e and not parity'

e2e: $(READY)  ## walk-throughs with real processes
	$(BIN)/pytest -n 2 --dist loadfile -m e2e tests/e2e

oracle: $(READY)  ## a real kubectl 1.33, if there is one on PATH, looks at the same cluster
	$(BIN)/pytest -n 2 --dist loadfile -m e2e tests/oracle

transcripts: $(READY)  ## what docs/differences.md does not list answers as Kubernetes does (api, get, cluster)
	$(BIN)/pytest -n 3 -m parity

parity: $(READY)  ## play all recorded transcripts and show what differs
	$(BIN)/python -m tests.parity.play

parity-kubectl: $(READY)  ## the same, played by a real kubectl 1.33 over https
	$(BIN)/python -m tests.parity.play --client kubectl

walkthroughs-kubectl: $(READY)  ## the walk-throughs, typed at a real kubectl over https instead of at the shim
	REAL_KUBECTL="$$(command -v kubectl)" $(BIN)/pytest tests/e2e/test_[012]*.py

smoke: $(READY)  ## a day's work with each real kubectl that is there (1.27 to 1.33)
	$(BIN)/python -m tests.oracle.smoke

test: check unit e2e oracle transcripts  ## all of it

bench: $(READY)  ## measure what benchmarks/README.md promises
	$(BIN)/python -m benchmarks

clean:  ## remove what make made
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
