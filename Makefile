# make run     serve on localhost:8080, on Linux; ARGS="--port 9000" passes flags on
# make test    run all tests
# make mutants break the program in eleven ways; the browser tests have to notice each
# make package build a Debian package in .build/package
# make docs    write docs/configuration.md from the tables of keys, draw docs/*.svg where Graphviz is installed
# make lint    check the format of the sources
# make format  format the sources

SHELL = /bin/bash
SOURCES = Sources Tests Package.swift
# Flags for `swift build` and `swift test` alike, so that one build serves both.
SWIFT_FLAGS ?=
ARGS ?=

.PHONY: run test mutants package docs lint format

run:
	@scripts/install-dependencies
	swift build -c release --product corsway $(SWIFT_FLAGS)
	@exec "$$(swift build -c release --show-bin-path $(SWIFT_FLAGS))/corsway" serve $(ARGS)

test:
	@scripts/install-dependencies test
	@scripts/install-checkers
	swift test $(SWIFT_FLAGS)

mutants:
	@scripts/install-dependencies test
	@SWIFT_FLAGS="$(SWIFT_FLAGS)" scripts/run-mutants

package:
	@scripts/install-dependencies
	@scripts/build-package

docs:
	@scripts/install-dependencies
	swift build --product corsway $(SWIFT_FLAGS)
	"$$(swift build --show-bin-path $(SWIFT_FLAGS))/corsway" schema --format markdown > .build/configuration.md
	mv .build/configuration.md docs/configuration.md
	@if command -v dot >/dev/null; then \
	    for name in targets request; do dot -Tsvg "docs/$$name.dot" >"docs/$$name.svg"; done; \
	else echo "The pictures are left as they are: Graphviz is not installed."; fi

lint:
	swift format lint --strict --recursive $(SOURCES)

format:
	swift format format --in-place --recursive $(SOURCES)
