# Everything happens in .venv, which the first target that needs it makes. PYTHON names the interpreter to make it with.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
INSTALLED := $(VENV)/.installed
RUN ?= runs/demo

.PHONY: install demo test test-slow test-campaign lint mediapipe clean

$(INSTALLED): setup.cfg pyproject.toml constraints.txt $(wildcard plugins/*/setup.cfg)
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt torch
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	$(PIP) install --no-deps --no-build-isolation $(patsubst %/setup.cfg,--editable %,$(wildcard plugins/*/setup.cfg))
	touch $@

# motionkit and every distribution in plugins/, from this checkout.
install: $(INSTALLED)

# The main job, small: 750 steps of each stage on made clips, then videos. Interrupted, it goes on where it was.
demo: $(INSTALLED)
	$(BIN)/motionkit train $(if $(wildcard $(RUN)/run.json),--resume $(RUN),\
		--motion ode --renderer compose --data actions --steps 750 --out $(RUN))
	$(BIN)/motionkit generate $(RUN) -n 6

test: $(INSTALLED)
	$(BIN)/pytest -m "not slow and not campaign" -n auto --dist loadfile

# Trains longer, in several processes, and on real clips where MOTIONKIT_TEST_DATA names them.
test-slow: $(INSTALLED)
	$(BIN)/pytest -m "slow and not campaign"

# Some 1190 damaged inputs and 105 kills; MOTIONKIT_CAMPAIGN_RECORD=FILE keeps the counts.
test-campaign: $(INSTALLED)
	$(BIN)/pytest -m campaign tests/campaigns

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The pose detector's models come inside this release alone, whose own requirements pull in much that it does not need.
mediapipe: $(INSTALLED)
	$(PIP) install --no-deps mediapipe==0.10.14
	$(PIP) install --constraint constraints.txt absl-py attrs flatbuffers protobuf matplotlib opencv-python-headless

clean:
	rm -rf $(VENV) build *.egg-info
