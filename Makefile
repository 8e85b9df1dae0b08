# Freehold's verbs. Everything is installed into .venv and web/node_modules, and only when something changed.
# As root on Debian or Ubuntu a missing C++ compiler, and for `make test` Chromium, Redis and flite, is installed with apt-get;
# FREEHOLD_INSTALL_SYSTEM=0 forbids it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
WEB_DIST := src/freehold/api/web/dist
ARGS ?=
# A process per core, four at most. A file stays in one process, and the longest files begin first (tests/conftest.py).
IN_PARALLEL := -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# The system's Node if it is new enough, else one from the package index inside .venv.
NODE_ENV = PATH="$$($(CURDIR)/scripts/node-path):$$PATH"

.PHONY: help setup serve test check fast bench web docs native

help: ## list the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 14

setup: .venv/.installed-serve native $(WEB_DIST)/index.html ## install everything that serving needs

serve: setup ## set up, then run the server; ARGS="--port 9000" passes options on
	@$(BIN)/freehold serve $(ARGS)

test: .venv/.installed-test native $(WEB_DIST)/index.html tests/clients/node_modules/.installed ## set up, then check and test everything
	@scripts/system-packages chromium redis-server flite
	@$(MAKE) --no-print-directory check
	@cd web && $(NODE_ENV) npm test --silent
	@$(BIN)/pytest $(IN_PARALLEL)

fast: .venv/.installed-test native ## the tests without network and browser
	@$(BIN)/pytest -q $(IN_PARALLEL) -m "not network and not browser and not slow"

check: .venv/.installed-test ## formatting, lint, types, import rules, sizes
	@$(BIN)/ruff format --check -q .
	@$(BIN)/ruff check -q .
	@$(BIN)/lint-imports --no-logo | tail -n 4
	@$(BIN)/pyright --warnings
	@$(BIN)/python scripts/sizes.py
	@$(BIN)/python scripts/footprint.py
	@cd web && $(NODE_ENV) npm run --silent check

bench: .venv/.installed-test native ## measure against peers; ARGS="decode --quick" chooses scenarios
	@$(BIN)/python -m bench $(ARGS)

native: .venv/.installed-serve ## compile the native executor, when its sources changed
	@scripts/system-packages c++:g++
	@$(BIN)/python -m freehold.native.build

web: ## build the web app
	@rm -f $(WEB_DIST)/index.html
	@$(MAKE) --no-print-directory $(WEB_DIST)/index.html

docs: .venv/.installed-test ## write the generated pages under docs/reference
	@$(BIN)/python scripts/reference.py

# --- what the verbs stand on -------------------------------------------------------------------------------------

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Freehold needs Python 3.11 or newer; \
	set PYTHON=/path/to/python3.11." >&2; exit 1; }
	@echo "Making .venv …"
	@$(PYTHON) -m venv .venv

.venv/.installed-serve: .venv/bin/python pyproject.toml packages/freehold-espeak/pyproject.toml constraints.txt
	@echo "Installing Freehold into .venv …"
	@$(BIN)/pip install --quiet --progress-bar on -c constraints.txt -e '.[offline,denoise]' -e packages/freehold-espeak
	@touch $@

.venv/.installed-test: .venv/bin/python pyproject.toml packages/freehold-espeak/pyproject.toml constraints.txt
	@echo "Installing Freehold and its test tools into .venv. The largest part is PyTorch, for training: about 0.2 GB as"
	@echo "a CPU build, up to 3 GB where the package index offers only the build with GPU libraries."
	@$(BIN)/pip install --quiet --progress-bar on -c constraints.txt -e '.[test]' -e 'packages/freehold-espeak[piper]'
	@touch $@ .venv/.installed-serve

# The system's Node if it is new enough, else one from the package index inside .venv.

web/node_modules/.installed: web/package-lock.json .venv/bin/python
	@echo "Installing the web app's packages …"
	@cd web && $(NODE_ENV) npm ci --silent --no-audit --no-fund
	@touch $@

tests/clients/node_modules/.installed: tests/clients/package-lock.json .venv/bin/python
	@echo "Installing the vendors' clients for Node …"
	@cd tests/clients && $(NODE_ENV) npm ci --silent --no-audit --no-fund
	@touch $@

$(WEB_DIST)/index.html: web/node_modules/.installed $(shell find web/src web/public web/index.html web/vite.config.ts -type f)
	@echo "Building the web app …"
	@cd web && $(NODE_ENV) npm run build --silent >/dev/null
	@touch $@
