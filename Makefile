# Two commands do all: make demo, make test. Both make their own virtual environment from the lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: bench-controls bench-people bench-second-source bench-verify demo gallery pictures test forms fuzz faults hostile tamper sixteen mutants check format lab bench lock clean

demo: $(READY)  ## the whole workbook on the embedded Jira; ends with the path of a sealed package
	@$(BIN)/auditlib demo

test: $(READY)  ## all tests
	$(BIN)/python -m pytest -n auto --dist loadgroup

forms: $(READY)  ## every form in which a Jira answers: all pairs, and the whole workbook in each; hours
	AUDITLIB_FORMS=all $(BIN)/python -m pytest tests/demo/test_forms.py -n auto --dist loadgroup

sixteen: $(READY)  ## sixteen demos, four at a time, as on different machines; some minutes
	AUDITLIB_DEMOS=16 $(BIN)/python -m pytest tests/run/test_side_by_side.py -k at_a_time

fuzz: $(READY)  ## 2,000 mutated answers at reader and tables, 60 whole runs, every empty Jira; an hour. FUZZ="--from 5000" for other seeds
	PYTHONPATH=tests $(BIN)/python -m fuzz --count 2000 --runs 60 $(FUZZ)
	AUDITLIB_FUZZ=all $(BIN)/python -m pytest tests/fuzz/test_empties.py

faults: $(READY)  ## kills, signals, full disks and commands side by side at every place, as processes of their own; half an hour
	AUDITLIB_FAULTS=all $(BIN)/python -m pytest tests/faults -n auto

hostile: $(READY)  ## servers that want the workbook to fall: every hostile answer in place of every first one, as processes; hours
	AUDITLIB_HOSTILE=all $(BIN)/python -m pytest tests/hostile -n auto --dist loadgroup

tamper: $(READY)  ## 5,000 changes of a sealed package, each noticed and named; some minutes. TAMPER="--from 5000" for other seeds
	PYTHONPATH=tests $(BIN)/python -m tamper --count 5000 $(TAMPER)

mutants: $(READY)  ## plants slips one by one in a copy: are they noticed by the tests of their own room alone? half an hour
	PYTHONPATH=tests $(BIN)/python -m mutants.plant $(ROOMS)

mutants-controls: $(READY)  ## every small slip in the rules of the controls, one by one: is it noticed by the histories or the room's tests?
	PYTHONPATH=tests $(BIN)/python -m mutants.controls $(MODULES)

check: $(READY)  ## format, lint, types, the walls between rooms, dead code, parameter files, workflow files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/dead_code.py
	$(BIN)/check-jsonschema --schemafile params/schema.json params/*.yaml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema custom.github-workflows-require-timeout .github/workflows/*.yml
	$(BIN)/zizmor --offline --quiet --persona=pedantic --strict-collection .

gallery: $(READY)  ## every figure of the tests as PNG, for a page and for a telephone, into build/gallery, to be looked at
	PYTHONPATH=tests $(BIN)/python tests/report/gallery.py build/gallery

format: $(READY)  ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lab: $(READY)  ## JupyterLab, opened at the start page: form, check, pull, run, seal. LAB="--no-browser" for its own options
	@$(BIN)/python -m auditlib.start $(LAB)

pictures: $(READY)  ## the pictures of the documents, taken of the demo; needs Chromium, some minutes
	PYTHONPATH=tests/browser $(BIN)/python docs/pictures.py

bench: $(VENV)/.bench  ## what it costs, beside other ways and limits measured in the same run; an hour. BENCH=--quick to try
	$(BIN)/python bench/run.py $(BENCH)

bench-people: $(READY)  ## what it costs to ask who may do what: 10,000 people in 100 projects; two minutes
	PYTHONPATH=tests $(BIN)/python bench/people.py $(BENCH)

bench-controls: $(READY)  ## what it costs to test controls on 1,000,000 issues; ends with 1 above its limits; three minutes
	$(BIN)/python bench/controls.py $(BENCH)

bench-second-source: $(READY)  ## what it costs to reconcile 100,000 issues with 100,000 deployments; ends with 1 above its limits
	$(BIN)/python bench/second_source.py $(BENCH)

bench-verify: $(READY)  ## what it costs to verify and to rerun a package, beside making it; ends with 1 if verifying takes longer
	$(BIN)/python bench/verify.py $(BENCH)

$(VENV)/.bench: requirements-bench.lock $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

params/schema.json: $(wildcard auditlib/params/*.py) $(READY)
	$(BIN)/python -m auditlib.params.writing > $@

docs/tables.md: docs/generate.py $(wildcard auditlib/*.py auditlib/*/*.py auditlib/params/library/*.yaml) $(READY)
	$(BIN)/python docs/generate.py

docs/controls/histories.md: $(wildcard tests/controls/histories/*.json tests/histories_page.py) $(READY)
	PYTHONPATH=tests $(BIN)/python -m histories_page

docs/mistakes.md: $(wildcard tests/mistakes/*.py) $(shell find auditlib -name '*.py') $(READY)
	PYTHONPATH=tests:tests/foreign $(BIN)/python -m mistakes.catalogue

docs/house.svg: docs/house.py $(shell find auditlib -name '*.py') $(READY)
	$(BIN)/python docs/house.py

lock:  ## the lock anew, from pyproject.toml; needs uv
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --extra bench --universal --python-version 3.11 --generate-hashes --no-header -q -c requirements.lock -o requirements-bench.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=" if sys.version_info < (3, 11) else 0)'
	@echo "Making $(VENV) from requirements.lock; this takes a few minutes, once."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

clean:  ## remove what make and the tools made; never the evidence
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
