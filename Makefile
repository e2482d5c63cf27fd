# Each target does its own set-up: on a fresh Debian machine with Rust, root or sudo, nothing else
# needs to be done first.

.PHONY: help demo test lint fuzz
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' Makefile

demo: ## a week in Jakarta in a minute; DEMO='--photos DIR' to use photos of one's own
	@deploy/setup/build-deps.sh
	cargo run --release --locked --bin jaga -- demo $(DEMO)

test: ## all tests, on private RabbitMQ, PostgreSQL and S3; TEST='NAME' for some
	@deploy/setup/build-deps.sh
	@deploy/setup/test-deps.sh
	cargo test --workspace --locked $(TEST)

lint: ## format, clippy, docs, dependencies and licences
	@deploy/setup/build-deps.sh
	@deploy/setup/lint-deps.sh
	@deploy/setup/lint.sh

fuzz: ## random bytes against the imaging crate; TIME='60' seconds each, TARGETS='look …' for some
	@deploy/setup/build-deps.sh
	@shared/imaging/fuzz/run.sh $(or $(TIME),60) $(TARGETS)
