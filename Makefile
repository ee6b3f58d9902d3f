# The two commands are `make run` and `make test`. Both set up all they need. `make help` lists the rest.
# PORT (default 5005) and KIEM_HOME (data folder, default .kiem) move things; see bot/settings.py for all settings.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
KIEM := $(VENV)/bin/python -m bot
READY := $(VENV)/.ready
TEST_READY := $(VENV)/.test-ready
BROWSER_TESTS := tests/channels/web tests/channels/test_book.py

.PHONY: help run chat demo test test-fast check content train eval bench lint lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 14

run: $(READY) ## chat page, REST channel: everything, on this machine
	@$(KIEM) run

chat: $(READY) ## the same bot in the terminal
	@$(KIEM) chat

demo: $(READY) ## a scripted talk through the real bot
	@$(KIEM) demo

test: $(TEST_READY) ## all tests
	@$(KIEM) train
	$(VENV)/bin/python -m pytest $(addprefix --ignore=,$(BROWSER_TESTS))
	$(VENV)/bin/python -m pytest $(BROWSER_TESTS) # apart: Playwright keeps an event loop running in its process

test-fast: $(READY) ## the tests that need no model, browser or other service (under a minute)
	@echo "Left out, because they take longer (run 'make test' for all): talks with the trained model, the chat page in a browser, start and stop,"
	@echo "the commands in processes of their own, building the encoder, comparing cases with the signal examples, measurements of speed and growth."
	$(VENV)/bin/python -m pytest -m "not slow"

check: $(READY) ## what is missing, stale or wrong in the knowledge
	@$(KIEM) check

content: $(READY) ## a book of everything Kiem can say
	@$(KIEM) content

train: $(READY) ## train the model if it is missing or stale
	@$(KIEM) train

eval: $(READY) ## measure on the development cases
	@$(KIEM) eval tests/cases/*.jsonl --html .kiem/report.html

bench: $(TEST_READY) ## compare with Rasa's default pipeline and nlp.js
	$(VENV)/bin/python -m tests.benchmarks

lint: $(READY) ## style
	$(VENV)/bin/ruff check .

lock: ## make the lock file again after a change of pyproject.toml
	@bash .ci/setup lock

clean: ## remove the virtual environment and the trained models (not your data)
	rm -rf $(VENV) .kiem/models .kiem/cache

$(READY): requirements.lock pyproject.toml .python-version .ci/setup
	@bash .ci/setup run

$(TEST_READY): $(READY)
	@bash .ci/setup test
