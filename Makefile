# Two commands: `make` answers the headline question, `make test` passes the tests.
# コマンドは二つ: `make` で主な質問に答え、`make test` でテストが通る。

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
SOURCES := pyproject.toml src/dxplan/__init__.py

.PHONY: all check figure site serve lint test test-all lock clean
.PHONY: benchmark-check benchmark-questions benchmark-serving benchmark-loading benchmark-inference benchmark-nation
.DEFAULT_GOAL := all

all: $(VENV)/.main  ## build the graph, check it, answer the headline question
	$(BIN)/dxplan build
	$(BIN)/dxplan check
	$(BIN)/dxplan ask cities-without-topic
	@echo
	@$(BIN)/dxplan status

check: $(VENV)/.main  ## the consistency check alone
	$(BIN)/dxplan check

figure: $(VENV)/.all  ## the network of divisions, items and topics as build/network.svg
	$(BIN)/dxplan build
	$(BIN)/dxplan network stalls --out build/network.svg

site: $(VENV)/.all build/web/vendor/LICENSES.txt  ## the site with SPARQL in the page, into build/site
	$(BIN)/dxplan build
	$(BIN)/dxplan publish --out build/site

serve: site  ## the site with content negotiation and a SPARQL endpoint; prints its address
	$(BIN)/dxplan serve --site build/site

# What npm holds of the SPARQL page, pinned by hash; Node comes from a Python package.
build/web/vendor/LICENSES.txt: src/dxplan/site/vendor/package-lock.json scripts/vendor-web.py | $(VENV)/.all
	$(BIN)/python scripts/vendor-web.py

lint: $(VENV)/.all  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: $(VENV)/.all  ## every test that needs only Python packages
	$(BIN)/pytest -n auto --dist loadgroup -m "not browser and not java and not stock and not web and not long"

test-all: test build/web/vendor/LICENSES.txt  ## every test; installs Chromium, Java, Jena, Apache and nginx on Debian
	sh scripts/install-test-peers.sh
	$(BIN)/pytest -n auto --dist loadgroup -m "browser or java or stock or web or long"

benchmark-check: $(VENV)/.all  ## measure engines of SHACL; installs what test-all does; a quarter of an hour or more
	sh scripts/install-test-peers.sh
	$(BIN)/python benchmarks/check.py --into benchmarks/README.md

benchmark-questions: $(VENV)/.all  ## measure engines of SPARQL; installs what test-all does; about ten minutes
	sh scripts/install-test-peers.sh
	$(BIN)/python benchmarks/questions.py --into benchmarks/README.md

benchmark-serving: $(VENV)/.all  ## measure servers over HTTP; installs what test-all does; a minute or two
	sh scripts/install-test-peers.sh
	$(BIN)/dxplan build
	$(BIN)/python benchmarks/serving.py --into benchmarks/README.md

benchmark-loading: $(VENV)/.all  ## measure how quads are loaded; installs what test-all does; half an hour or more
	sh scripts/install-test-peers.sh
	$(BIN)/python benchmarks/loading.py --into benchmarks/README.md

benchmark-inference: $(VENV)/.all  ## measure reasoners of OWL 2 RL; about five minutes
	$(BIN)/python benchmarks/inference.py --into benchmarks/README.md

benchmark-nation: $(VENV)/.all  ## measure check, build and questions from 1 to 1741 plans; an hour or two
	$(BIN)/python benchmarks/nation.py --into benchmarks/README.md

lock: $(VENV)/.all  ## pin the newest allowed versions, with hashes
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile $(LOCK_OPTIONS) -o locks/main.txt pyproject.toml locks/build.in
	$(BIN)/pip-compile $(LOCK_OPTIONS) --all-extras -o locks/all.txt pyproject.toml locks/build.in

LOCK_OPTIONS := --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

clean:  ## remove everything that was built or installed
	rm -rf $(VENV) build

# Debian splits the module that makes virtual environments off from Python; root may fetch it.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); apt-get install -y -q python3-venv && $(PYTHON) -m venv $(VENV); }

$(VENV)/.main: locks/main.txt $(SOURCES) | $(BIN)/python
	$(PIP) -r locks/main.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.all: locks/all.txt $(VENV)/.main
	$(PIP) -r locks/all.txt
	@touch $@
