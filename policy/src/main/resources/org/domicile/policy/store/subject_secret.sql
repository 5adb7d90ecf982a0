-- The secret of this store's subject tokens. It belongs to domicile_keys. The views' owner reads it,
-- for second views to compute tokens, and the gateway, for keys that it sees itself; no login role
-- of an audience may. Run with search_path = pg_catalog.

-- One row, 366 bits from the server's strong generator, hashed to 32 bytes. Never changed or deleted:
-- it is what makes tokens of one person equal. A table and not a function, because a view's tables
-- are read with its owner's rights, while its functions need the reader's.
CREATE TABLE IF NOT EXISTS domicile.subject_secret (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  secret bytea NOT NULL CHECK (octet_length(secret) = 32)
);

INSERT INTO domicile.subject_secret (secret)
VALUES (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))
ON CONFLICT DO NOTHING;

-- So that the planner knows that it is one row, while no copy of the secret goes to pg_statistic.
ALTER TABLE domicile.subject_secret ALTER COLUMN secret SET STATISTICS 0;
ANALYZE domicile.subject_secret;

GRANT SELECT ON domicile.subject_secret TO domicile_owner, domicile_gateway;
