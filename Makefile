# make demo    a root sign-in, four phones, one of them answers: everything on this machine
# make phones  the same phones in a browser: you answer them
# make test    everything that is checked: style, types, promises
export PATH := $(CURDIR)/.venv/bin:$(PATH)
SHELL := /bin/sh
ready := .venv/.ready
driver := .venv/.driver
sources := app.py benchmarks docs/_generate callout functions local tests workflow
lock := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

# Options of the demo that were given, an empty one too: SCENARIO= lists the scenarios.
given = $(if $(filter-out undefined,$(origin $1)),--$2 "$($1)")

.PHONY: help setup demo phones test test-browser test-sfn-local mock-config test-aws bench bench-check chaos check mutants coverage-asl picture reference synth format lock clean
help:
	@echo "make demo     [SCENARIO=name] [EVENT=file.json] [ROSTER=file.yaml] [SPEED=40] [PORT=0]"
	@echo "              SCENARIO= lists the scenarios"
	@echo "make phones   [PORT=8321] [SPEED=1] [ROSTER=file.yaml]  answer the phones in a browser"
	@echo "make test     check, then every test"
	@echo "make test-browser  [PICTURE=1]  test that web page in the installed Chromium; PICTURE=1 renews its screenshot"
	@echo "make test-sfn-local  each story's execution in AWS's Step Functions Local, in Docker"
	@echo "make mock-config  the MockConfigFile of the stories, into cdk.out/step-functions-local"
	@echo "make test-aws [ROLE=arn]  each state by AWS's own TestState, in your account"
	@echo "make chaos    [RUNS=500] [FIRST=0] [SEED=n]  pages at random, with faults; SEED tells one"
	@echo "make bench    [PART=cost] [QUICK=1] [STORM=100] [INSTRUCTIONS=1]  benchmarks: size, cold-start,"
	@echo "              cost, requests, storm, next-call, first-call; without PART, docs/performance.md"
	@echo "make bench-check  [ACCEPT=1]  fail if a count or a size has grown beyond benchmarks/baseline.json"
	@echo "make check    ruff, mypy"
	@echo "make mutants  each safeguard of the state machine taken out: which story notices"
	@echo "make coverage-asl  which states, transitions and retries the stories walk"
	@echo "make picture  docs/images/state-machine.svg, from the definition"
	@echo "make reference  write the settings and roster tables in docs/ from the code"
	@echo "make format   what ruff can mend by itself"
	@echo "make synth    the template, into cdk.out"
	@echo "make lock     resolve the dependencies anew: UPGRADE=1 for newer ones"
	@echo "make clean    remove what was made here"

setup: $(ready)
$(ready): requirements/install.sh requirements/uv.txt requirements/dev.txt requirements/package-lock.json
	@requirements/install.sh

demo: $(ready)
	@python -m local.demo $(call given,SCENARIO,scenario) $(if $(EVENT),--event "$(EVENT)") \
		$(if $(ROSTER),--roster "$(ROSTER)") $(call given,SPEED,speed) $(call given,PORT,port)

phones: $(ready)
	@callout phones $(call given,PORT,port) $(call given,SPEED,speed) \
		$(if $(ROSTER),--roster "$(ROSTER)")

# Tests mostly wait for phones, so check runs beside them; what it finds is said last.
test: $(ready)
	@log=$$(mktemp); $(MAKE) --no-print-directory check >$$log 2>&1 & checking=$$!; \
	pytest -n 3; tested=$$?; \
	wait $$checking || { echo "make check failed:"; cat $$log; tested=1; }; \
	rm -f $$log; exit $$tested

test-browser: $(driver)
	@$(if $(PICTURE),PICTURE=1 )pytest tests/browser
$(driver): $(ready) requirements/browser.txt
	@uv pip install --quiet --system-certs --require-hashes --requirement requirements/browser.txt
	@touch $@

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

chaos: $(ready)
	@python -m tests.property $(if $(RUNS),--runs "$(RUNS)") $(if $(FIRST),--first "$(FIRST)") \
		$(if $(SEED),--seed "$(SEED)")

bench: $(ready)
	@python -m benchmarks $(if $(PART),--part "$(PART)") $(if $(QUICK),--quick) \
		$(if $(STORM),--storm "$(STORM)") $(if $(INSTRUCTIONS),--instructions)

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
