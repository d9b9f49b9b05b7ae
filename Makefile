# Everything runs in .venv; nothing else on the machine is touched. `make help` lists the targets.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first Python that is new enough; or say which: make run PYTHON=python3.12
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
RUNTIME := .venv/.runtime
DEV := .venv/.dev
TRAIN := .venv/.train
# For training only; serving needs none.
TORCH ?= torch==2.13.0
# pytest runs one process a core; `make test TESTS=tests/items ARGS=-x` narrows it.
TESTS ?= tests
ARGS ?=
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)

.PHONY: help
help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(RUNTIME)  ## Set up and run the service on this machine until Ctrl-C (ARGS="--port 9000")
	@exec $(BIN)/python -m moderation up --with-parent $(ARGS)

.PHONY: demo
demo: $(RUNTIME)  ## Set up, run, send the sample items, compare their verdicts, stop
	@exec $(BIN)/python -m moderation demo $(ARGS)

.PHONY: test
test: $(DEV)  ## Set up and run all tests (no root, no Docker)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(TESTS) $(ARGS)

.PHONY: test-training
test-training: $(TRAIN)  ## Set up PyTorch (a gigabyte) and run the tests of training the encoder
	$(BIN)/python -m pytest tests/training $(ARGS)

# A target each, so that `make -k lint` tells all that is wrong.
LINTERS := lint-style lint-format lint-types lint-layers lint-image lint-compose
.PHONY: lint $(LINTERS)
lint: $(LINTERS)  ## Style, types, layering, container files (make -k lint goes on after a fault)

$(LINTERS): $(DEV)

lint-style:
	$(BIN)/ruff check

lint-format:
	$(BIN)/ruff format --check

lint-types:
	$(BIN)/mypy

lint-layers:
	$(BIN)/lint-imports

lint-image:
	$(BIN)/hadolint Dockerfile

lint-compose:
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

.PHONY: check
check: test lint  ## What must pass before a commit: test and lint

.PHONY: format
format: $(DEV)  ## Let ruff put the code in order
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: bench
bench: $(DEV)  ## Run the benchmarks; results go to bench/results
	$(BIN)/python -m bench

.PHONY: docs
docs: $(DEV)  ## Generate docs/settings.md from the settings
	$(BIN)/python -m moderation.supervisor.reference docs/settings.md

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make requirements'

.PHONY: requirements
requirements: $(DEV)  ## Compile the pinned, hashed requirements anew (ARGS=--upgrade for newer versions)
	$(COMPILE) $(ARGS) requirements.in --output-file requirements.txt
	$(COMPILE) $(ARGS) requirements-dev.in --output-file requirements-dev.txt
	$(COMPILE) $(ARGS) requirements-train.in --output-file requirements-train.txt

.PHONY: clean
clean:  ## Remove what can be made again; the state in var stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist daidun.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): requirements.txt pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "Daidun needs Python 3.11 or newer and none was found. Install one, or name it: make run PYTHON=/path/to/python" >&2; \
		exit 1; fi
	@echo "Setting up .venv with $$($(PYTHON) --version); this happens once."
	@$(PYTHON) -m venv .venv || { \
		echo "python -m venv failed. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@# Some packages come as source: they are built with the pinned setuptools, not with whatever is newest.
	@awk '/^setuptools==/ { on = 1 } on { print } on && !/\\$$/ { exit }' requirements.txt > .venv/setuptools.txt
	@$(PIP) install --quiet --require-hashes -r .venv/setuptools.txt
	@echo "Installing the packages of requirements.txt: about a minute."
	@$(PIP) install --quiet --require-hashes --use-pep517 --no-build-isolation -r requirements.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@echo "Installing the packages of requirements-dev.txt: about a minute."
	@$(PIP) install --quiet --require-hashes --use-pep517 --no-build-isolation -r requirements-dev.txt
	@touch $@

$(TRAIN): requirements-train.txt $(DEV)
	@echo "Installing the packages of requirements-train.txt and $(TORCH): some minutes."
	@$(PIP) install --quiet --require-hashes -r requirements-train.txt
	@$(PIP) install --quiet $(TORCH)
	@touch $@
