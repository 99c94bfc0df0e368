# make demo    run one page on this machine: a root sign-in, four phones, one answers
# make phones  answer the phones yourself, in a browser
# make test    run the linters and the tests
# make help    list all targets
export PATH := $(CURDIR)/.venv/bin:$(PATH)
SHELL := /bin/sh
ready := .venv/.ready
driver := .venv/.driver
sources := app.py benchmarks docs/_generate callout functions local tests workflow
lock := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

# Pass an option that is set, even if empty: SCENARIO= lists the scenarios.
given = $(if $(filter-out undefined,$(origin $1)),--$2 "$($1)")

.PHONY: help setup demo phones test test-browser test-alertmanager test-sfn-local mock-config test-aws bench bench-check chaos chaos-requests check mutants coverage-asl picture reference synth format lock clean
help:
	@echo "make demo     [SCENARIO=name] [EVENT=file.json] [ROSTER=file.yaml] [SETTINGS=cdk.json]"
	@echo "              [SPEED=40] [PORT=0]  run one page with simulated phones; SCENARIO= lists the"
	@echo "              scenarios; SETTINGS= uses your settings instead of every feature"
	@echo "make phones   [PORT=8321] [SPEED=1] [ROSTER=file.yaml] [SETTINGS=cdk.json]  answer the phones in"
	@echo "              a browser"
	@echo "make test     run make check and all tests, except those below"
	@echo "make test-browser  [PICTURE=1]  test the browser phones in Chromium; PICTURE=1 also"
	@echo "              updates the screenshot docs/images/local-phones.png"
	@echo "make test-alertmanager  send alerts from an installed Alertmanager to the local webhook"
	@echo "make test-sfn-local  run every scenario in AWS Step Functions Local, in Docker"
	@echo "make mock-config  write the scenarios' MockConfigFile to cdk.out/step-functions-local"
	@echo "make test-aws [ROLE=arn]  run every state in the AWS TestState API, in your account"
	@echo "make chaos    [RUNS=500] [FIRST=0] [SEED=n]  run random pages with faults; SEED runs one"
	@echo "make chaos-requests  [REQUESTS=20000]  send mutated requests to the functions that anyone"
	@echo "              may invoke: of webhooks, links and callbacks"
	@echo "make bench    [PART=cost] [QUICK=1] [STORM=100]  run the benchmarks: size,"
	@echo "              cold-start, cost, storm, next-call, first-call; without PART, write"
	@echo "              docs/performance.md"
	@echo "make bench-check  [ACCEPT=1]  fail if counts or sizes exceed benchmarks/baseline.json"
	@echo "make check    run ruff, mypy and cfn-lint"
	@echo "make mutants  remove each safeguard of the state machine and report which scenario fails"
	@echo "make coverage-asl  report the states, transitions and retries that the scenarios cover"
	@echo "make picture  draw docs/images/state-machine.svg from the definition"
	@echo "make reference  generate the settings and roster tables in docs/"
	@echo "make format   format the code and apply ruff's fixes"
	@echo "make synth    write the CloudFormation templates to cdk.out"
	@echo "make lock     update the lock files; UPGRADE=1 upgrades the dependencies"
	@echo "make clean    remove .venv and everything that was built"

setup: $(ready)
$(ready): requirements/install.sh requirements/uv.txt requirements/dev.txt requirements/package-lock.json
	@requirements/install.sh

# With exec, a signal that make passes on reaches Callout, not only the shell that started it.
demo: $(ready)
	@exec python -m local.demo $(call given,SCENARIO,scenario) $(if $(EVENT),--event "$(EVENT)") \
		$(if $(ROSTER),--roster "$(ROSTER)") $(if $(SETTINGS),--settings "$(SETTINGS)") \
		$(call given,SPEED,speed) $(call given,PORT,port)

phones: $(ready)
	@exec callout phones $(call given,PORT,port) $(call given,SPEED,speed) \
		$(if $(ROSTER),--roster "$(ROSTER)") $(if $(SETTINGS),--settings "$(SETTINGS)")

# Tests mostly wait for phones, so run make check in parallel; print its findings last.
test: $(ready)
	@log=$$(mktemp); $(MAKE) --no-print-directory check >$$log 2>&1 & checking=$$!; \
	pytest -n 4; tested=$$?; \
	wait $$checking || { echo "make check failed:"; cat $$log; tested=1; }; \
	rm -f $$log; exit $$tested

test-browser: $(driver)
	@$(if $(PICTURE),PICTURE=1 )pytest tests/browser
$(driver): $(ready) requirements/browser.txt
	@uv pip install --quiet --system-certs --require-hashes --requirement requirements/browser.txt
	@touch $@

test-alertmanager: $(ready)
	@pytest -rs tests/e2e/test_alertmanager.py

test-sfn-local: $(ready)
	@python -m local.step_functions_local

mock-config: $(ready)
	@python -m local.step_functions_local --write

test-aws: $(ready)
	@python -m local.test_state $(if $(ROLE),--role "$(ROLE)")

check: $(ready)
	@ruff check $(sources)
	@ruff format --check --quiet $(sources)
	@mypy
	@python -m tests.infrastructure.lint_templates

chaos: $(ready)
	@python -m tests.property $(if $(RUNS),--runs "$(RUNS)") $(if $(FIRST),--first "$(FIRST)") \
		$(if $(SEED),--seed "$(SEED)")

chaos-requests: $(ready)
	@MUTATED_REQUESTS=$(or $(REQUESTS),20000) pytest -q tests/functions -k mutated

bench: $(ready)
	@python -m benchmarks $(if $(PART),--part "$(PART)") $(if $(QUICK),--quick) \
		$(if $(STORM),--storm "$(STORM)")

bench-check: $(ready)
	@python -m benchmarks.check_baseline $(if $(ACCEPT),--accept)

mutants: $(ready)
	@python -m tests.state_machine.mutation

coverage-asl: $(ready)
	@python -m local.asl.coverage_report

picture: $(ready)
	@python -m local.asl.diagram

reference: $(ready)
	@python -m docs._generate

synth: $(ready)
	@cdk synth --quiet

format: $(ready)
	@ruff check --fix --quiet $(sources) || true
	@ruff format --quiet $(sources)

lock: $(ready)
	@$(lock) $(if $(UPGRADE),--upgrade) pyproject.toml --output-file requirements/functions.txt
	@$(lock) $(if $(UPGRADE),--upgrade) pyproject.toml --extra dev \
		--constraint requirements/functions.txt --output-file requirements/dev.txt
	@$(lock) $(if $(UPGRADE),--upgrade) pyproject.toml --extra browser \
		--constraint requirements/dev.txt --output-file requirements/browser.txt
	@echo uv | $(lock) --constraint requirements/dev.txt - --output-file requirements/uv.txt
	@npm install --prefix requirements --package-lock-only --ignore-scripts --silent

clean:
	@rm -rf .venv cdk.out requirements/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find $(sources) -name __pycache__ -prune -exec rm -rf {} +
