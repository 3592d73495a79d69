-- Mapping sets get every slot of SSSOM, their rows an order and a status, and
-- what reviewers decide is kept for ever.

ALTER TABLE mapping_set ADD COLUMN status TEXT NOT NULL DEFAULT 'accepted'; -- of rows without one
ALTER TABLE mapping_set ADD COLUMN rest TEXT NOT NULL DEFAULT '{}'; -- JSON: taxonomy.MappingSet without the fields that are columns

CREATE TABLE mapping_row (
    id            INTEGER PRIMARY KEY, -- in the order of the source
    mapping_set   INTEGER NOT NULL REFERENCES mapping_set (id),
    subject       TEXT NOT NULL,
    predicate     TEXT NOT NULL,
    object        TEXT NOT NULL,
    status        TEXT NOT NULL, -- empty: the set's
    changed       TEXT NOT NULL, -- the predicate that a reviewer gave it; empty: none
    line          INTEGER NOT NULL, -- of the source; 0: not known
    digest        BLOB NOT NULL, -- of everything but status, changed and line
    rest          TEXT NOT NULL, -- JSON: taxonomy.Mapping without the fields that are columns
    UNIQUE (mapping_set, digest)
) STRICT;

INSERT INTO mapping_row (mapping_set, subject, predicate, object, status, changed, line, digest, rest)
SELECT mapping_set, subject, predicate, object, '', '', 0, randomblob(16),
       json_patch('{}', json_object(
           'subjectLabel', nullif(subject_label, ''), 'objectLabel', nullif(object_label, ''), 'objectSource', nullif(object_source, ''),
           'justification', nullif(justification, ''), 'confidence', confidence, 'author', nullif(author, ''),
           'date', nullif(date, ''), 'comment', nullif(comment, '')))
FROM mapping ORDER BY mapping_set, subject, predicate, object;

DROP TABLE mapping;
ALTER TABLE mapping_row RENAME TO mapping;
CREATE INDEX mapping_subject ON mapping (subject);
CREATE INDEX mapping_object ON mapping (object);

-- Nothing deletes from here.
CREATE TABLE decision (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    mapping_set TEXT NOT NULL, -- empty: about an alignment
    subject    TEXT NOT NULL,
    predicate  TEXT NOT NULL,
    object     TEXT NOT NULL,
    verdict    TEXT NOT NULL,
    reviewer   TEXT NOT NULL,
    supersedes INTEGER NOT NULL, -- a decision's id, or 0
    rest       TEXT NOT NULL -- JSON: taxonomy.Decision without the fields that are columns
) STRICT;
CREATE INDEX decision_pair ON decision (subject, object);
CREATE TRIGGER decision_stays BEFORE DELETE ON decision BEGIN SELECT raise(ABORT, 'decisions are never deleted'); END;
CREATE TRIGGER decision_holds BEFORE UPDATE ON decision BEGIN SELECT raise(ABORT, 'decisions are never changed'); END;
