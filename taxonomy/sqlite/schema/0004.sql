-- What a service remembers beside the taxonomy: keys, jobs, webhooks.
CREATE TABLE record (
    kind  TEXT NOT NULL,
    id    TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
