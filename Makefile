# Sluice's verbs. Each target's comment is its line in "make help".

# Everything here needs only Go, except where a target says otherwise.
GO      ?= go
# The linter is a pinned Go module, so that everyone sees the same findings.
GOLANGCI_LINT ?= $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
# Runs go test, sums up what failed at the end, and runs that up to twice more: tests of
# real engines wait on clocks. All runs are in the output.
GOTESTSUM ?= $(GO) run gotest.tools/gotestsum@v1.13.0 --format pkgname --format-icons text \
	--rerun-fails=2 --rerun-fails-max-failures=8 --rerun-fails-run-root-test
# The directories of the plugins that the repository ships.
PLUGINS := $(patsubst plugins/%/main.go,%,$(wildcard plugins/*/main.go))

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9_-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the command to bin/sluice and every plugin to bin/NAME.wasm
	$(GO) build -trimpath -o bin/sluice ./cmd/sluice
	@for p in $(PLUGINS); do bin/sluice build ./plugins/$$p -o bin/$$p.wasm || exit 1; done

.PHONY: run
run: ## Run plugins/hello-world in front of httpbin and reload it on save
	$(GO) run ./cmd/sluice run ./plugins/hello-world

.PHONY: test
test: ## Run the tests; those of an engine that is missing skip and say how to get it
	$(GO) vet ./...
	$(GO) test ./...
	cd plugins/waf && $(GO) test ./... # a module of its own

.PHONY: race
race: ## Run the host's and the gateway's tests under the race detector (needs a C compiler)
	$(GO) test -race -short ./host/... ./run/... ./deploy/...

.PHONY: e2e
e2e: ## Run all tests on real engines, where a missing one fails (needs Envoy, Redis, Docker)
	SLUICE_STRICT=1 SLUICE_DOCKER=1 $(GOTESTSUM) --packages ./... -- -count=1 -p 1 -timeout 30m
	cd plugins/waf && SLUICE_STRICT=1 $(GO) test -count=1 -timeout 30m ./...

.PHONY: e2e-istio-fetch
e2e-istio-fetch: ## Hold check and all image forms against Istio's own fetcher, a module of its own
	@cd test/e2e/istio-fetch && if $(GO) mod download istio.io/istio 2>/dev/null; then $(GO) test -count=1 -timeout 20m ./...; \
	else echo "skipped: the module istio.io/istio that test/e2e/istio-fetch pins can't be had here"; test -z "$$SLUICE_STRICT"; fi

# What the chain with Istio pins and a module proxy may no longer keep.
ISTIO_MODULES := istio.io/istio istio.io/api istio.io/client-go \
	github.com/envoyproxy/go-control-plane/envoy github.com/envoyproxy/go-control-plane/contrib

.PHONY: e2e-istio
e2e-istio: ## Run plugins through Istio's control plane, its proxy agent and Envoy, a module of its own (RUN=TestReload)
	@cd test/e2e/istio && if $(GO) mod download $(ISTIO_MODULES) 2>/dev/null; then $(GO) test -count=1 -timeout 30m -run '$(or $(RUN),.)' . ./chain; \
	else echo "skipped: a module that test/e2e/istio pins can't be had here: $(ISTIO_MODULES)"; test -z "$$SLUICE_STRICT"; fi

.PHONY: e2e-istio-full
e2e-istio-full: ## The same through a Kubernetes API server, etcd and istiod (builds for minutes)
	@cd test/e2e/istio && if $(GO) mod download $(ISTIO_MODULES) 2>/dev/null && $(GO) mod download -C ../kube k8s.io/kubernetes 2>/dev/null; then \
		$(GO) test -count=1 -timeout 60m ./full; \
	else echo "skipped: a module that test/e2e/istio or test/e2e/kube pins can't be had here: $(ISTIO_MODULES) k8s.io/kubernetes"; test -z "$$SLUICE_STRICT"; fi

.PHONY: e2e-kube
e2e-kube: ## Run apply, rollback and delete against a real Kubernetes API server, a module of its own (needs etcd)
	@cd test/e2e/kube && if $(GO) mod download k8s.io/kubernetes 2>/dev/null; then $(GO) test -count=1 -timeout 30m ./...; \
	else echo "skipped: the module k8s.io/kubernetes that test/e2e/kube pins can't be had here"; test -z "$$SLUICE_STRICT"; fi

.PHONY: fuzz
fuzz: ## Run each fuzz target for ten seconds
	@grep -rho --include='*_test.go' --exclude-dir=testdata -H '^func Fuzz[A-Za-z0-9]*' . | sed 's|/[^/]*:func | |' | \
	while read -r dir name; do echo "$$dir $$name"; $(GO) test -run '^$$' -fuzz "^$$name$$" -fuzztime 10s $$dir || exit 1; done

.PHONY: mutation
mutation: ## Seed faults in each plugin and fail where its tests notice fewer than 90 % (PLUGINS=key-auth, SAMPLE=40)
	$(GO) run ./test/mutation -sample $(or $(SAMPLE),0) $(addprefix ./plugins/,$(PLUGINS))

.PHONY: bench
bench: ## Measure what plugins cost on Envoy and write docs/performance.md (needs Envoy, wabt)
	$(GO) run ./test/bench -docs docs

.PHONY: bench-quick
bench-quick: ## Fail where a plugin costs clearly more than its budget (needs Envoy, wabt)
	$(GO) run ./test/bench -quick

.PHONY: bench-growth
bench-growth: ## Measure and draw how costs grow with plugins, rules, bodies and requests
	$(GO) run ./test/bench growth -docs docs
	$(GO) run ./test/bench render -docs docs

.PHONY: bench-images
bench-images: ## Measure pushes and pulls beside oras (needs docker-registry)
	$(GO) run ./test/e2e/oci/compare

.PHONY: bench-packages
bench-packages: ## Run the benchmarks of the packages
	$(GO) test -run '^$$' -bench . -benchmem ./sdk/... ./host/... ./build/...

.PHONY: lint
lint: ## Run the linters and formatters of .golangci.yml
	$(GOLANGCI_LINT) run

.PHONY: clean
clean: ## Remove what build made
	rm -rf bin
