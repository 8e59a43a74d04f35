# Everything a newcomer needs is Python 3.11+ and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP = $(BIN)/pip install --quiet --disable-pip-version-check
EDITABLE = $(PIP) --no-build-isolation --no-deps -e .
UV_COMPILE = $(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --quiet pyproject.toml

.PHONY: run test coverage faults fuzz bench lint docs lock clean

run: $(VENV)/.installed
	@$(BIN)/wireroom run

# With COVERAGE=1 also what the tests reach of both packages, by branches: CI does, and fails below pyproject.toml's floor.
test: $(VENV)/.installed-dev tests/node_modules/.installed
ifdef COVERAGE
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --ignore tests/faults
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
else
	$(BIN)/pytest --ignore tests/faults
endif

coverage:
	@$(MAKE) test COVERAGE=1

# Real processes, killed, stopped, starved and flushed; longer than the rest together.
faults: $(VENV)/.installed-dev
	$(BIN)/pytest tests/faults

# Read made-up pages for ten minutes.
fuzz: $(VENV)/.installed-dev
	$(BIN)/python -m tests.fuzz

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.bench

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/vulture

# Write the tables in the docs that are made from code.
docs: $(VENV)/.installed-dev
	$(BIN)/python -m tests.docs

# Write both lock files again from pyproject.toml, with hashes and without any index in them.
lock: $(VENV)/.installed-dev
	$(BIN)/pip install --quiet uv
	$(UV_COMPILE) --group build -o requirements.lock
	$(UV_COMPILE) --group dev -o requirements-dev.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Wireroom needs Python 3.11 or newer; name one with make PYTHON=python3.12")'
	@echo "Setting up in $(VENV), about a minute …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	@$(PIP) --require-hashes -r requirements.lock
	@$(EDITABLE)
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python requirements-dev.lock pyproject.toml
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(EDITABLE)
	@touch $@

# What the contract is tested with from outside. Without npm those tests are skipped, or fail where REQUIRE_SERVICES is set.
tests/node_modules/.installed: tests/package-lock.json
	@if command -v npm >/dev/null; then \
	  npm ci --prefix tests --ignore-scripts --no-audit --no-fund --silent && touch $@; fi

clean:
	rm -rf $(VENV) data tests/node_modules .coverage*
