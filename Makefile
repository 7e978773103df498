# The product's verbs. `make help` lists them.
SHELL := /bin/bash
VENV := .venv
PYTHON := $(VENV)/bin/python
HELPLINE := $(VENV)/bin/helpline
# The machine's npm, or the one that the set-up puts into the virtual environment.
NPM := PATH="$$PATH:$(CURDIR)/$(VENV)/bin" npm --prefix widget
# Any Python can begin the set-up, which finds the one that fits.
BEGINNER := $(shell for python in python3 python3.11 python3.10 /usr/bin/python3 ~/.pyenv/versions/3.1[01].*/bin/python \
	~/.local/share/uv/python/cpython-3.1[01].*/bin/python3; do \
	"$$python" -c "import sys; sys.exit(sys.version_info < (3, 7))" 2>/dev/null && echo "$$python" && break; done)
NO_PYTHON := Python 3.11 or 3.10 is needed and was not found; get it with 'uv python install 3.11', 'pyenv install \
3.11' or 'apt install python3.11 python3.11-venv', then try again.
SETUP := $(if $(BEGINNER),$(BEGINNER) scripts/setup.py,sh -c 'echo "$$0" >&2; exit 1' "$(NO_PYTHON)")

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run cluster demo chat channel train test test-python check format replay eval eval-channels eval-safety bench chaos \
	bench-nlu sbom release tune-encoder tune-further clean

help:  ## List the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup:  ## Create the virtual environment and install what the product needs
	@$(SETUP)

setup-dev:
	@$(SETUP) --dev

run: setup  ## Run the product: set up, train if needed, start the servers
	@$(HELPLINE) run

cluster: setup  ## Run it as in production on this machine: nginx, two front doors, two engines; needs PostgreSQL and Redis
	@$(HELPLINE) cluster

demo: setup  ## Show the staff's console with invented people
	@$(HELPLINE) demo

chat: setup  ## Talk to the assistant in the terminal
	@$(HELPLINE) chat

channel: setup  ## Talk to it as on a messaging channel: make channel CHANNEL=sms (whatsapp, messenger, telegram, slack)
	@$(HELPLINE) channel $(or $(CHANNEL),sms)

train: setup  ## Train the model if it is older than what it is made from
	@$(HELPLINE) train

# A file's tests stay together, since they share what was made for them; tests/conftest.py says which go first. Each worker
# runs a product of its own.
WORKERS := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# They start hundreds of processes, each of which would compile our modules where Python writes no bytecode by itself.
test: setup-dev  ## Set up everything and run all tests
	@$(PYTHON) -m compileall -q -j 0 helpline actions evaluation
	@$(HELPLINE) train
	@$(PYTHON) -m pytest $(WORKERS)
	@$(NPM) run --silent types && $(NPM) test --silent

# What proves in a minute or two that the product runs on another Python: make test-python PYTHON_VERSION=3.10
QUICK := tests/test_imports.py tests/test_locks.py tests/test_settings.py tests/rasa/test_without_tensorflow.py \
	tests/rasa/test_commands.py::test_run_answers_on_the_rest_channel tests/nlu/intent tests/nlu/subject tests/forms \
	tests/requests tests/text tests/store/test_database.py tests/store/test_requests.py
test-python:
	@$(SETUP) --dev --python $(PYTHON_VERSION) --environment .venv-$(PYTHON_VERSION)
	@.venv-$(PYTHON_VERSION)/bin/python -m pytest $(WORKERS) $(QUICK)

check: setup-dev  ## Lint, types, walls between packages, content check, rasa data validate
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@$(VENV)/bin/lint-imports --no-logo
	@$(HELPLINE) check
	@mkdir -p var/log; $(PYTHON) -m rasa data validate --data data --domain domain.yml --config config.yml \
		> var/log/validate.log 2>&1 && echo "Rasa finds the data valid; what it remarks is in var/log/validate.log." \
		|| { grep -iE "error|conflict" var/log/validate.log; exit 1; }

format: setup-dev  ## Put the code into the house format
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

replay: setup  ## Replay conversations: make replay CASES=file.jsonl [OUT=file.jsonl]
	@$(HELPLINE) replay "$(CASES)" $(if $(OUT),--out "$(OUT)")

eval: setup-dev  ## Measure understanding on the held-out messages; writes var/eval/
	@$(HELPLINE) eval

eval-safety: setup-dev  ## Measure the danger detector on its held-out messages
	@$(HELPLINE) eval-safety

eval-channels: setup-dev  ## Play all flows on all messaging channels; a table of flows by channels
	@$(HELPLINE) eval-channels

eval-matching: setup-dev  ## Measure plans of peer matching beside other ways; writes var/eval/
	@$(HELPLINE) eval-matching

# With RASA=python, of an environment with Rasa and TensorFlow, its starter bot too; with PAGE=1 into docs/benchmarks.md.
bench: setup-dev  ## Measure speed, memory, fairness; writes var/bench/: make bench [BESIDE=folder] [POSTGRESQL=url]
	@$(HELPLINE) bench $(if $(BESIDE),--beside "$(BESIDE)") $(if $(POSTGRESQL),--postgresql "$(POSTGRESQL)") \
		$(if $(RASA),--rasa-python "$(RASA)") $(if $(PAGE),--page)

chaos: setup-dev  ## Break part after part while visitors talk: make chaos [BESIDE=folder] [POSTGRESQL=url]
	@$(HELPLINE) chaos $(if $(BESIDE),--beside "$(BESIDE)") $(if $(POSTGRESQL),--postgresql "$(POSTGRESQL)")

bench-nlu: setup-dev  ## Measure the classifier on HINT3's files: make bench-nlu DATA=folder
	@$(HELPLINE) bench-nlu "$(DATA)"

sbom:  ## List what the product is made of, and under which licences; writes var/release/
	@$(SETUP) --environment .venv-product
	@test -x .venv-release/bin/python || .venv-product/bin/python -m venv .venv-release
	@.venv-release/bin/pip install --quiet --no-deps --require-hashes -r requirements-release.txt
	@.venv-release/bin/python scripts/sbom.py "$(CURDIR)/.venv-product/bin/python"

release: setup-dev  ## Check, test, list the parts, then commit, tag and pack a version: make release VERSION=1.2.0
	@$(PYTHON) scripts/release.py "$(VERSION)"

# PyTorch, which the product never needs; the build for processors.
tune-encoder: setup-dev  ## Tune the sentence encoder on data/ and replace assets/encoder/ if it is better (two hours)
	@test -x .venv-tune/bin/python || $(PYTHON) -m venv .venv-tune
	@.venv-tune/bin/pip install --quiet --no-deps --require-hashes -r requirements-tune.txt
	@.venv-tune/bin/python -m tuning.tune_encoder $(TUNE_OPTIONS)

tune-further: TUNE_OPTIONS = --further
tune-further: tune-encoder  ## Tune the kept sentence encoder further on data/, and replace it if it is better (20 to 60 minutes)

clean:  ## Remove what was built: environment, model, logs; keeps var/*.db and keys
	@rm -rf .venv* models widget/node_modules widget/dist widget/dist-fixtures var/log
