# Every job of the house; `make` alone lists them. Needs make, cargo and Python >= 3.11.
# Nothing is installed outside this folder: tools and libraries live in .venv, builds in target/.
#
#   PYTHON=/path/to/python   the interpreter of .venv, if not the first suitable one on PATH
#   PYTHON_3_13=/path/...    the interpreter of .venv-3.13, if not python3.13
#   PYTHON_2_7=/path/...     the interpreter of .venv-autobahn, if not python2.7

export PATH := $(PATH):$(HOME)/.cargo/bin
unexport PYTHONPATH PYTHONHOME CONDA_PREFIX

ADDRESS ?= 127.0.0.1
PORT ?= 8000

# Searched only when a recipe needs them: a build that is up to date starts no interpreter.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PYTHON_3_13 ?= $(shell for name in python3.13 "$(HOME)"/.pyenv/versions/3.13.*/bin/python3.13; do \
	"$$name" -c '' 2>/dev/null && echo "$$name" && break; done)
PYTHON_2_7 ?= $(shell for name in python2.7 "$(HOME)"/.pyenv/versions/2.7.*/bin/python2.7; do \
	"$$name" -c '' 2>/dev/null && echo "$$name" && break; done)

ASSETS := python/sixlane/openapi/bundled

RUST_SOURCES := Cargo.toml Cargo.lock $(shell find crates -name '*.rs' -o -name 'Cargo.toml')

# $(call say,TEXT): one line of progress.
say = printf '\033[1m==>\033[0m %s\n' "$(1)"
# $(call quietly,NAME,COMMAND): the command's words go to build/NAME.log, and here if it fails.
quietly = mkdir -p build; $(2) >build/$(1).log 2>&1 || { status=$$?; tail -n 60 build/$(1).log; \
	echo "Failed; everything it said is in build/$(1).log" >&2; exit $$status; }

.PHONY: help run test test-3.13 test-rust test-python conformance ecosystem schemathesis autobahn lint typing docs format bench build clean check-cargo
.DELETE_ON_ERROR:

help:
	@echo "make run        start examples/iris on http://$(ADDRESS):$(PORT)"
	@echo "make test       the tests of Rust and Python (on 3.13 too where there is one), conformance, ecosystem"
	@echo "make conformance  FastAPI's own tests, under its name, on both transports"
	@echo "make schemathesis  requests of all kinds at served applications, by their documents"
	@echo "make ecosystem  packages written for FastAPI, unmodified, under its name"
	@echo "make autobahn   the Autobahn test suite for WebSockets, where there is a CPython 2.7"
	@echo "make lint       rustfmt, clippy, ruff, mypy; make format mends what can be mended"
	@echo "make typing     a user's typed application, by mypy and pyright"
	@echo "make docs       the documentation's site, into build/site"
	@echo "make bench      Sixlane beside its peers, one table (OPTIONS=--quick for a trial)"
	@echo "make build      the extension, into .venv"
	@echo "make clean      remove everything that was built or installed here"

# $(call environment,FOLDER,PYTHON EXPRESSION): a virtual environment and its stamps.
define environment
$(1)/.created: | check-cargo
	@test -n "$(2)" || { echo "Sixlane needs Python 3.11 or newer, and none is on PATH." \
		"Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@command -v "$(2)" >/dev/null || { echo "There is no $(2) here." >&2; exit 1; }
	@"$(2)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(2) is $$$$("$(2)" --version 2>&1); Sixlane needs Python 3.11 or newer." >&2; exit 1; }
	@$$(call say,creating $(1) with $$$$("$(2)" --version))
	@"$(2)" -m venv --clear $(1) || { echo "$(2) cannot create virtual environments;" \
		"on Debian and Ubuntu install the package python3-venv." >&2; exit 1; }
	@$(1)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	@touch $$@

$(1)/.built: $(RUST_SOURCES) pyproject.toml $(1)/.created $(ASSETS)/.fetched
	@$$(call say,installing the build tool into $(1))
	@$(1)/bin/python -m pip install --quiet --group build
	@$$(call say,building the engine (some minutes the first time) and installing what it needs)
	@$$(call quietly,engine,VIRTUAL_ENV="$$(CURDIR)/$(1)" $(1)/bin/maturin develop --release --extras msgspec$$(comma)uvloop)
	@touch $$@

$(1)/.examples: pyproject.toml $(1)/.created
	@$$(call say,installing what the examples need into $(1))
	@$(1)/bin/python -m pip install --quiet --group examples
	@touch $$@

$(1)/.tests: pyproject.toml $(1)/.created
	@$$(call say,installing the test tools into $(1))
	@$(1)/bin/python -m pip install --quiet --group test
	@touch $$@
endef
comma := ,

$(eval $(call environment,.venv,$$(PYTHON)))
$(eval $(call environment,.venv-3.13,$$(PYTHON_3_13)))

# The documentation pages work offline: their files come from a package that ships those of the npm
# packages swagger-ui-dist and redoc. It is for Django, which the pages do not need. ReDoc's footer
# would fetch a logo from its maker; without it the footer is a line of text.
SHIPPED := build/pages/drf_spectacular_sidecar/static/drf_spectacular_sidecar
$(ASSETS)/.fetched: pyproject.toml .venv/.created
	@$(call say,fetching Swagger UI and ReDoc)
	@rm -rf build/pages
	@.venv/bin/python -m pip install --quiet --no-deps --target build/pages --group pages
	@rm -rf $(ASSETS)
	@mkdir -p $(ASSETS)/swagger-ui-dist@5 $(ASSETS)/redoc@2/bundles
	@cp $(addprefix $(SHIPPED)/swagger-ui-dist/,LICENSE favicon-32x32.png oauth2-redirect.js swagger-ui.css \
		swagger-ui-bundle.js swagger-ui-bundle.js.LICENSE.txt) $(ASSETS)/swagger-ui-dist@5
	@cp $(SHIPPED)/redoc/LICENSE $(ASSETS)/redoc@2
	@cp $(SHIPPED)/redoc/bundles/redoc.standalone.js.LICENSE.txt $(ASSETS)/redoc@2/bundles
	@sed 's#https://cdn.redoc.ly/redoc/logo-mini.svg#data:,#' \
		$(SHIPPED)/redoc/bundles/redoc.standalone.js >$(ASSETS)/redoc@2/bundles/redoc.standalone.js
	@touch $@

.venv/.lint: pyproject.toml .venv/.created
	@$(call say,installing the lint tools into .venv)
	@.venv/bin/python -m pip install --quiet --group lint
	@touch $@

.venv/.docs: pyproject.toml .venv/.created
	@$(call say,installing what makes the site into .venv)
	@.venv/bin/python -m pip install --quiet --group docs
	@touch $@

check-cargo:
	@command -v cargo >/dev/null || { echo "The engine is written in Rust, and cargo is not on PATH." \
		"Install it from https://rustup.rs, then run make again." >&2; exit 1; }
	@needed=$$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml); \
	found=$$(cargo --version | cut -d' ' -f2); \
	printf '%s\n%s\n' "$$needed" "$$found" | sort -C -t. -k1,1n -k2,2n || { echo "cargo is $$found;" \
		"Sixlane needs $$needed or newer: rustup update stable" >&2; exit 1; }

build: .venv/.built

run: .venv/.built .venv/.examples
	@.venv/bin/python -m sixlane run examples/iris/main.py --host $(ADDRESS) --port $(PORT)

test: test-rust test-python conformance ecosystem
	@if [ -n "$(PYTHON_3_13)" ]; then $(MAKE) --no-print-directory test-3.13; \
	else echo "Not tested on Python 3.13: there is no python3.13."; fi

test-rust: check-cargo
	@$(call say,testing the engine)
	@cargo test --quiet --package sixlane-engine

test-python: .venv/.built .venv/.examples .venv/.tests
	@$(call say,testing on $$(.venv/bin/python --version))
	@.venv/bin/python -m pytest --quiet

test-3.13: .venv-3.13/.built .venv-3.13/.examples .venv-3.13/.tests
	@$(call say,testing on $$(.venv-3.13/bin/python --version))
	@.venv-3.13/bin/python -m pytest --quiet

# The packages that Sixlane needs, as pyproject.toml lists them.
REQUIREMENTS = import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"])

.venv-conformance/.installed: pyproject.toml .venv/.created
	@$(call say,installing what FastAPI's tests need into .venv-conformance)
	@.venv/bin/python -m venv --clear .venv-conformance
	@.venv-conformance/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	@.venv-conformance/bin/python -m pip install --quiet --group conformance \
		$$(.venv/bin/python -c '$(REQUIREMENTS)')
	@touch $@

conformance: .venv/.built .venv-conformance/.installed
	@$(call say,running FastAPI's own tests)
	@PYTHONPATH=tests .venv-conformance/bin/python -m conformance $(OPTIONS)

# Without dependencies: the file lists all of them but FastAPI, which must not be importable there.
.venv-ecosystem/.installed: tests/ecosystem/requirements.txt .venv/.created
	@$(call say,installing packages written for FastAPI into .venv-ecosystem)
	@.venv/bin/python -m venv --clear .venv-ecosystem
	@.venv-ecosystem/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	@.venv-ecosystem/bin/python -m pip install --quiet --no-deps -r tests/ecosystem/requirements.txt
	@touch $@

ecosystem: .venv/.built .venv-ecosystem/.installed
	@$(call say,running packages written for FastAPI)
	@PYTHONPATH=python .venv-ecosystem/bin/python -m pytest --quiet -p sixlane.alias tests/ecosystem $(OPTIONS)

# The suite runs on CPython 2.7 alone. The pins are its authors' own; the newest virtualenv that makes
# environments for 2.7 goes into a folder of its own.
.venv-autobahn/.installed:
	@$(call say,installing the Autobahn test suite into .venv-autobahn)
	@rm -rf .venv-autobahn build/autobahn
	@mkdir -p build/autobahn
	@"$(PYTHON_2_7)" -m pip --disable-pip-version-check install --quiet --target build/autobahn/virtualenv \
		'virtualenv<20.22' 2>build/autobahn/installing.log
	@PYTHONPATH=build/autobahn/virtualenv "$(PYTHON_2_7)" -m virtualenv --quiet .venv-autobahn
	@$(call quietly,autobahn-installing,for packages in \
		"pip==20.3.4 setuptools==44.0.0 wheel==0.36.2" "incremental==16.10.1" \
		"pyOpenSSL==19.1.0 cryptography==3.3.2" "--no-build-isolation Twisted==19.10.0" \
		"--no-build-isolation autobahntestsuite==25.10.1"; do \
		.venv-autobahn/bin/python -m pip install $$packages || exit 1; done)
	@touch $@

autobahn: .venv/.built
	@if [ -z "$(PYTHON_2_7)" ]; then echo "Skipped: the Autobahn test suite needs CPython 2.7, and" \
		"there is none here. Name one: make autobahn PYTHON_2_7=/path/to/python2.7"; \
	else $(MAKE) --no-print-directory .venv-autobahn/.installed run-autobahn; fi

.PHONY: run-autobahn
run-autobahn:
	@$(call say,running the Autobahn test suite)
	@PYTHONPATH=tests .venv/bin/python -m autobahn

SCHEMATHESIS := schemathesis==4.32.5

.venv-schemathesis/.installed: Makefile .venv/.created
	@$(call say,installing schemathesis into .venv-schemathesis)
	@.venv/bin/python -m venv --clear .venv-schemathesis
	@.venv-schemathesis/bin/python -m pip install --quiet $(SCHEMATHESIS)
	@touch $@

schemathesis: .venv/.built .venv/.examples .venv-schemathesis/.installed
	@$(call say,asking served applications what their documents allow)
	@PYTHONPATH=tests .venv-schemathesis/bin/python -m generated_requests \
		"$(CURDIR)/.venv/bin/python" $(OPTIONS)

lint: export PYO3_PYTHON = $(CURDIR)/.venv/bin/python
lint: .venv/.built .venv/.examples .venv/.tests .venv/.lint
	@cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1 || { \
		echo "rustfmt or clippy is missing: rustup component add rustfmt clippy" >&2; exit 1; }
	@$(call say,rustfmt)
	@cargo fmt --all --check
	@$(call say,clippy)
	@cargo clippy --quiet --workspace --all-targets -- -D warnings
	@$(call say,ruff)
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@$(call say,mypy)
	@.venv/bin/mypy

# Both checkers accept the typed application and find each marked mistake: a mark that nothing
# needs is an error too.
typing: .venv/.built .venv/.tests .venv/.lint
	@$(call say,mypy and pyright on tests/typing)
	@for file in tests/typing/*.py; do .venv/bin/mypy --config-file= --strict $$file || exit 1; done
	@.venv/bin/pyright --project tests/typing --pythonpath .venv/bin/python
	@$(call say,pyright on the types of all public names)
	@PATH="$(CURDIR)/.venv/bin:$$PATH" .venv/bin/pyright --verifytypes sixlane --ignoreexternal \
		>build/verifytypes.log || { tail -n 60 build/verifytypes.log; exit 1; }

docs: .venv/.docs
	@$(call say,making build/site)
	@NO_MKDOCS_2_WARNING=1 .venv/bin/python -m mkdocs build --quiet --strict

format: .venv/.lint
	@cargo fmt --all
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format --quiet .

bench: .venv/.built
	@.venv/bin/python benchmarks/run.py $(OPTIONS)

clean:
	rm -rf .venv .venv-3.13 .venv-conformance .venv-ecosystem .venv-schemathesis .venv-autobahn .venv-bench* benchmarks/.cache target build .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis
	rm -rf python/sixlane/_engine*.so $(ASSETS)
	find python tests examples benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
