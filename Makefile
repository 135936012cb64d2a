# The only commands that people, CI and pre-commit need. `make setup` works from a bare checkout with Python 3.11+, git and make.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
UV_PIP = $(BIN)/uv pip
RECOUP_HOME ?= var
WORKERS ?= 2
export RECOUP_HOME

CATALOGUES := $(wildcard src/recoup/locale/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)
RUNTIME_LOCKS := requirements/build.txt requirements/runtime.txt

.PHONY: help setup run test check test-sqlite test-postgresql soak bench messages locks clean
.DELETE_ON_ERROR:

help:
	@echo "make setup      the environment: .venv with the recoup command, browser files, translations"
	@echo "make run        everything up to the desk on http://127.0.0.1:$(PORT) (PORT= to change)"
	@echo "make test       checks, then the whole suite on SQLite and on PostgreSQL"
	@echo "make check      style, types, directions, house rules, translations"
	@echo "make soak       tests that take more than a minute"
	@echo "make bench      measurements beside their targets"
	@echo "make messages   collect translatable sentences into the catalogues"
	@echo "make locks      write the locked requirements anew (UPGRADE=--upgrade for newer versions)"

setup: $(VENV)/.installed $(VENV)/.front $(COMPILED)

run: setup
	$(BIN)/recoup demo --if-empty
	$(BIN)/recoup serve --port $(PORT)

test: check test-sqlite test-postgresql

# A second run on PostgreSQL takes only the tests that a database can change. PYTEST= adds options.
test-sqlite: setup $(VENV)/.dev
	RECOUP_TEST_DATABASE=sqlite $(BIN)/python -m pytest -n $(WORKERS) $(PYTEST)

test-postgresql: setup $(VENV)/.dev
	RECOUP_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n $(WORKERS) $(PYTEST)

check: setup $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/house_check.py
	$(BIN)/python tools/messages.py check

soak: setup $(VENV)/.dev
	RECOUP_EXAMPLES=soak RECOUP_TEST_DATABASE=sqlite $(BIN)/python -m pytest -m soak $(PYTEST)
	RECOUP_EXAMPLES=soak RECOUP_TEST_DATABASE=postgresql $(BIN)/python -m pytest -m soak $(PYTEST)

bench: setup
	@missed=0; for claim in benchmarks/*.py; do $(BIN)/python "$$claim" || missed=1; done; exit $$missed

messages: setup $(VENV)/.dev
	$(BIN)/python tools/messages.py collect

# --- the environment -----------------------------------------------------------------------------

$(VENV)/.made: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Recoup needs Python 3.11 or newer; say which with PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || $(PYTHON) -m virtualenv --clear $(VENV) || \
	  { rm -rf $(VENV); echo "This Python makes no virtual environments: install its venv package (on Debian and Ubuntu: python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

# Exactly what the locks say; the development packages stay where there are any.
$(VENV)/.runtime: $(VENV)/.made $(RUNTIME_LOCKS)
	$(UV_PIP) sync --quiet --python $(BIN)/python --require-hashes $(RUNTIME_LOCKS) $$(test ! -e $(VENV)/.dev || echo requirements/dev.txt)
	@touch $@

$(VENV)/.installed: $(VENV)/.runtime pyproject.toml
	$(UV_PIP) install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	$(UV_PIP) install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.front: $(VENV)/.runtime package-lock.json .npmrc tools/front_end.py requirements/node.txt
	$(BIN)/python tools/front_end.py
	@touch $@

%.mo: %.po tools/messages.py $(VENV)/.runtime
	@$(BIN)/python tools/messages.py compile $<

LOCK = $(BIN)/uv pip compile --quiet $(UPGRADE) --generate-hashes --no-emit-index-url --no-emit-find-links --universal \
  --python-version 3.11 --no-header --no-annotate
locks: $(VENV)/.made
	cd requirements && ../$(LOCK) uv.in -o uv.txt
	cd requirements && ../$(LOCK) build.in -o build.txt
	cd requirements && ../$(LOCK) --constraint build.txt runtime.in -o runtime.txt
	cd requirements && ../$(LOCK) dev.in -o dev.txt
	cd requirements && ../$(LOCK) node.in -o node.txt

clean:
	rm -rf $(VENV) node_modules src/recoup/desk/static/vendor .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	rm -f $(COMPILED)
