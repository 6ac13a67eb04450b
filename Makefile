# Everything here needs make and python3 (3.11); the first call makes .venv. `make test` also needs Chromium and PgBouncer: for root
# apt brings them, others are told how to install them.
#
#   make run     peerload with its demo service on http://127.0.0.1:8000 (PORT=..., HOST=...)
#   make dev     the same for developers: pages reload when code changes, errors explain themselves
#   make manage ARGS="services"  any command of manage.py against the service that is running
#   make demo    the demo service anew, as of today
#   make test    every test (ARGS="tests/caseload -x" for some)
#   make test-long  the same with many more random lives, services and interleavings; takes about an hour
#   make check   style, templates, types, migrations, production settings
#   make messages  the texts marked for translation, collected into locale and compiled
#   make bench   every page and the whole-service work against their bare counterparts (ARGS="--only pages")

PYTHON ?= python3
LOCAL = .venv/bin/python -m peerload.local

.PHONY: run dev demo servers manage test test-long check messages bench

run dev demo servers:
	@$(PYTHON) peerload/local/venv.py requirements-local.txt
	@$(LOCAL) $@

manage:
	@$(PYTHON) peerload/local/venv.py requirements-local.txt
	@$(LOCAL) manage $(ARGS)

test:
	@$(PYTHON) peerload/local/venv.py requirements-dev.txt
	@$(LOCAL) test $(ARGS)

test-long:
	@$(PYTHON) peerload/local/venv.py requirements-dev.txt
	@$(LOCAL) test-long $(ARGS)

messages:
	@$(PYTHON) peerload/local/venv.py requirements-local.txt
	@$(LOCAL) $@

check:
	@$(PYTHON) peerload/local/venv.py requirements-dev.txt
	@$(LOCAL) ci

bench:
	@$(PYTHON) peerload/local/venv.py requirements-dev.txt
	@.venv/bin/python -m bench.measure $(ARGS)
