# Everything runs from .venv, which `make setup` makes; nothing here needs sudo.
# Another interpreter: make setup PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help setup run test test-long app bench trace screenshots clean

help:
	@echo "make setup      create .venv and install Caseload with its development tools"
	@echo "make run        run the three-hubs scenario, results in results/"
	@echo "make app        open the application in a browser"
	@echo "make test       lint, types and tests (all but the long ones)"
	@echo "make test-long  the tests that take minutes"
	@echo "make trace      store the event trace that the tests compare with, and say what changed"
	@echo "make screenshots  take pictures of every page of the application, into docs/screenshots"
	@echo "make bench      measure what a sitting, the event log and the application cost, and what a second process is worth"
	@echo "make clean      remove .venv, results and caches"

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  command -v $(PYTHON) >/dev/null || { \
	    echo "Caseload needs Python 3.11 or later, and there is no '$(PYTHON)' here. Install it, or name one: make setup PYTHON=/path/to/python3" >&2; exit 1; }; \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Caseload needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name a newer one: make setup PYTHON=python3.12" >&2; exit 1; }; \
	  $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "'$(PYTHON)' cannot make a virtual environment (venv or ensurepip is missing). On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }; \
	  echo "$(PYTHON) -m venv --clear $(VENV)"; \
	  $(PYTHON) -m venv --clear $(VENV); \
	fi
	$(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check \
	  --constraint constraints.txt --editable '.[dev]'
	@touch $@

run: setup
	$(BIN)/caseload run three-hubs --out results --force

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not long"

test-long: setup
	$(BIN)/python -m pytest -m long

app: setup
	$(BIN)/caseload app

bench: setup
	$(BIN)/python benchmarks/sitting_cost.py
	$(BIN)/python benchmarks/log_cost.py
	$(BIN)/python benchmarks/app_speed.py
	$(BIN)/python benchmarks/speedup.py

trace: setup
	$(BIN)/python -m tests.renew_trace

screenshots: setup
	$(BIN)/python -m tests.take_screenshots

clean:
	rm -rf $(VENV) results build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find sim tests -name __pycache__ -type d -prune -exec rm -rf {} +
