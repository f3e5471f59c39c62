# Hyla on a developer's machine. Every target first installs what is missing.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
ifndef TOGETHER
.NOTPARALLEL:
endif
# The tests start some hundred processes: none of them should compile the sources again.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help install desk sim seed test check bench mutants fuzz clean
.PHONY: looks looks-and-sale format lint types imports qml compiled fast whole first-sale

BIN := .venv/bin
SEEDS ?= 1000
MINUTES ?= 60
S ?= 0
# Tests of one group (whole terminals, tests/conftest.py) stay on one worker. Three for two cores: many wait.
SIDE_BY_SIDE := --numprocesses 3 --dist loadgroup

head = @printf '\n== %s\n' "$(1)"

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

install: ## system packages, .venv, translations, models, faces; quick when nothing is missing
	@.ci/install

desk: install ## a whole terminal on this desk: broker, cloud, agent, screens (ARGS="--headless …")
	$(call head,the desk)
	@$(BIN)/hyla-desk $(ARGS)

sim: install ## unlucky days in a shop, by the seed (SEEDS=1000; ARGS="--jobs 2 …")
	$(call head,unlucky days)
	@$(BIN)/python -m simulator.sim run --seeds $(SEEDS) $(ARGS)

seed: install ## one of those days, turn by turn (S=4711)
	@$(BIN)/python -m simulator.sim seed $(S) $(ARGS)

test: looks-and-sale whole ## everything, slow tests and a morning in the shop included

check: looks fast ## the quick checks before a commit, about two minutes

bench: install ## speed, as ratios
	$(call head,speed)
	@$(BIN)/hyla bench

mutants: install ## the tests of the money, tested: change its lines one by one (MODULES="payment"); long
	$(call head,mutants)
	@$(BIN)/python -m tests.mutants $(MODULES)

fuzz: install ## bytes that nobody expected, to everything that reads a wire, for an hour (MINUTES=60; ARGS="--target ssi")
	$(call head,fuzz)
	@$(BIN)/python -m tests.fuzz --minutes $(MINUTES) $(ARGS)

clean: ## take away what was built or cached; .venv stays
	rm -rf build mutants .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# --- the steps of check and test --------------------------------------------------------------

LOOKS := types format lint imports qml
together = @$(MAKE) --no-print-directory --keep-going --jobs 3 --output-sync=target TOGETHER=yes $(1)

looks: install
	$(call together,$(LOOKS))

looks-and-sale: install
	$(call together,$(LOOKS) compiled first-sale)

format: install
	$(call head,format)
	@$(BIN)/ruff format --check .

lint: install
	$(call head,lint)
	@$(BIN)/ruff check .

types: install
	$(call head,types)
	@$(BIN)/mypy

imports: install
	$(call head,who may import whom)
	@$(BIN)/lint-imports

qml: install
	$(call head,QML)
	@find ui -name '*.qml' -print0 | xargs -0r $(BIN)/pyside6-qmllint -I ui/qml --max-warnings 0 && echo "no complaints"

compiled: install
	$(call head,the tests compiled, once for all workers)
	@$(BIN)/python -m pytest --collect-only -qq >/dev/null && echo "no complaints"

fast: install
	$(call head,fast tests)
	@$(BIN)/python -m pytest -m 'not slow' $(SIDE_BY_SIDE)

whole: install
	$(call head,the whole suite)
	@$(BIN)/python -m tests.whole $(SIDE_BY_SIDE)

first-sale: install
	$(call head,a morning in the shop)
	@$(BIN)/hyla-desk --headless --scenario first-sale
