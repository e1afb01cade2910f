# Everything starts here; each target installs what it needs into .venv on its own.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
SOURCES := odps_tui tests bench
WORKERS ?= 4

.PHONY: demo test test-keyring test-aliyun check format lint types imports walk hostile fuzz soak faults bench screenshots clean

demo: $(VENV)/.run            ## open the dashboard on the built-in MaxCompute
	@$(BIN)/odps-tui --demo

test: $(VENV)/.dev            ## run the tests, several at a time: most of their time they wait
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal

test-keyring: $(VENV)/.dev    ## run the tests that need a real keyring daemon, and install one where apt-get works
	@for program in gnome-keyring-daemon dbus-run-session secret-tool; do command -v $$program >/dev/null || missing=yes; done; \
	if [ "$$missing" ]; then apt-get update && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gnome-keyring dbus libsecret-tools; fi
	ODPS_TUI_REQUIRE_KEYRING=1 $(BIN)/python -m pytest -m keyring

test-aliyun: $(VENV)/.dev     ## run the tests of the extra odps-tui[aliyun]
	$(PIP) --editable '.[dev,aliyun]'
	$(BIN)/python -m pytest tests/config/sources/test_alibabacloud.py

check: format lint types imports test

format: $(VENV)/.dev
	$(BIN)/ruff format --check $(SOURCES)

lint: $(VENV)/.dev
	$(BIN)/ruff check $(SOURCES)

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

walk: $(VENV)/.dev            ## 10,000 keys without a yes: no request that changes anything
	ODPS_TUI_WALK_KEYS=5000 $(BIN)/python -m pytest -q tests/ui/test_stop.py -k walk

fuzz: $(VENV)/.dev            ## the decoders under atheris, SECONDS of it (120); where there is none, it says so
	@$(PIP) atheris >/dev/null 2>&1 || true
	$(BIN)/python -m tests.fuzz -max_total_time=$(or $(SECONDS),120) -print_final_stats=1

hostile: $(VENV)/.dev         ## 50,000 hostile texts through every widget, title, file and command: minutes
	ODPS_TUI_HOSTILE_TEXTS=$(or $(TEXTS),50000) $(BIN)/python -m pytest -q tests/hostile

soak: $(VENV)/.dev            ## load for MINUTES (2): memory, descriptors, threads, requests, keys, event loop, each with its goal; from 5 on into README.md
	$(BIN)/python -m tests.soak $(or $(MINUTES),2) --write README.md

faults: $(VENV)/.dev          ## 72 faults against the real dashboard; the table of what it survives goes into README.md (5 minutes)
	$(BIN)/python -m tests.faults --write README.md

bench: $(VENV)/.dev           ## run every bench against peers in the same run, and write the README's table
	$(BIN)/python bench/peers.py
	$(BIN)/python bench/everything.py

screenshots: $(VENV)/.dev     ## take the README's pictures anew
	ODPS_TUI_TAKE_SCREENSHOTS=1 $(BIN)/python -m pytest tests/ui/test_pictures.py tests/ui/test_detail.py -k picture

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "odps-tui needs Python 3.11 or newer; say which with make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing odps-tui into $(VENV) …"
	$(PIP) --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing odps-tui and its tests into $(VENV) …"
	$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) dist build .fuzz
