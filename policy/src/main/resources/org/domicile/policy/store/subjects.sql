-- How many people a table holds. All of it belongs to domicile_owner. Run with search_path =
-- pg_catalog.

-- The subject keys of the plan in force: what may be counted.
CREATE TABLE IF NOT EXISTS domicile.subject_key (
  table_schema text NOT NULL,
  table_name text NOT NULL,
  key_column text NOT NULL,
  PRIMARY KEY (table_schema, table_name, key_column)
);

-- The number of different people in all subject keys of one table; NULL where the plan in force
-- knows no subject key of it. Keys differ where their texts do, byte for byte, as tokens do: equal
-- to a collation is not yet the same person. only domicile_gateway is granted it, and
-- bounds its time.
CREATE OR REPLACE FUNCTION domicile.count_subjects(of_schema text, of_table text) RETURNS bigint
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  keys text;
  people bigint;
BEGIN
  SELECT string_agg(format('SELECT t.%I::text COLLATE "C" AS key FROM %I.%I t', k.key_column, k.table_schema, k.table_name), ' UNION ALL ')
    INTO keys FROM domicile.subject_key k WHERE k.table_schema = of_schema AND k.table_name = of_table;
  IF keys IS NULL THEN
    RETURN NULL;
  END IF;
  EXECUTE 'SELECT count(*) FROM (SELECT DISTINCT key FROM (' || keys || ') every WHERE key IS NOT NULL) person' INTO people;
  RETURN people;
END
$$;
