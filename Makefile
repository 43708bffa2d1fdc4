# `make` lists what there is. Everything runs in a virtual environment of its own, .venv, made on first use.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
# COVERAGE=1 reports the lines that no test runs (see tool.slipcover in pyproject.toml).
COVERAGE ?=
PYTEST = $(BIN)/python $(if $(COVERAGE),-m slipcover )-m pytest
# Tests run in so many processes at once, a file in one. Three keep two cores busy while browsers wait.
JOBS ?= 3
# How long make soak works.
HOURS ?= 2

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start some hundred processes; each would compile every module anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo screens test test-all test-needs lint types format fuzz reliability soak kills bench clean run-env test-env dev-env

help: ## list these commands (what a bare `make` does)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile
	@echo "ARGS=… goes to pytest, as in make test ARGS='tests/core -x'; JOBS=0 runs it in one process; COVERAGE=1 reports line coverage; PYTHON=python3.12 chooses the Python"

demo: run-env ## make a gallery from the bundled model and images; installs first, once
	@page=$$($(BIN)/cnnviz activations --layer conv2 --force) && echo "$(CURDIR)/$$page"

test: test-env ## run the test suite; fetches what it needs first, once
	@$(BIN)/python tools/ensure_needs.py --patient
	@$(PYTEST) -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-all: test-env ## the same with the slow sweeps
	@$(BIN)/python tools/ensure_needs.py --patient
	@$(PYTEST) -n $(JOBS) --dist loadfile --no-loadscope-reorder --slow all $(ARGS)

test-needs: test-env ## try again to get what the tests need besides Python packages
	@$(BIN)/python tools/ensure_needs.py

lint: dev-env ## check style, and the page's JavaScript where node is there
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python tools/check_js.py

types: dev-env ## check types, and those of the page's JavaScript where node is there
	@$(BIN)/python tools/check_types.py
	@$(BIN)/python tools/check_js_types.py

format: dev-env ## rewrite the code in the project's style
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

screens: test-env ## take a screenshot of every gallery page for visual review
	@$(BIN)/python tools/review_screens.py $(ARGS)

fuzz: run-env ## try mutated files on every reader for two minutes, with a new seed; ARGS="--seconds 600 --seed 1"
	@$(BIN)/python -m tools.fuzz $(ARGS)

reliability: run-env ## the fuzzing for 25 minutes with new seeds, for the table in docs/reliability.md; ARGS="--seed 1,2,3"
	@$(BIN)/python -m tools.fuzz --seconds 1500 --seed $$(shuf -i 1-999999 -n 3 | paste -sd,) --table docs/reliability.md $(ARGS)

soak: run-env ## two hours of mixed work that watch memory, files and leftovers; HOURS=0.2, ARGS="--seed 1"
	@$(BIN)/python -m tools.soak --hours $(HOURS) $(ARGS)

kills: run-env ## kill commands at random moments and look at what is left; ARGS="--kills 2 --areas gallery"
	@$(BIN)/python tools/kills.py $(ARGS)

bench: run-env ## run the benchmarks; rates go to bench.json, with the processor's name
	@rm -f bench.json
	@for file in benchmarks/*.py; do echo "== $$file"; CNNVIZ_BENCH=bench.json $(BIN)/python $$file $(ARGS) || exit 1; done

clean: ## remove what tests and builds leave behind, but not .venv
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis test-artifacts
	find cnnviz cli gallery tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

run-env test-env dev-env:
	@$(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and 'cnnviz needs Python 3.11, 3.12 or 3.13; $(PYTHON) is ' + sys.version.split()[0] + '. Name another: make PYTHON=python3.12')"
	@$(PYTHON) tools/setup_venv.py $(VENV) $(@:-env=)
