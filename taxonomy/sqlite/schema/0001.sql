-- The first bytes a program sees of the file say that it is a Concord store.
PRAGMA application_id = 0x434E4344; -- "CNCD"

-- One row. The revision is a new random token after every commit.
CREATE TABLE store (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    revision TEXT NOT NULL
) STRICT;

CREATE TABLE scheme (
    name   TEXT PRIMARY KEY,
    pinned TEXT -- version chosen by a person; NULL: the highest is current
) STRICT, WITHOUT ROWID;

CREATE TABLE release (
    id        INTEGER PRIMARY KEY,
    scheme    TEXT NOT NULL REFERENCES scheme (name),
    version   TEXT NOT NULL,
    uri       TEXT NOT NULL,
    title     TEXT NOT NULL,
    publisher TEXT NOT NULL,
    license   TEXT NOT NULL,
    issued    TEXT NOT NULL,
    format    TEXT NOT NULL,
    digest    TEXT NOT NULL,
    parts     TEXT NOT NULL, -- JSON: [{"Name": …, "Digest": …}] by name
    imported  TEXT NOT NULL, -- RFC 3339, UTC
    -- What follows is counted while importing, so that listing releases reads no concept.
    concepts  TEXT NOT NULL, -- JSON: {kind: number}
    languages TEXT NOT NULL, -- JSON: [tag], sorted
    labels    INTEGER NOT NULL,
    relations INTEGER NOT NULL,
    seq       INTEGER NOT NULL, -- highest label.seq, note.seq, property.seq and replacement.seq in use
    UNIQUE (scheme, version)
) STRICT;

CREATE TABLE concept (
    id         INTEGER PRIMARY KEY,
    release    INTEGER NOT NULL REFERENCES release (id),
    uri        TEXT NOT NULL,
    kind       TEXT NOT NULL,
    code       TEXT NOT NULL,
    segment    TEXT NOT NULL, -- of the URI, after the last '/' or '#'; empty where there is none
    deprecated INTEGER NOT NULL,
    UNIQUE (release, uri)
) STRICT;
CREATE INDEX concept_code ON concept (code COLLATE NOCASE) WHERE code <> '';
CREATE INDEX concept_segment ON concept (segment) WHERE segment <> '';

-- seq grows through a release in source order. The keys keep what a concept has
-- in one place, and let an added language be looked up without reading the others.
CREATE TABLE label (
    concept INTEGER NOT NULL REFERENCES concept (id),
    lang    TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    kind    TEXT NOT NULL, -- prefLabel, altLabel, hiddenLabel
    text    TEXT NOT NULL,
    PRIMARY KEY (concept, lang, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (
    concept INTEGER NOT NULL REFERENCES concept (id),
    lang    TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (concept, lang, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE property (
    concept INTEGER NOT NULL REFERENCES concept (id),
    seq     INTEGER NOT NULL,
    name    TEXT NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (concept, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE replacement (
    concept INTEGER NOT NULL REFERENCES concept (id),
    seq     INTEGER NOT NULL,
    uri     TEXT NOT NULL, -- dct:isReplacedBy; may be outside the release
    PRIMARY KEY (concept, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE relation (
    subject    INTEGER NOT NULL REFERENCES concept (id),
    predicate  TEXT NOT NULL,
    object     INTEGER NOT NULL REFERENCES concept (id),
    importance REAL, -- 0 to 1
    level      REAL, -- 0 to 1
    qualifier  TEXT NOT NULL,
    PRIMARY KEY (subject, predicate, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX relation_object ON relation (object);

CREATE TABLE mapping_set (
    id             INTEGER PRIMARY KEY,
    uri            TEXT NOT NULL UNIQUE, -- mapping_set_id
    title          TEXT NOT NULL,
    version        TEXT NOT NULL,
    license        TEXT NOT NULL,
    creators       TEXT NOT NULL, -- JSON: [name]
    origin_scheme  TEXT NOT NULL, -- the release whose import brought it; both empty: its own
    origin_version TEXT NOT NULL
) STRICT;

CREATE TABLE mapping (
    mapping_set   INTEGER NOT NULL REFERENCES mapping_set (id),
    subject       TEXT NOT NULL,
    predicate     TEXT NOT NULL,
    object        TEXT NOT NULL,
    subject_label TEXT NOT NULL,
    object_label  TEXT NOT NULL,
    object_source TEXT NOT NULL,
    justification TEXT NOT NULL,
    confidence    REAL, -- 0 to 1
    author        TEXT NOT NULL,
    date          TEXT NOT NULL,
    comment       TEXT NOT NULL,
    PRIMARY KEY (mapping_set, subject, predicate, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX mapping_subject ON mapping (subject);
CREATE INDEX mapping_object ON mapping (object);
