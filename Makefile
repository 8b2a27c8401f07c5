# Everything happens in .venv, which the first target that needs it makes. PYTHON names the interpreter to make it with.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
INSTALLED := $(VENV)/.installed
RUN ?= runs/demo

.PHONY: install demo test test-slow test-campaign test-browser lint docs mediapipe clean

$(INSTALLED): setup.cfg pyproject.toml constraints.txt $(wildcard plugins/*/setup.cfg)
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt torch
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	$(PIP) install --no-deps --no-build-isolation $(patsubst %/setup.cfg,--editable %,$(wildcard plugins/*/setup.cfg))
	touch $@

# motionkit and every distribution in plugins/, from this checkout.
install: $(INSTALLED)

# The main job, small: both stages on made clips, then videos. Interrupted, it goes on where it was.
demo: $(INSTALLED)
	$(BIN)/motionkit train $(if $(wildcard $(RUN)/run.json),--resume $(RUN),\
		--motion ode --renderer compose --data actions --out $(RUN) \
		-o motion_objective.steps=1500 -o render_objective.steps=1100)
	$(BIN)/motionkit generate $(RUN) -n 6

test: $(INSTALLED)
	$(BIN)/pytest -m "not slow and not campaign and not browser" -n auto --dist loadfile

# Trains longer, in several processes, and on real clips where MOTIONKIT_TEST_DATA names them.
test-slow: $(INSTALLED)
	$(BIN)/pytest -m "slow and not campaign and not browser"

# Some 1190 damaged inputs and 105 kills, whose counts MOTIONKIT_CAMPAIGN_RECORD=FILE keeps; and what people install
# beside motionkit, and other Pythons, where an index and interpreters are there.
test-campaign: $(INSTALLED)
	$(BIN)/pytest -m campaign tests/campaigns

# The studio in the browser that BROWSER names, which this does not install; pictures of it go to build/studio.
BROWSER ?= /usr/bin/chromium
test-browser: $(INSTALLED)
	$(PIP) install --constraint constraints.txt --editable '.[browser]'
	MOTIONKIT_BROWSER=$(BROWSER) MOTIONKIT_STUDIO_PICTURES=build/studio $(BIN)/pytest -s -m browser tests/studio

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The manual as a site, in build/site. MOTIONKIT_SOURCES=URL leads from it to where the repository's files are shown.
docs: $(INSTALLED)
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet docs build/site

# The pose detector; what its second line installs, and why apart from the rest, it says itself.
mediapipe: $(INSTALLED)
	$(PIP) install --constraint constraints.txt --no-build-isolation --editable plugins/motionkit-mediapipe
	$(BIN)/python -m motionkit_mediapipe.install

clean:
	rm -rf $(VENV) build *.egg-info
