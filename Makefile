# Each target does its own set-up: on a fresh Debian machine with Rust, root or sudo, nothing else
# needs to be done first.

.PHONY: help demo test lint fuzz bench-imaging bench-geo bench-sla bench-duplicates bench-closures bench-judging eval-duplicates eval-closures
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

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

bench-imaging: ## what a photo costs, beside what others need; BENCH='--photo FILE' for one's own
	@deploy/setup/build-deps.sh
	@deploy/setup/bench-deps.sh
	cargo build --release --locked --bin jaga --bin jaga-bench
	target/release/jaga-bench $(BENCH)

eval-duplicates: ## recall per edit and false matches, test half; EVAL='--photos DIR' for one's own photos
	@deploy/setup/build-deps.sh
	cargo build --release --locked --bin jaga-eval
	target/release/jaga-eval $(EVAL)

bench-geo: ## point look-ups against a plain scan and shapely, on the polygons in $JAGA_SHARED/geo
	@deploy/setup/build-deps.sh
	@deploy/setup/rival-deps.sh geo
	JAGA_BENCH_PYTHON=$(CURDIR)/target/bench-geo/venv/bin/python cargo bench --locked -p jaga-geo --bench lookup

bench-sla: ## deadlines a second against businesstimedelta; sweeps over 1,000,000 tickets; BENCH='--postgres N' for fewer
	@deploy/setup/build-deps.sh
	@deploy/setup/test-deps.sh
	@deploy/setup/rival-deps.sh sla
	JAGA_BENCH_PYTHON=$(CURDIR)/target/bench-sla/venv/bin/python cargo bench --locked -p jaga-ticket --bench arithmetic
	cargo run --release --locked -p jaga-bench-sla -- $(BENCH)

bench-duplicates: ## 10 million fingerprints against a scan, FAISS, PostgreSQL; two photos against OpenCV; the start
	@deploy/setup/build-deps.sh
	@deploy/setup/test-deps.sh
	@deploy/setup/rival-deps.sh duplicates
	cargo bench --locked -p jaga-likeness --bench duplicates --no-run
	JAGA_BENCH_PYTHON=$(CURDIR)/target/bench-duplicates/venv/bin/python cargo run --release --locked -p jaga-bench-duplicates -- $(BENCH) -- \
		cargo bench --locked -p jaga-likeness --bench duplicates

eval-closures: ## a generated city-month of closures, judged; EVAL='--tuning --why' for what to mend
	cargo run --release --locked -p jaga-eval-closures -- $(EVAL)

bench-closures: ## a city-month judged end to end on RabbitMQ and PostgreSQL, pictures excluded; BENCH='--concurrency N'
	@deploy/setup/build-deps.sh
	@deploy/setup/test-deps.sh
	cargo run --release --locked -p jaga-bench-closures -- $(BENCH)

bench-judging: ## closures that one core judges in a second, pictures excluded
	cargo run --release --locked -p jaga-eval-closures -- --bench
