.PHONY: help run test check format bench clean

help: ## Show this help
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

run: ## Prepare what is missing, start both servers and print the address
	@scripts/run

test: ## Run every test: backend, frontend and the whole system in a browser
	@scripts/test

check: ## Lint, formats, types and import rules
	@scripts/check

format: ## Format the code
	@scripts/format

bench: ## Measure retrieval and answers on the sample materials
	@scripts/setup dev && benchmarks/retrieval && benchmarks/answers

clean: ## Remove what was built; data and .env stay
	rm -rf .venv frontend/node_modules frontend/dist
