-- The pseudonym keys and the one function that reads them. All of it belongs to domicile_keys; no
-- other role may read the table. Run with search_path = pg_catalog.

-- HMAC-SHA-256 (RFC 2104) needs the key only as its two padded blocks. One key per counterparty and
-- set of purposes; the jurisdiction is the store itself. A key is never changed or deleted: it is
-- what makes pseudonyms of one recipient stable.
CREATE TABLE IF NOT EXISTS domicile.pseudonym_key (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  counterparty text NOT NULL,
  purposes text NOT NULL,
  inner_block bytea NOT NULL CHECK (octet_length(inner_block) = 64),
  outer_block bytea NOT NULL CHECK (octet_length(outer_block) = 64),
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (counterparty, purposes)
);

-- The number of a counterparty's key for its purposes, made on first use. The key is the SHA-256 of
-- three random UUIDs, 366 bits from the server's strong generator; no client ever sees it.
CREATE OR REPLACE FUNCTION domicile.pseudonym_key_id(for_counterparty text, for_purposes text) RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  key bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
  inner_pad bytea := decode(repeat('36', 64), 'hex');
  outer_pad bytea := decode(repeat('5c', 64), 'hex');
  found_id integer;
BEGIN
  SELECT k.id INTO found_id FROM domicile.pseudonym_key k
    WHERE k.counterparty = for_counterparty AND k.purposes = for_purposes;
  IF found_id IS NOT NULL THEN
    RETURN found_id;
  END IF;
  FOR i IN 0..31 LOOP
    inner_pad := set_byte(inner_pad, i, get_byte(key, i) # 54);
    outer_pad := set_byte(outer_pad, i, get_byte(key, i) # 92);
  END LOOP;
  INSERT INTO domicile.pseudonym_key (counterparty, purposes, inner_block, outer_block)
    VALUES (for_counterparty, for_purposes, inner_pad, outer_pad)
    RETURNING id INTO found_id;
  RETURN found_id;
END
$$;

-- The first 16 bytes, in lower-case hexadecimal, of HMAC-SHA-256 over the data category, a line
-- feed and the value's text in the server's encoding, so that equal values of one category join
-- across tables. NULL for a value of more than 1 MiB and for a key that is not there. IMMUTABLE
-- because a key never changes. convert_to with SQL_ASCII takes the bytes as they are: any text is
-- valid.
CREATE OR REPLACE FUNCTION domicile.pseudonym(key_id integer, category text, value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  inner_pad bytea;
  outer_pad bytea;
BEGIN
  IF octet_length(value) > 1048576 THEN
    RETURN NULL;
  END IF;
  SELECT k.inner_block, k.outer_block INTO inner_pad, outer_pad
    FROM domicile.pseudonym_key k WHERE k.id = key_id;
  RETURN left(encode(sha256(outer_pad || sha256(inner_pad || convert_to(category || E'\n' || value, 'SQL_ASCII'))), 'hex'), 32);
END
$$;
