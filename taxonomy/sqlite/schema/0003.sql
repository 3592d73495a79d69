-- Hub concepts: one id for the concepts that accepted exact mappings join. The
-- program also gives mappings that came from schema 1 the digests they lack.

CREATE TABLE hub (
    id        TEXT PRIMARY KEY, -- urn:concord:hub:…; never given to another hub, nor deleted
    anchor    TEXT NOT NULL, -- the member that the id stays with
    born      INTEGER NOT NULL, -- number of the update that made it
    redirect  TEXT NOT NULL, -- the hub that it was merged into; empty: none
    dissolved INTEGER NOT NULL -- nothing is joined any more; may come back
) STRICT, WITHOUT ROWID;
CREATE INDEX hub_redirect ON hub (redirect) WHERE redirect <> '';

-- A concept, in whatever releases, is in one hub at most.
CREATE TABLE hub_member (
    uri TEXT PRIMARY KEY,
    hub TEXT NOT NULL REFERENCES hub (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hub_member_hub ON hub_member (hub);

-- Nothing deletes from here.
CREATE TABLE hub_history (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    hub  TEXT NOT NULL,
    rest TEXT NOT NULL -- JSON: taxonomy.HubEvent without the fields that are columns
) STRICT;
CREATE INDEX hub_history_hub ON hub_history (hub);
CREATE TRIGGER hub_history_stays BEFORE DELETE ON hub_history BEGIN SELECT raise(ABORT, 'the history of hubs is never deleted'); END;
CREATE TRIGGER hub_history_holds BEFORE UPDATE ON hub_history BEGIN SELECT raise(ABORT, 'the history of hubs is never changed'); END;
CREATE TRIGGER hub_stays BEFORE DELETE ON hub BEGIN SELECT raise(ABORT, 'ids of hubs are never deleted'); END;

-- Mappings that the last update did not join by, because they would have put two concepts of
-- one release into one hub. Replaced by every update.
CREATE TABLE hub_conflict (
    id   INTEGER PRIMARY KEY,
    rest TEXT NOT NULL -- JSON: taxonomy.HubConflict
) STRICT;
