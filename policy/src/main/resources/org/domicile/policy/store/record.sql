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
