-- Makes a copy of a store's database into one in which sqlsmith finds only what the gate lets pass. It
-- asks the catalogue without a schema, so tables in smith take its place; of what it asks by its full name
-- the rest is removed. smith.named has the names: functions, types, and columns as schema.relation.column.

ALTER VIEW information_schema.tables RENAME TO every_table;

-- Types that may be named, and those of arguments that take any type. Without the last two it does not run.
CREATE TABLE smith.pg_type AS
  SELECT t.oid, t.typname, t.typnamespace, t.typdelim, t.typrelid, t.typelem, t.typarray, t.typtype
  FROM pg_catalog.pg_type t
  LEFT JOIN pg_catalog.pg_type element ON element.oid = t.typelem AND t.typcategory = 'A'
  WHERE t.typnamespace = 'pg_catalog'::regnamespace
    AND (coalesce(element.typname, t.typname) IN (SELECT name FROM smith.named WHERE kind = 'type')
      OR t.typname IN ('any', 'anyelement', 'anynonarray', 'anycompatible', 'anycompatiblenonarray',
                       'anyarray', 'internal'))
  ORDER BY t.oid;

-- A domain's column as one of the type beneath: domains cannot be named.
CREATE TABLE smith.pg_attribute AS
  SELECT a.attrelid, a.attname, a.attisdropped, plain.oid AS atttypid
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  JOIN smith.pg_type plain ON plain.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
  WHERE n.nspname || '.' || c.relname || '.' || a.attname IN (SELECT name FROM smith.named WHERE kind = 'column')
    AND plain.typtype <> 'p'
  ORDER BY a.attrelid, a.attnum;
CREATE INDEX ON smith.pg_attribute (attrelid);

CREATE TABLE smith.pg_proc AS
  SELECT p.oid, p.proname, p.pronamespace, p.prorettype, p.proargtypes, p.proretset, p.prokind
  FROM pg_catalog.pg_proc p
  WHERE p.pronamespace = 'pg_catalog'::regnamespace
    AND p.proname IN (SELECT name FROM smith.named WHERE kind = 'function')
    AND p.prorettype IN (SELECT oid FROM smith.pg_type WHERE typtype <> 'p')
    AND NOT EXISTS (SELECT FROM unnest(p.proargtypes::oid[]) argument
                    WHERE argument NOT IN (SELECT oid FROM smith.pg_type WHERE typname <> 'internal'))
  ORDER BY p.oid;
CREATE INDEX ON smith.pg_proc (oid);

-- As views, so that it neither samples nor changes them. People's views are there many times over, so that
-- about half of what it reads is theirs.
CREATE VIEW information_schema.tables AS
  SELECT c.relname AS table_name, n.nspname AS table_schema, 'NO' AS is_insertable_into, 'VIEW' AS table_type
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN generate_series(1, CASE WHEN n.nspname IN ('pg_catalog', 'information_schema') THEN 1 ELSE 25 END)
  WHERE c.oid IN (SELECT attrelid FROM smith.pg_attribute)
  ORDER BY c.oid;

DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I SET search_path = smith, pg_catalog', current_database());
END
$$;

SET allow_system_table_mods = on;
DELETE FROM pg_catalog.pg_operator
  WHERE oprresult NOT IN (SELECT oid FROM smith.pg_type WHERE typtype <> 'p')
    OR oprleft NOT IN (SELECT oid FROM smith.pg_type WHERE typname NOT IN ('anyarray', 'internal'))
    OR oprright NOT IN (SELECT oid FROM smith.pg_type WHERE typname NOT IN ('anyarray', 'internal'));
