# The front door. Every target installs what it needs on Debian or Ubuntu, or names it.
#
#     make run ARGS='--listen 0.0.0.0:8080'
#     make bench N=100000

N ?= 100000

.PHONY: help run test proofs bench fmt lint openapi clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\): .*## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r target what; \
		do printf 'make %-8s %s\n' "$$target" "$$what"; done

run: ## serve the demonstration register on http://127.0.0.1:8080 (ARGS= more flags)
	@sh tests/setup.sh run
	cargo run --locked --package amparo-cli -- serve --demo $(ARGS)

test: ## everything that has to hold: format, lints, documentation, tests on both databases, OpenAPI
	@sh tests/check.sh

proofs: ## the long proofs in full, on both databases: an hour or two
	@sh tests/setup.sh test
	AMPARO_PROOFS=full AMPARO_REQUIRE_POSTGRES=1 cargo test --locked --package amparo-tests --test it -- \
		--nocapture matrix twins canaries timing lost_updates idempotency regressions oracle rollups proving
	AMPARO_PROOFS=full cargo test --locked --package amparo-proof --test it -- --nocapture

bench: ## measure import, start and load against the limits of this machine (N= incidents)
	@bash tests/bench/bench.sh $(N)

fmt: ## format the code
	cargo fmt --all

lint: ## the lints alone
	cargo clippy --workspace --all-targets --locked -- -D warnings

openapi: ## write openapi/openapi.json and .yaml from the router
	@mkdir -p openapi
	cargo run --locked --quiet --package amparo-cli -- openapi > openapi/openapi.json.new
	cargo run --locked --quiet --package amparo-cli -- openapi --yaml > openapi/openapi.yaml.new
	mv openapi/openapi.json.new openapi/openapi.json
	mv openapi/openapi.yaml.new openapi/openapi.yaml

clean: ## remove what was built, the tools and the data of the bench
	cargo clean
	rm -rf .tools bench-data
