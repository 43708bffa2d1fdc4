# `make` lists what there is. Everything runs in a virtual environment of its own, .venv, made on first use.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-needs lint types format bench clean run-env test-env dev-env

help: ## list these commands
	@echo "make demo       make a gallery of a trained network's activations; installs first, once"
	@echo "make test       run the whole test suite; fetches what the tests need, once"
	@echo "make test-all   the same with the slow sweeps"
	@echo "make lint       check style (ruff), and the page's JavaScript where node is there"
	@echo "make types      check types (mypy)"
	@echo "make format     rewrite the code in the project's style"
	@echo "make bench      run the benchmarks"
	@echo "make clean      remove what tests and builds leave behind (not .venv)"
	@echo
	@echo "ARGS=… goes to pytest: make test ARGS='tests/core -x'.  PYTHON=python3.12 chooses the Python."

demo: run-env ## set up, then make a gallery from the bundled model and pictures
	@page=$$($(BIN)/cnnviz activations --layer conv2 --force) && echo "$(CURDIR)/$$page"

test: test-env test-needs ## the suite without the slow sweeps
	@$(BIN)/python -m pytest $(ARGS)

test-all: test-env test-needs ## the suite with the slow sweeps
	@$(BIN)/python -m pytest --slow all $(ARGS)

test-needs: test-env
	@$(BIN)/python tools/ensure_needs.py

lint: dev-env
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python tools/check_js.py

types: dev-env
	@$(BIN)/python tools/check_types.py

format: dev-env
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

bench: run-env
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

clean:
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis test-artifacts
	find cnnviz cli gallery tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

run-env test-env dev-env:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'cnnviz needs Python 3.11 or newer; $(PYTHON) is ' + sys.version.split()[0] + '. Name another: make PYTHON=python3.12')"
	@$(PYTHON) tools/setup_venv.py $(VENV) $(@:-env=)
