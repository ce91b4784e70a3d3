# Two commands for a newcomer: `make serve` and `make test`. Everything they need, they install.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
NODE := tests/channels/web/node_modules/.package-lock.json

.PHONY: serve test browser check form types bench drill ears screenshots faults rasa test-rasa evaluate languages lock lock-ears lock-rasa clean

serve: $(STAMP)
	@$(BIN)/python -m bot serve --lived-in

# The types are looked at beside the tests, whose first seconds leave a core free. Three at a time on two cores: some of
# the tests wait for what must happen in another process. What Python compiles is kept, whatever the machine is told: some
# sixty servers are started, each of which would compile the house anew.
test: export PYTHONDONTWRITEBYTECODE =
test: $(STAMP) form $(NODE) browser
	@$(BIN)/mypy & types=$$!; $(BIN)/python -m pytest -n 3 --dist worksteal; tests=$$?; wait $$types && exit $$tests

# The browser tests' own tools; nothing of this is needed to run Linli.
$(NODE): tests/channels/web/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: apt-get install nodejs npm"; exit 1; }
	@npm ci --prefix tests/channels/web --silent --no-audit --no-fund
	@touch $(NODE)

browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; } || \
	  { echo "Chromium is missing: sudo apt-get install chromium fonts-noto-cjk"; exit 1; }

check: form types

form: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMP)
	@$(BIN)/mypy

bench: $(STAMP)
	@$(BIN)/python -m tests.load.table $(BENCH)

# Every script of an alarm against local stand-ins for phone, text messages, chat, devices and desk, with kills and a slow
# vendor: a table with the seconds of each rung, about a minute on a machine that does nothing else. Ends with an error
# when a promise was broken. DRILL="--pace 1" plays the ladder in its own minutes.
drill: $(STAMP)
	@$(BIN)/python -m tests.drill $(DRILL)

# Every prompt that the telephone's tests hear, spoken, sent over an 8 kHz line and measured; the English ones are listened
# to by a recogniser, which has an environment of its own below data/ears (about five minutes).
EARS := data/ears
ears: $(STAMP) $(EARS)/.installed
	@command -v espeak-ng >/dev/null && command -v flite >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq espeak-ng flite >/dev/null; } || \
	  { echo "Two voices are missing: sudo apt-get install espeak-ng flite"; exit 1; }
	@$(BIN)/python -m pytest tests/channels/phone --said $(EARS)/said.jsonl
	@$(EARS)/venv/bin/python -m tests.ears $(EARS)/said.jsonl

$(EARS)/.installed: tests/ears/requirements.txt
	@$(PYTHON) -m venv $(EARS)/venv
	@$(EARS)/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# Pictures of every page of the console in both languages and lights, below data/screenshots: look at them.
# README=yes keeps those that the README shows.
screenshots: $(STAMP) browser
	@$(BIN)/python -m tests.screenshots.take $(if $(README),--readme)

# Every promise of durability and of seconds at full length, about ten minutes, on a machine that does nothing else;
# the short forms are part of `make test` and hold what must be true on any machine.
faults: $(STAMP)
	@$(BIN)/python -m pytest tests/faults tests/backend/console tests/backend/test_documented_api.py --long

# Rasa beside us: its own environment (Python 3.10 or 3.11) below data/rasa, trained on our sentences, on loopback.
RASA ?= config.yml
RASA_PYTHON ?=
rasa: $(STAMP)
	@$(BIN)/python -m bot rasa --config $(RASA) --python "$(RASA_PYTHON)"

test-rasa: $(STAMP)
	@LINLI_TEST_RASA=$(or $(RASA_PYTHON),yes) $(BIN)/python -m pytest -rs tests/intents/rasa

evaluate: $(STAMP)
	@$(BIN)/python -m tests.evaluate --rasa $(or $(EVALUATE),logistic)

languages: $(STAMP)
	@$(BIN)/python -m bot languages --update

$(STAMP): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Linli needs Python 3.11 or newer: install it, or run make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installing what Linli needs into $(VENV) (once, about half a minute) ..."
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "python3 cannot make a virtual environment: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $(STAMP)

# Needs uv (pip install uv). The result names no registry and serves every Python from 3.11 on.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -o requirements.txt requirements.in

lock-ears:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -o tests/ears/requirements.txt tests/ears/requirements.in

lock-rasa:
	for v in 3.10 3.11; do n=$$(echo $$v | tr -d .); uv pip compile --no-deps --generate-hashes --no-header --no-annotate \
	  --python-version $$v -o intents/rasa/requirements-py$$n.txt intents/rasa/requirements-py$$n.txt; done

clean:
	rm -rf $(VENV) data
