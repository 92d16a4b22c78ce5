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

# For a developer's loop, in less than a minute: each record beside its definition, combinators, printed
# forms, names, layers and messages, torch's modules beside torch's own, and units that need no engine.
QUICK_TESTS := tests/test_catalogue.py tests/test_combinators.py tests/test_errors.py \
    tests/test_loss_laws.py tests/test_messages.py tests/test_public_api.py tests/test_records.py \
    tests/test_reduction.py tests/test_support.py tests/interpreters/test_latex.py \
    tests/interpreters/test_mathml.py tests/interpreters/test_vega.py tests/lossary_torch/test_against_torch.py \
    tests/lossary_torch/test_arguments.py tests/lossary_torch/test_counterparts.py \
    tests/lossary_torch/test_modules.py tests/lossary_torch/test_numbers.py \
    tests/estimate/test_accumulator_io.py tests/estimate/test_column_kinds.py \
    tests/estimate/test_factorize.py tests/estimate/test_from_samples.py \
    tests/estimate/test_pairwise_information.py tests/estimate/test_result.py \
    tests/estimate/test_special_functions.py tests/frames/test_column_types.py \
    tests/frames/test_drift_grades.py tests/frames/test_odd_types.py tests/pages/test_layout.py \
    tests/pages/test_localization.py tests/study/test_columns.py tests/study/test_comparison.py \
    tests/study/test_loading.py tests/study/test_metrics.py tests/study/test_splits.py \
    tests/study/test_task.py tests/study/test_verdict.py

# `make test COVERAGE=1` prints the lines and branches that no test takes.
COVERED := $(if $(COVERAGE),--cov --cov-report=term-missing:skip-covered)

# Kernels are compiled for the processor at hand; where that has AVX-512, their tests run with the code
# of AVX2 as well.
AVX2 := $(shell grep -qsw avx512f /proc/cpuinfo && echo NUMBA_CPU_NAME=haswell NUMBA_CPU_FEATURES=)

# What meets other packages' interfaces, without what only takes long.
LOWEST := .venv-lowest
LOWEST_TESTS := tests/estimate tests/frames tests/interpreters tests/report tests/kernels/test_cache.py \
    tests/test_errors.py tests/test_frameworks.py tests/test_import.py tests/test_reduction.py \
    tests/study/test_loading.py tests/study/test_metrics.py tests/study/test_page.py

.PHONY: study test test-quick test-lowest check bench lint types stubs format install clean
.DEFAULT_GOAL := test

study: $(VENV)/.study
	$(BIN)/lossary study --out report.html

test: lint types
	$(ONE_THREAD) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(CHOICE) $(COVERED)
	$(if $(AVX2),$(ONE_THREAD) $(AVX2) $(BIN)/python -m pytest -n $(WORKERS) tests/kernels)

test-quick: $(VENV)/.dev
	$(ONE_THREAD) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q -k "not jax" $(QUICK_TESTS)

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
	rm -rf $(VENV) $(LOWEST) .jax_cache .mypy_cache .pytest_cache .ruff_cache .hypothesis dist report.html

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
