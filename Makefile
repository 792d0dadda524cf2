# make install install into .venv, once
# make smoke   install, run the tiny grid on real images, judge the claims
# make test    install what the tests need and run them
# make lint    formatting, style, types, workflow
# make clean   remove .venv and caches; results/ stays
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install smoke test lint clean

BIN := .venv/bin
PACKAGES := bench claims report workflows snakemake_logger_plugin_ganclaims

# Name another interpreter with `make PYTHON=/path/to/python smoke`; otherwise the first that is new enough.
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
    $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))

help:
	@sed -n 's/^# make/make/p' Makefile

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "error: no Python >= 3.11 found; install python3 or give PYTHON=/path/to/python." >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "error: $(PYTHON) does not run or is older than Python 3.11; give PYTHON=/path/to/python." >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo "error: $(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv." >&2; exit 2; }
	$(PYTHON) -m venv .venv

# The stamps keep a second `make` from installing again.
.venv/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

install: .venv/installed

smoke: .venv/installed
	$(BIN)/snakemake --cores all smoke
	@echo
	@echo "Report:  results/report/smoke/index.html"
	@echo "MLflow:  $(BIN)/mlflow ui --backend-store-uri sqlite:///results/mlflow.db"

test: .venv/installed-dev
	$(BIN)/python -m pytest -n auto

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile workflows
	$(BIN)/snakemake --lint

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
	find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +
