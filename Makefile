# The only way in, for people, CI and pre-commit alike. `make` lists the targets.

PYTHON ?= python3
WORKERS ?= 2
PACKAGES ?= $(HOME)/.fhir/packages
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed

# What must be covered to the last branch: who may see what, and what a contract means.
EXACT := app/access/*,app/contracts/*,app/fhir/*,app/cli/contract*,app/cli/sample_words.py,fhir_profiles/compiler/*,fhir_profiles/contract_mapping.py,fhir_profiles/swedish_concepts.py

.DEFAULT_GOAL := help
.PHONY: help setup demo test proof check bench openapi policy profiles schemas pages fmt lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Install everything into .venv, from the locked versions
$(STAMP): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed." if sys.version_info < (3, 11) else 0)'
	@echo 'Installing into $(VENV): about a minute, the first time'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Start everything with sample people and sample sources; Ctrl-C ends it
	@exec $(BIN)/samplan demo run

test: check ## Check, then run every test and measure what they cover
	@rm -f .coverage .coverage.*
	@echo 'Running every test, $(WORKERS) at a time: about seven minutes on two cores'
	$(BIN)/pytest -n $(WORKERS) -m proof
	$(BIN)/coverage run -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m 'not proof'
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=90
	$(BIN)/coverage report --include='$(EXACT)' --fail-under=100

proof: setup ## Try every case of the long proofs, of which `make test` tries one in four: some minutes
	$(BIN)/pytest -n $(WORKERS) -m proof --whole-proofs

check: setup ## Format, lint, types and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: setup ## Measure requests per second, compared with a server without checks
	@exec $(BIN)/python -m benchmarks

openapi: setup ## Write openapi/ anew from the code
	$(BIN)/samplan openapi

policy: setup ## Write docs/policy.md anew from app/access/policy.toml
	$(BIN)/samplan policy

profiles: setup ## Build fhir_profiles/ with SUSHI (needs node), and all that is made of it
	$(BIN)/python -m fhir_profiles.build
	@$(MAKE) --no-print-directory schemas pages

schemas: setup ## Compile app/fhir/schemas/ anew from HL7's packages and our built profiles
	$(BIN)/python -m fhir_profiles.compiler.r4_schemas '$(PACKAGES)/hl7.fhir.r4.core#4.0.1/package'
	$(BIN)/python -m fhir_profiles.compiler.search_parameters fhir_profiles/built '$(PACKAGES)/hl7.fhir.r4.core#4.0.1/package'
	$(BIN)/python -m fhir_profiles.compiler.profile_schemas fhir_profiles/built \
		'$(PACKAGES)/hl7.fhir.r4.core#4.0.1/package' '$(PACKAGES)/hl7se.fhir.base#1.1.0/package'

pages: setup ## Write the profiles' examples, docs/profiles/ and docs/contracts/ anew
	$(BIN)/python -m fhir_profiles.examples_of_demo
	$(BIN)/python -m fhir_profiles.contract_pages
	$(BIN)/python -m fhir_profiles.pages

fmt: setup ## Format, and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## Pin the newest versions that pyproject.toml allows, with their hashes
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv-lock/bin/uv pip compile --quiet --universal --upgrade --generate-hashes --no-header \
		--extra demo --group dev pyproject.toml --output-file requirements-dev.txt
	.venv-lock/bin/uv pip compile --quiet --universal --upgrade --generate-hashes --no-header \
		--extra demo --constraint requirements-dev.txt pyproject.toml --output-file requirements.txt

clean: ## Take away what the targets made here
	rm -rf $(VENV) .venv-lock dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache
