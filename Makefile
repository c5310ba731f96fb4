# Everything is run from here. It needs python3 (3.11 or newer, with venv) and nothing else.
# Paths are relative, because a folder's name may have a space in it.

PYTHON ?= python3
ENV := .venv
RUN := $(ENV)/bin/python -m
PIP := $(RUN) pip -qq --disable-pip-version-check
# Only what the lock names, whatever came out since (pip takes the newest for a name with an extra),
# and nothing that runs code of its own while it is installed.
LOCKED := install --no-deps --require-hashes --only-binary :all: --requirement
PAGES := $(wildcard tools/*_page.py)
ARGS ?=

# An environment of another folder or of a Python that is gone is made anew.
ifneq ($(shell $(ENV)/bin/python -c 'print(open("$(ENV)/.made").read().strip())' 2>/dev/null),$(CURDIR))
  $(shell rm -f $(ENV)/.made $(ENV)/.runtime $(ENV)/.dev)
endif

.PHONY: help dev test check format bench docs clients seed migration demo lock audit clean
.DEFAULT_GOAL := help

help: ## Show this list
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
	  || sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1  \2/p' Makefile

dev: $(ENV)/.runtime ## Run everything here: make dev ARGS="--port 8200 --data FOLDER"
	@$(ENV)/bin/charter dev $(ARGS)

test: $(ENV)/.dev ## Run every test and check, on all cores: make test ARGS="tests/core -k name"
	@echo "Running the tests …"
	@$(RUN) pytest --numprocesses logical --dist worksteal $(ARGS)

check: $(ENV)/.dev ## The checks beside the tests: format, lint, types, imports, sizes, docs
	@$(ENV)/bin/python tools/static_checks.py

format: $(ENV)/.dev ## Format the code and mend what the linter can mend
	@$(RUN) ruff check --fix --quiet . ; $(RUN) ruff format .

bench: $(ENV)/.dev ## Measure against the floor and write docs/benchmarks.md
	@$(RUN) bench $(ARGS)

docs: $(ENV)/.dev ## Write the generated pages
	@for page in $(PAGES); do echo "Writing by $$page …" && $(ENV)/bin/python "$$page" || exit 1; done

clients: $(ENV)/.dev ## Make typed Python clients of the account APIs, in build/clients
	@$(ENV)/bin/python tools/typed_clients.py $(ARGS)

seed: $(ENV)/.runtime ## Fill a running `make dev` with a demo: make seed ARGS="--data FOLDER"
	@$(ENV)/bin/charter seed $(ARGS)

migration: $(ENV)/.dev ## Write a migration from the tables: make migration NAME=add_slugs
	@test -n "$(NAME)" || { echo "Say what it does: make migration NAME=add_slugs"; exit 2; }
	@$(ENV)/bin/python tools/migration.py "$(NAME)"

demo: $(ENV)/.dev ## Run the example app against a server of its own
	@$(ENV)/bin/python examples/demo.py $(ARGS)

lock: $(ENV)/.dev ## Choose the newest allowed packages and write requirements/*.txt
	@$(PIP) install 'uv>=0.13'
	@for name in runtime dev; do \
	  echo "Locking requirements/$$name.txt …"; \
	  groups="--group build"; test $$name = runtime || groups="$$groups --group dev -c requirements/runtime.txt"; \
	  $(RUN) uv pip compile --quiet --upgrade pyproject.toml $$groups --generate-hashes --universal \
	    --python-version 3.11 --no-emit-index-url --custom-compile-command "make lock" \
	    --output-file requirements/$$name.txt || exit 1; \
	done
	@for name in sdk6 moto; do \
	  $(RUN) uv pip compile --quiet --upgrade requirements/$$name.in --generate-hashes --universal \
	    --python-version 3.11 --no-emit-index-url --custom-compile-command "make lock" \
	    --output-file requirements/$$name.txt || exit 1; \
	done

audit: $(ENV)/.dev ## Look every locked package up in the public advisories
	@$(PIP) install 'uv>=0.13'
	@for file in requirements/*.txt; do \
	  echo "Auditing $$file …"; \
	  $(RUN) uv tool run --quiet pip-audit --strict --disable-pip --require-hashes \
	    --requirement $$file || exit 1; \
	done

clean: ## Remove the environment and every cache; data folders stay
	rm -rf $(ENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(ENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Charter needs Python 3.11 or newer as python3 (or make PYTHON=…)."; exit 1; }
	@echo "Making the environment $(ENV) …"
	@$(PYTHON) -m venv --clear $(ENV) \
	  || { echo "The module venv is missing; install it: apt install python3-venv"; exit 1; }
	@echo "$(CURDIR)" > $@

$(ENV)/.runtime: requirements/runtime.txt pyproject.toml | $(ENV)/.made
	@echo "Installing the locked packages (a minute at the first time) …"
	@$(PIP) $(LOCKED) requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(ENV)/.dev: requirements/dev.txt requirements/sdk6.txt requirements/moto.txt $(ENV)/.runtime | $(ENV)/.made
	@echo "Installing the locked packages for development …"
	@$(PIP) $(LOCKED) requirements/dev.txt
	@sh tools/install_sdks.sh
	@touch $@
