# The two commands of the README, and what they are made of. Needs Python (>= 3.11) and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
KEY := .demo-key
SAMPLE := studies/gist_tace

.PHONY: demo test check sample pictures ui-pictures seeded-errors crash-safety checking-speed survival-speed endpoint-speed format constraints clean

## demo: refresh the sample study and say where the report is
demo: $(INSTALLED) $(KEY)
	@DATACUT_KEY="$${DATACUT_KEY:-$$(cat $(KEY))}" $(BIN)/datacut refresh

## test: the whole suite
test: $(INSTALLED)
	@$(BIN)/pytest -n auto --dist loadfile

## check: format, lint and types
check: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

## sample: write the sample study's extracts anew (they are committed; the same command gives the same bytes)
sample: $(INSTALLED)
	@$(BIN)/datacut simulate $(SAMPLE)/extracts --seed 1 --cohort $(SAMPLE)/calibrated_cohort.csv \
		--defects-file $(SAMPLE)/defects.csv

## pictures: the pictures of the documentation, from the newest run
pictures: demo
	@$(BIN)/python docs/pictures.py runs/latest

## ui-pictures: pictures of the Prefect UI, from everything started, one refresh, and everything stopped
ui-pictures: $(INSTALLED) $(KEY)
	@DATACUT_KEY="$${DATACUT_KEY:-$$(cat $(KEY))}" $(BIN)/python docs/ui_pictures.py

## seeded-errors: which rule finds what was planted, into docs/
seeded-errors: $(INSTALLED)
	@$(BIN)/python docs/seeded_errors.py > docs/seeded_errors.new && mv docs/seeded_errors.new docs/seeded_errors.md

## crash-safety: refreshes killed at every step and at random, and what was left, into docs/; some minutes
crash-safety: $(INSTALLED)
	@$(BIN)/python docs/crash_safety.py > docs/crash_safety.new && mv docs/crash_safety.new docs/crash_safety.md

## checking-speed: the contracts beside plain SQL and Great Expectations, into docs/; wants an idle machine
checking-speed: $(INSTALLED)
	@$(BIN)/python benchmarks/checking_speed.py 1000000 10000000 > docs/checking_speed.new
	@mv docs/checking_speed.new docs/checking_speed.md

## endpoint-speed: the derivation beside DuckDB reading the extracts and pandas, into docs/; wants an idle machine
endpoint-speed: $(INSTALLED)
	@$(BIN)/python benchmarks/endpoints.py 1000 10000 100000 > docs/endpoint_speed.new
	@mv docs/endpoint_speed.new docs/endpoint_speed.md

## survival-speed: the survival routines beside lifelines, scikit-survival, R (where installed) and a GROUP BY, into docs/
survival-speed: $(INSTALLED)
	@$(BIN)/python benchmarks/survival.py 10000 100000 1000000 > docs/survival_speed.new
	@mv docs/survival_speed.new docs/survival_speed.md

format: $(INSTALLED)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "datacut needs Python 3.11 or later; call make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (once; a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

# The demo's pseudonym key: made on first use, never in git, outside runs/. A real study sets DATACUT_KEY itself.
$(KEY):
	@umask 077 && $(PYTHON) -c 'import secrets; print(secrets.token_hex(32))' > $@

## constraints: pin anew what a clean environment resolves to
constraints:
	@rm -rf $(VENV)-pins && $(PYTHON) -m venv $(VENV)-pins
	@$(VENV)-pins/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@{ sed -n '/^#/p' constraints.txt; $(VENV)-pins/bin/python -m pip freeze --exclude-editable; } > constraints.new
	@mv constraints.new constraints.txt && rm -rf $(VENV)-pins

clean:
	rm -rf $(VENV) data runs
