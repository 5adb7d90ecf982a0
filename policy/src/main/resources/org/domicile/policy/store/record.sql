-- What Domicile keeps in a store about itself. All of it belongs to domicile_owner. Run with
-- search_path = pg_catalog.

-- One row per applied plan; the one with the highest version is in force. Of those before it only
-- the digests are kept: a roster is personal data.
CREATE TABLE IF NOT EXISTS domicile.applied_plan (
  version bigint PRIMARY KEY CHECK (version > 0),
  plan text,
  plan_digest text NOT NULL,
  roster text,
  roster_digest text NOT NULL,
  catalogue_digest text NOT NULL,
  secret_check text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The schema of views of each audience of the plan in force; definition is the SHA-256 of the SQL
-- that made it.
CREATE TABLE IF NOT EXISTS domicile.audience_version (
  audience text PRIMARY KEY,
  version bigint NOT NULL,
  definition text NOT NULL
);

-- The catalogue as it was when the plan in force was applied: what drift is measured against.
CREATE TABLE IF NOT EXISTS domicile.catalogue_row (
  kind text NOT NULL,
  object text NOT NULL,
  property text NOT NULL,
  value text NOT NULL
);

-- Requests to see more than the policy shows, who decided about them, and who ended a grant early:
-- personal data. Whoever can write here can still not approve: every note is signed with its
-- author's own key, and checked by everybody who reads it (docs/formats/request.md). domicile_requests
-- only adds rows: of several by one person none gives way to another, so that nobody can put a row in
-- somebody's place or take one away. The bounds keep one row from filling whoever reads it.
CREATE TABLE IF NOT EXISTS domicile.request (
  digest text PRIMARY KEY,
  document text NOT NULL,
  note text NOT NULL,
  filed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE IF NOT EXISTS domicile.decision (
  request text NOT NULL REFERENCES domicile.request ON DELETE CASCADE,
  approver text NOT NULL,
  note text NOT NULL,
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE IF NOT EXISTS domicile.grant_end (
  request text NOT NULL REFERENCES domicile.request ON DELETE CASCADE,
  person text NOT NULL,
  note text NOT NULL,
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Who is frozen and who agreed to the end of it (docs/formats/freeze.md): likewise personal data,
-- and likewise signed. A row that vanishes ends nothing.
CREATE TABLE IF NOT EXISTS domicile.freeze (
  digest text NOT NULL CHECK (octet_length(digest) = 64),
  document text NOT NULL CHECK (octet_length(document) <= 1024),
  person text NOT NULL CHECK (octet_length(person) <= 63),
  note text NOT NULL CHECK (octet_length(note) <= 1400),
  frozen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (digest, document, person, note)
);

CREATE TABLE IF NOT EXISTS domicile.freeze_release (
  digest text NOT NULL CHECK (octet_length(digest) = 64),
  person text NOT NULL CHECK (octet_length(person) <= 63),
  note text NOT NULL CHECK (octet_length(note) <= 1400),
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (digest, person, note)
);

-- Who has looked into a use of break-glass.
CREATE TABLE IF NOT EXISTS domicile.review (
  request text NOT NULL CHECK (octet_length(request) = 64),
  person text NOT NULL CHECK (octet_length(person) <= 63),
  note text NOT NULL CHECK (octet_length(note) <= 1400),
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (request, person, note)
);
ALTER TABLE domicile.request DROP CONSTRAINT IF EXISTS request_bounds,
  ADD CONSTRAINT request_bounds CHECK (octet_length(digest) = 64 AND octet_length(document) <= 500000 AND octet_length(note) <= 1400);
ALTER TABLE domicile.decision DROP CONSTRAINT IF EXISTS decision_pkey, ADD PRIMARY KEY (request, approver, note),
  DROP CONSTRAINT IF EXISTS decision_bounds,
  ADD CONSTRAINT decision_bounds CHECK (octet_length(approver) <= 63 AND octet_length(note) <= 1400);
ALTER TABLE domicile.grant_end DROP CONSTRAINT IF EXISTS grant_end_pkey, ADD PRIMARY KEY (request, person, note),
  DROP CONSTRAINT IF EXISTS grant_end_bounds,
  ADD CONSTRAINT grant_end_bounds CHECK (octet_length(person) <= 63 AND octet_length(note) <= 1400);
-- Stores that were made before passkeys signed have a smaller bound. With all of it a key of the
-- index still fits (2704 bytes).
ALTER TABLE domicile.freeze DROP CONSTRAINT IF EXISTS freeze_note_check,
  ADD CONSTRAINT freeze_note_check CHECK (octet_length(note) <= 1400);
ALTER TABLE domicile.freeze_release DROP CONSTRAINT IF EXISTS freeze_release_note_check,
  ADD CONSTRAINT freeze_release_note_check CHECK (octet_length(note) <= 1400);
ALTER TABLE domicile.review DROP CONSTRAINT IF EXISTS review_note_check,
  ADD CONSTRAINT review_note_check CHECK (octet_length(note) <= 1400);
