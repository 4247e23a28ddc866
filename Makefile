# The two commands of the README, and what they are made of. Needs Python (>= 3.11) and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
KEY := .demo-key
SAMPLE := studies/gist_tace

.PHONY: demo test check sample pictures format constraints clean

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
