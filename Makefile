# make demo    a root sign-in, four phones, one of them answers: everything on this machine
# make test    everything that is checked: style, types, promises
export PATH := $(CURDIR)/.venv/bin:$(PATH)
SHELL := /bin/sh
ready := .venv/.ready
sources := app.py callout functions local tests workflow

.PHONY: help setup demo test check format lock clean
help:
	@echo "make demo [SCENARIO=name | SCENARIO= | EVENT=file.json ROSTER=file.yaml]"
	@echo "make test     check, then every test"
	@echo "make check    ruff, mypy"
	@echo "make format   what ruff can mend by itself"
	@echo "make lock     resolve the dependencies anew (SINCE= see Makefile)"
	@echo "make clean    remove what was made here"

setup: $(ready)
$(ready): requirements/install.sh requirements/uv.txt requirements/dev.txt requirements/package-lock.json
	@requirements/install.sh

check: $(ready)
	@ruff check $(sources)
	@ruff format --check --quiet $(sources)
	@mypy

format: $(ready)
	@ruff check --fix --quiet $(sources) || true
	@ruff format $(sources)

test: check
	@pytest

clean:
	@rm -rf .venv cdk.out requirements/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find $(sources) -name __pycache__ -prune -exec rm -rf {} +
