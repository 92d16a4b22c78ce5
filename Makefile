# From a fresh machine: `make study` ends in report.html, `make test` in a tested library.

PYTHON ?= python3
VENV ?= .venv
TORCH ?= torch==2.13.0
WORKERS ?= 2

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# One process per core, one thread per process.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
# Without a browser the tests that open a page are left out, without Java those that start Spark, and
# pytest says how many.
CHROMIUM := $(shell command -v chromium || command -v chromium-browser)
JAVA := $(shell command -v java)
CHOICE := -m "$(if $(CHROMIUM),,not browser)$(if $(CHROMIUM)$(JAVA),, and )$(if $(JAVA),,not spark)"

# Kernels are compiled for the processor at hand; where that has AVX-512, their tests run with the code
# of AVX2 as well.
AVX2 := $(shell grep -qsw avx512f /proc/cpuinfo && echo NUMBA_CPU_NAME=haswell NUMBA_CPU_FEATURES=)

# What meets other packages' interfaces, without what only takes long.
LOWEST := .venv-lowest
LOWEST_TESTS := tests/estimate tests/frames tests/interpreters tests/report tests/kernels/test_cache.py \
    tests/test_errors.py tests/test_frameworks.py tests/test_import.py tests/test_reduction.py \
    tests/study/test_loading.py tests/study/test_metrics.py tests/study/test_page.py

.PHONY: study test test-lowest check bench lint types stubs format install clean
.DEFAULT_GOAL := test

study: $(VENV)/.study
	$(BIN)/lossary study --out report.html

test: lint types
	$(ONE_THREAD) $(BIN)/python -m pytest -n $(WORKERS) $(CHOICE)
	$(if $(AVX2),$(ONE_THREAD) $(AVX2) $(BIN)/python -m pytest -n $(WORKERS) tests/kernels)

test-lowest: $(LOWEST)/.of-$(notdir $(PYTHON))
	$(ONE_THREAD) $(LOWEST)/bin/python -m pytest -n $(WORKERS) $(CHOICE) $(LOWEST_TESTS)

check: $(VENV)/.dev
	$(BIN)/lossary check

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/import_time.py
	$(BIN)/python benchmarks/accuracy.py
	$(BIN)/python benchmarks/cpu.py
	$(BIN)/python benchmarks/information.py

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev
	$(BIN)/mypy

stubs: $(VENV)/.dev
	$(BIN)/python tools/make_stubs.py

format: $(VENV)/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

install: $(VENV)/.dev
	$(BIN)/pre-commit install

clean:
	rm -rf $(VENV) $(LOWEST) .mypy_cache .pytest_cache .ruff_cache .hypothesis dist report.html

# A stamp records each finished installation, so that nothing is installed twice.
$(VENV)/.pip:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'
	touch $@

# Torch goes first, pinned: every later requirement on it is then already met.
$(VENV)/.torch: $(VENV)/.pip
	$(PIP) install $(TORCH)
	touch $@

$(VENV)/.study: $(VENV)/.torch pyproject.toml
	$(PIP) install --editable '.[study]'
	touch $@

$(VENV)/.dev: $(VENV)/.torch pyproject.toml
	$(PIP) install --editable '.[all]' --group dev
	touch $(VENV)/.study $@

# The lowest version of everything that pyproject.toml names; torch has brought newer ones of two.
$(LOWEST)/.of-$(notdir $(PYTHON)): pyproject.toml
	$(PYTHON) -m venv --clear $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9' $(TORCH)
	$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct \
	    --upgrade-package jinja2 --upgrade-package mpmath $(TORCH) --editable '.[all]' --group test
	touch $@
