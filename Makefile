# Every target installs what it needs (Debian packages; Python packages into .build/venv) and can be repeated.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SWIFT ?= swift
VENV := .build/venv
PYTHON := $(VENV)/bin/python
BENCH_VENV := .build/bench-venv
# The tests ask this interpreter for second opinions: on our metrics, and on our schema.
export CLEANUPD_PYTHON := $(CURDIR)/$(PYTHON)

.PHONY: help demo monitoring-demo cluster-demo build test embedding docs fault soak tsan check sabotage bench fuzz reference screenshots clean release deb deploy-test
.PHONY: lint strict arrows banned tests-run sabotage-check documents schema metrics-table alerts dashboards bench-page embedding-check deploy-check

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## build, and show cleanupd on sample data (ONCE=1: end after the summary; DIR=...: where)
	.build/release/cleanupd demo $(DIR) $(if $(ONCE),--once)

# Nobody reads this variable. But SwiftPM keeps what Package.swift said, the commit too, until the environment is another.
build bench: export CLEANUPD_COMMIT := $(shell git rev-parse --verify --quiet HEAD 2> /dev/null)

build: ## build the release binary, .build/release/cleanupd
	scripts/install.sh build
	$(SWIFT) build -c release --product cleanupd

monitoring-demo: build ## the demo with Prometheus and Alertmanager beside it (ONCE=1: end after the first scrape)
	scripts/install.sh test
	scripts/monitoring-demo.sh

cluster-demo: build ## three replicas on Redis and PostgreSQL, of which the leader is killed (ONCE=1: end after that)
	scripts/install.sh test
	scripts/cluster-demo.sh

# Suites whose tests speak to servers from their own process, or drive a browser, each with a turn of its own: what waits
# by the clock, or holds leases for parts of a second, must not wait behind all other tests.
SERVERS := 'CoordinationTests.(Queue|LeaseMachine|LocalLocks|Blocking|OtherProcess)' \
	ClientsTests.Redis StoresTests.Key StoresTests.RedisGlob '(ClientsTests.S3|StoresTests.(Copy(AnswerErrorTexts|Destination|Fault)?Tests|Objects(?!Memory)|OwnedObjects))' \
	'(ClientsTests.Docker|StoresTests.Container)' ConsoleTests IntegrationTests.BrowserModuleTests \
	IntegrationTests.BrowserPageTests IntegrationTests.SiegeTests

# Leases that end within a second or two, and messages that are given up after some: a few at a time, because what a test
# waits for must not be its neighbour.
LEASES := '(CoordinationTests.(Elector|LeaseLocks|LeasePause|PostgresLease|RedisLease)|ClientsTests.Webhook|EngineTests.(Notifier|FiringNotice|AdoptedStore|EmbeddedEngine))'

# All tests that begin at once wait for each other for minutes, which is as long as some of them may take.
WIDTH := --experimental-maximum-parallelization-width 32

# Each has servers of its own, a Prometheus in which alerts fire or none may, or a database whose replica is late, and
# mostly waits: all at once.
ALERTS := 'IntegrationTests.((Clock|Replica|Service|Task)FaultTests|HealthyExamplesTests|RowsLagTests|ScrapeTests)'

# Fault points and memory belong to the whole process, and replicas to the machine: one test after the other. Those which
# compute all the time (CRASHES, as do simulations) go on beside those which mostly wait (REPLICAS). A filter sees the
# names of files, too: those of the module FaultTests are not all of FaultTests.swift.
CRASHES := '(^FaultTests\.|(SQLite|Gzip|JSONFile)FaultTests)'
REPLICAS := '(RandomFaultTests|ReplicaTests|(Rows|Stream|References|Objects)MemoryTests)'
APART := SimulationTests $(CRASHES) $(REPLICAS) $(ALERTS) $(LEASES) $(SERVERS)
TEST := scripts/turn.py $(SWIFT) test --skip-build --
# Without SwiftPM, which does not run twice at a time.
TESTS := NO_COLOR=1 .build/debug/cleanupdPackageTests.xctest --testing-library swift-testing
TOGETHER := NO_COLOR=1 scripts/turn.py .build/debug/cleanupdPackageTests.xctest --testing-library swift-testing --
# What is shipped, made of the program that the tests run: package, image and compose file.
SHIPPED := BINARY=.build/debug/cleanupd scripts/test-deploy.sh

test: $(VENV)/.ready ## run all tests; the end-to-end ones run .build/debug/cleanupd
	scripts/install.sh deploy
	$(SWIFT) build --build-tests
	$(TEST) $(foreach suite,$(APART),--skip $(suite)) $(WIDTH)
	$(TEST) --filter $(LEASES) --experimental-maximum-parallelization-width 4
	for suite in $(SERVERS); do $(TEST) --filter "$$suite" || exit 1; done
	scripts/beside.sh \
		"$(TESTS) --filter SimulationTests; $(TESTS) --no-parallel --filter $(CRASHES)" \
		"$(SHIPPED); $(TOGETHER) --filter $(ALERTS); $(TESTS) --no-parallel --filter $(REPLICAS)"
	$(PYTHON) scripts/test-docs.py

embedding: ## build examples/embedding as the package of others that it is, in a build of its own, and run it
	scripts/install.sh build
	scripts/test-embedding.sh

docs: $(VENV)/.ready ## run the code blocks of all pages (PAGES="docs/api.md": only these)
	scripts/install.sh test
	$(SWIFT) build --product cleanupd
	$(PYTHON) scripts/test-docs.py $(PAGES)

fault: $(VENV)/.ready ## run the tests of one row of docs/faults.md alone (ROW=F5)
	scripts/install.sh test
	$(SWIFT) build --build-tests
	filter="$$(scripts/faults.py "$(ROW)")" && $(SWIFT) test --skip-build --no-parallel --filter "$$filter"

soak: $(VENV)/.ready ## run docs/faults.md at its nightly numbers, for hours (SOAK=0.1: a tenth of them; ROWS="F1 F5": only these)
	scripts/install.sh test
	$(SWIFT) build --build-tests
	CLEANUPD_SOAK=$(or $(SOAK),1) scripts/soak.sh $(ROWS)

tsan: $(VENV)/.ready ## run all tests under ThreadSanitizer, in a build of its own
	scripts/install.sh test
	SUITES="SimulationTests $(ALERTS) $(LEASES) $(SERVERS)" ALONE="$(CRASHES) $(REPLICAS)" scripts/tsan.sh

check: lint arrows banned tests-run sabotage-check documents schema strict metrics-table alerts dashboards bench-page embedding-check deploy-check ## all that can be checked without running the tests

sabotage: $(VENV)/.ready ## make known mistakes in a copy, and see that tests notice each (ONLY="07 12": these; ALL=1: ask all tests)
	scripts/install.sh test
	ONLY="$(ONLY)" ALL="$(ALL)" scripts/sabotage.py

bench: $(BENCH_VENV)/.ready ## measure beside peers, and write docs/BENCHMARKS.md (PARTS="delete growth-*": only these; BENCH_SCALE=0.01: a try)
	scripts/install.sh bench
	for product in cleanupd TelemetryBenchmark QueueBenchmark LocksBenchmark; do $(SWIFT) build -c release --product $$product || exit 1; done
	set -f; Benchmarks/run.sh $(PARTS)

fuzz: ## attack the parsers (SECONDS=60 each, or RUNS=9000000 altogether; TARGETS="cron glob": only these; KEEP=1: keep what reaches new code)
	scripts/install.sh build
	SECONDS_EACH=$(SECONDS) RUNS=$(RUNS) FUZZ_KEEP=$(KEEP) scripts/fuzz.sh $(TARGETS)

reference: strict ## write the tables of docs/metrics.md and docs/configuration.md from what the program knows
	scripts/metrics-table.py --write
	scripts/configuration-reference.py --write

screenshots: $(VENV)/.ready ## write pictures of every view of the page into docs/images
	scripts/install.sh test
	$(SWIFT) build --product cleanupd
	$(PYTHON) Tests/Browser/page_pictures.py

release: ## build what is released, with the Swift runtime linked in, into dist (BINARY=...: of a program that is there)
	scripts/install.sh release
	scripts/release.sh dist

deb: release ## build the Debian package, dist/cleanupd_VERSION_ARCHITECTURE.deb
	scripts/install.sh deb
	scripts/deb.sh dist
	lintian --fail-on error dist/*.deb

deploy-test: $(VENV)/.ready $(if $(BINARY),,deb) ## install, run and remove image, package and compose file without Docker, as root (BINARY=...: of this program)
	scripts/install.sh deploy
	scripts/test-deploy.sh $(if $(BINARY),,dist)

clean: ## remove what was built
	rm -rf .build .build-fuzz .build-sabotage .build-tsan .build-release dist

# The parts of `check`.
lint: ## check the layout of the code
	$(SWIFT) format lint --strict --recursive Sources Tests Benchmarks Fuzz examples Package.swift

arrows: ## check the direction of imports
	scripts/check-arrows.py

banned: ## check for calls that must not be made
	scripts/check-banned.sh

tests-run: ## check that what looks like a test is one, and that docs/faults.md names those of each fault
	scripts/check-tests.py
	scripts/test-turn.py
	scripts/faults.py

sabotage-check: ## check that each patch of Tests/Sabotage applies and is listed, and who counts as having noticed one
	scripts/sabotage.py --check
	scripts/test-sabotage.py

documents: ## check that every code block is marked as run or not, that links lead somewhere, and the configuration's keys
	scripts/test-docs.py --check
	scripts/configuration-reference.py

schema: $(VENV)/.ready ## check the examples against the JSON Schema
	$(PYTHON) scripts/check-schema.py

strict: $(VENV)/.ready ## build everything; warnings are errors by a setting of our own targets
	@grep -q 'treatAllWarnings(as: .error)' Package.swift || { echo "Package.swift: warnings are not errors"; exit 1; }
	$(SWIFT) build --build-tests

metrics-table: strict ## check that docs/metrics.md lists the metrics as they are
	scripts/metrics-table.py

alerts: $(VENV)/.ready ## check and test the rules of alerts/
	scripts/check-alerts.sh

dashboards: $(VENV)/.ready strict ## check the dashboards, and that every metric is used
	$(PYTHON) scripts/check-dashboards.py
	$(PYTHON) scripts/test-checks.py
	$(PYTHON) scripts/check-usage.py

bench-page: ## check that docs/BENCHMARKS.md says what was measured, and that no page promises more
	python3 Benchmarks/report.py --check
	python3 Benchmarks/test-promise.py

embedding-check: ## check that manifests and pages name the same products, versions and toolchain
	scripts/check-embedding.py

deploy-check: $(VENV)/.ready ## check deploy/, without starting anything
	$(PYTHON) scripts/check-deploy.py

$(VENV)/.ready: scripts/requirements.txt scripts/install.sh
	scripts/install.sh test
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement scripts/requirements.txt
	touch $@

$(BENCH_VENV)/.ready: Benchmarks/requirements.txt scripts/install.sh
	scripts/install.sh bench
	python3 -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement Benchmarks/requirements.txt
	touch $@
