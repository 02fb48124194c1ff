# Thân Thiện: everything a developer or operator does, as one word each. `make help` explains.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
BIN := .venv/bin

.PHONY: help run test bench lint format lock assets clean

help: ## Explain these commands
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: .venv/runtime.stamp assets ## Install, migrate, load the demo and serve it at http://127.0.0.1:8000 (PORT=8001 changes it)
	@scripts/run_demo $(PORT)

test: .venv/development.stamp assets ## Lint, then every test on SQLite, PostgreSQL and in a browser (ARGS="tests/test_keys.py" chooses)
	@scripts/install_packages --for-tests
	@scripts/lint
	@$(BIN)/python -m pytest -n 2 --dist loadscope --durations=25 --durations-min=5 $(ARGS)

bench: .venv/development.stamp assets ## Measure ratios, print them and write tests/benchmarks/results.md (MILLIONS=10: of ten million answers too)
	@scripts/install_packages --for-benchmarks
	@$(BIN)/python -m tests.benchmarks $(if $(MILLIONS),--millions $(MILLIONS))

lint: .venv/development.stamp ## Formatting, lint, types, import contracts, templates, known vulnerabilities
	@scripts/lint

format: .venv/development.stamp ## Format the code and mend what can be mended safely
	@$(BIN)/ruff check --fix --exit-zero .
	@$(BIN)/ruff format .

lock: .venv/development.stamp ## Make requirements*.txt anew from the short lists requirements*.in
	@scripts/lock_requirements

assets: .venv/assets.stamp ## Install browser assets from npm and copy the few files that are served

clean: ## Remove everything that make made, but never instance/ (the data)
	rm -rf .venv node_modules survey_app/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/runtime.stamp: requirements.txt
	@scripts/install_python $(PYTHON) requirements.txt
	@touch $@

.venv/development.stamp: .venv/runtime.stamp requirements-dev.txt
	@scripts/install_python $(PYTHON) requirements-dev.txt
	@touch $@

.venv/assets.stamp: package.json package-lock.json scripts/install_assets | .venv/runtime.stamp
	@scripts/install_assets
	@touch $@
