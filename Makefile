# What can be done here. `make` alone lists it.
GO      ?= go
TOOL     = $(GO) tool -modfile=tools/go.mod
FUZZTIME ?= 20s

.DEFAULT_GOAL := help
.PHONY: help build test race e2e golden generate bench bench-collect lint fmt fuzz clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-13s %s\n", $$1, $$2}'

build: ## build bin/sgexport
	$(GO) build -trimpath -o bin/sgexport ./cmd/sgexport

test: ## vet and run all tests; needs Go alone
	$(GO) vet ./...
	$(GO) test -timeout 30m ./...

race: ## run all tests with the race detector
	$(GO) test -race -timeout 60m ./...

e2e: build ## run the real consumers: databases, engines, graph tools, moto, browser, shells; installs them into .cache
	$(MAKE) -C e2e

golden: ## rewrite the golden files from what the program does now
	$(GO) test ./cmd/sgexport -run 'TestExamples|TestLeads' -update
	$(GO) test ./cmd/sgexport -run 'TestGolden|TestDocs' -update

generate: golden ## rewrite docs/schema.md, docs/checks.md and docs/iam-policy.json with the golden files

bench: ## run the benchmarks of the writers, of convert and of a whole export; `make -C e2e/bench` measures beside Cartography
	$(GO) test -run '^$$' -bench . -benchmem ./formats/... ./cmd/... ./exporter/... ./internal/... ./audit/... ./lineage/...

bench-collect: build ## measure collecting beside the SDK alone, Cartography and prowler; takes half an hour
	$(MAKE) -C e2e/bench collect

lint: ## vet, staticcheck, gofmt, gofumpt
	$(GO) vet ./...
	$(TOOL) staticcheck ./...
	@files="$$(gofmt -l . && $(TOOL) gofumpt -l .)"; test -z "$$files" || { echo "gofmt or gofumpt would change:" $$files; exit 1; }

fmt: ## format the code
	$(TOOL) gofumpt -w .

fuzz: ## run every fuzz target for FUZZTIME
	@for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test $$pkg -list '^Fuzz' | grep '^Fuzz'); do \
	    echo "$$pkg $$f"; $(GO) test $$pkg -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) || exit 1; \
	  done; \
	done

clean: ## remove what was built and downloaded
	rm -rf bin .cache
