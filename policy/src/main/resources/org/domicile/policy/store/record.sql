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
-- author's own key, and checked by everybody who reads it (docs/formats/request.md).
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
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (request, approver)
);

CREATE TABLE IF NOT EXISTS domicile.grant_end (
  request text NOT NULL REFERENCES domicile.request ON DELETE CASCADE,
  person text NOT NULL,
  note text NOT NULL,
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (request, person)
);

-- Who is frozen and who agreed to the end of it (docs/formats/freeze.md): likewise personal data,
-- and likewise signed. A row that vanishes ends nothing.
CREATE TABLE IF NOT EXISTS domicile.freeze (
  digest text PRIMARY KEY,
  document text NOT NULL,
  person text NOT NULL,
  note text NOT NULL,
  frozen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE IF NOT EXISTS domicile.freeze_release (
  digest text NOT NULL,
  person text NOT NULL,
  note text NOT NULL,
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Who has looked into a use of break-glass.
CREATE TABLE IF NOT EXISTS domicile.review (
  request text NOT NULL,
  person text NOT NULL,
  note text NOT NULL,
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
