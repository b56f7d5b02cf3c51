# Two stamps say what is installed; a target installs again only when pyproject.toml or constraints.txt changed.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

# Hundreds of processes share what the first one compiles.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help lab test check fix build bench bench-attacks pins
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

lab: .venv/lab ## open the course in JupyterLab
	$(BIN)/course lab

test: check ## pass every test: types, style, exercises, chapters, browser
	$(BIN)/python -m pytest

check: .venv/dev ## style and types only, in seconds
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy

fix: .venv/dev ## put style right where a tool can
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

build: .venv/lab ## make source/ and release/ from course/chapters/
	$(BIN)/course build

bench: .venv/dev ## measure speed, as ratios within one run
	$(BIN)/python -m bench

bench-attacks: .venv/dev ## grade the attacks with stock nbgrader too, as a table
	$(BIN)/python -m bench.attacks

pins: ## renew constraints.txt from what is newest and works with PYTHON, which should be the oldest one
	$(PYTHON) -m venv --clear .venv/pins
	.venv/pins/bin/python -m pip --disable-pip-version-check install --quiet '.[dev]'
	(echo "# Exact versions of everything, direct and indirect. Made by: make pins"; \
	  .venv/pins/bin/python -m pip freeze --all | grep -v -e '^course' -e '^pip=') > constraints.txt

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/lab: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	@touch $@

.venv/dev: .venv/lab
	$(PIP) --editable '.[dev]'
	$(BIN)/python -m bash_kernel.install --sys-prefix >/dev/null
	@touch $@
