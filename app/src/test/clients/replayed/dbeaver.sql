-- What DBeaver's PostgreSQL driver model asks: at the start, to fill its tree, and to show a table.
-- ReplayedQuery.java says how this file is read.

-- empty DBeaver: names itself
SET application_name = 'DBeaver 24 - Main <us>'
;

-- pass DBeaver: which server
SELECT version()
;

-- pass DBeaver: where it is, and as whom
SELECT current_schema(), session_user
;

-- pass DBeaver: search path
SHOW search_path
;

-- pass DBeaver: a setting
SHOW standard_conforming_strings
;

-- pass DBeaver: how dates are written
SHOW datestyle
;

-- empty DBeaver: sets its form of dates
SET DateStyle = 'ISO, MDY'
;

-- empty DBeaver: opens a session's transaction
SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED
;

-- pass DBeaver: settings as a table, of which those that SHOW may tell are left
SELECT * FROM pg_catalog.pg_settings WHERE name = 'standard_conforming_strings'
;

-- pass DBeaver: databases, every column
SELECT db.oid, db.* FROM pg_catalog.pg_database db
WHERE datallowconn AND NOT datistemplate OR db.datname = 'us'
ORDER BY db.datname
;

-- pass DBeaver: databases for its list of connections
SELECT datname FROM pg_catalog.pg_database WHERE NOT datistemplate AND datallowconn ORDER BY datname
;

-- pass DBeaver: schemas with comments
SELECT n.oid, n.*, d.description
FROM pg_catalog.pg_namespace n
LEFT OUTER JOIN pg_catalog.pg_description d
  ON d.objoid = n.oid AND d.objsubid = 0 AND d.classoid = 'pg_namespace'::regclass
ORDER BY nspname
;

-- pass DBeaver: data types
SELECT t.oid, t.*, c.relkind, format_type(nullif(t.typbasetype, 0), t.typtypmod) AS base_type_name, d.description
FROM pg_catalog.pg_type t
LEFT OUTER JOIN pg_catalog.pg_type et ON et.oid = t.typelem
LEFT OUTER JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
LEFT OUTER JOIN pg_catalog.pg_description d ON t.oid = d.objoid
WHERE t.typname IS NOT NULL AND (c.relkind IS NULL OR c.relkind = 'c')
  AND (et.typcategory IS NULL OR et.typcategory <> 'C')
;

-- pass DBeaver: the labels of an enumeration
SELECT count(*) FROM (SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = 16 ORDER BY e.enumsortorder) e
;

-- pass DBeaver: tables and views, every column
SELECT c.oid, c.*, d.description, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS partition_expr,
  pg_catalog.pg_get_partkeydef(c.oid) AS partition_key
FROM pg_catalog.pg_class c
LEFT OUTER JOIN pg_catalog.pg_description d
  ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
WHERE c.relnamespace = '{schema}'::regnamespace AND c.relkind NOT IN ('i', 'I', 'c')
;

-- pass DBeaver: tables and views, the columns it shows
SELECT c.oid, c.relname, c.relkind, c.relowner, c.relpersistence, c.relispartition, d.description
FROM pg_catalog.pg_class c
LEFT OUTER JOIN pg_catalog.pg_description d
  ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
WHERE c.relnamespace = '{schema}'::regnamespace AND c.relkind NOT IN ('i', 'I', 'c')
;

-- pass DBeaver: columns with defaults and comments
SELECT c.relname, a.*, pg_catalog.pg_get_expr(ad.adbin, ad.adrelid, true) AS def_value, dsc.description, dep.objid
FROM pg_catalog.pg_attribute a
INNER JOIN pg_catalog.pg_class c ON (a.attrelid = c.oid)
LEFT OUTER JOIN pg_catalog.pg_attrdef ad ON (a.attrelid = ad.adrelid AND a.attnum = ad.adnum)
LEFT OUTER JOIN pg_catalog.pg_description dsc ON (c.oid = dsc.objoid AND a.attnum = dsc.objsubid)
LEFT OUTER JOIN pg_depend dep ON dep.refobjid = a.attrelid AND dep.deptype = 'i'
  AND dep.refobjsubid = a.attnum AND dep.classid = dep.refclassid
WHERE NOT a.attisdropped AND c.oid = {users}
ORDER BY a.attnum
;

-- empty DBeaver: constraints of a table; views have none
SELECT c.oid, c.*, t.relname AS tabrelname, rt.relnamespace AS refnamespace, d.description,
  CASE WHEN c.contype = 'c' THEN "substring"(pg_get_constraintdef(c.oid), 7) ELSE NULL END consrc_copy
FROM pg_catalog.pg_constraint c
INNER JOIN pg_catalog.pg_class t ON t.oid = c.conrelid
LEFT OUTER JOIN pg_catalog.pg_class rt ON rt.oid = c.confrelid
LEFT OUTER JOIN pg_catalog.pg_description d
  ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_constraint'::regclass
WHERE c.conrelid = {users}
ORDER BY c.oid
;

-- refuse [pg_relation_size] DBeaver: indexes with size and use. Both tell how many rows there are and what others read
SELECT i.*, i.indkey AS keys, c.relname, c.relnamespace, c.relam, c.reltablespace, tc.relname AS tabrelname,
  dsc.description, pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS pred_expr,
  pg_catalog.pg_get_expr(i.indexprs, i.indrelid, true) AS expr,
  pg_catalog.pg_relation_size(i.indexrelid) AS index_rel_size,
  pg_catalog.pg_stat_get_numscans(i.indexrelid) AS index_num_scans
FROM pg_catalog.pg_index i
INNER JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
INNER JOIN pg_catalog.pg_class tc ON tc.oid = i.indrelid
LEFT OUTER JOIN pg_catalog.pg_description dsc ON i.indexrelid = dsc.objoid
WHERE i.indrelid = {users}
ORDER BY tc.relname, c.relname
;

-- empty DBeaver: functions, every column; an audience's schema has none
SELECT p.oid AS poid, p.*, pg_catalog.pg_get_expr(p.proargdefaults, 0) AS arg_defaults, d.description
FROM pg_catalog.pg_proc p
LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = p.oid
WHERE p.pronamespace = '{schema}'::regnamespace
ORDER BY p.proname
;

-- pass DBeaver: roles, of which one's own are left
SELECT a.oid, a.*, pd.description FROM pg_catalog.pg_roles a
LEFT JOIN pg_catalog.pg_shdescription pd ON a.oid = pd.objoid
ORDER BY a.rolname
;

-- refuse [pg_stat_activity] DBeaver: the session manager. Others' statements
SELECT sa.* FROM pg_catalog.pg_stat_activity sa
;

-- refuse [pg_total_relation_size] DBeaver: sizes of tables. They count rows
SELECT c.oid, pg_catalog.pg_total_relation_size(c.oid) AS total_rel_size,
  pg_catalog.pg_relation_size(c.oid) AS rel_size
FROM pg_class c WHERE c.relnamespace = '{schema}'::regnamespace
;

-- pass DBeaver: extensions, every column
SELECT e.oid, e.*, n.nspname AS schema_name FROM pg_catalog.pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace ORDER BY e.oid
;

-- refuse [pg_foreign_server] DBeaver: foreign servers. Secrets
SELECT fs.oid, fs.* FROM pg_catalog.pg_foreign_server fs
;

-- refuse [pg_event_trigger] DBeaver: event triggers. The server's set-up
SELECT et.oid, et.* FROM pg_catalog.pg_event_trigger et
;

-- pass DBeaver: languages
SELECT l.oid, l.* FROM pg_catalog.pg_language l ORDER BY l.oid
;

-- pass DBeaver: access methods
SELECT am.oid, am.* FROM pg_catalog.pg_am am ORDER BY am.oid
;

-- pass DBeaver: encodings
SELECT c.contoencoding AS encid, pg_catalog.pg_encoding_to_char(c.contoencoding) AS encname
FROM pg_catalog.pg_conversion c GROUP BY c.contoencoding ORDER BY 2
;

-- pass DBeaver: collations
SELECT c.oid, c.* FROM pg_catalog.pg_collation c ORDER BY c.oid
;

-- pass DBeaver: tablespaces
SELECT t.oid, t.* FROM pg_catalog.pg_tablespace t ORDER BY t.oid
;

-- pass DBeaver: a view's text
SELECT pg_catalog.pg_get_viewdef({users}, true)
;

-- pass DBeaver: rules of a view
SELECT r.oid, r.rulename, r.ev_type, r.is_instead FROM pg_catalog.pg_rewrite r WHERE r.ev_class = {users}
;

-- empty DBeaver: triggers of a table
SELECT x.oid, x.*, p.pronamespace AS func_schema_id, d.description
FROM pg_catalog.pg_trigger x
LEFT OUTER JOIN pg_catalog.pg_proc p ON p.oid = x.tgfoid
LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid = x.oid AND d.objsubid = 0
WHERE x.tgrelid = {users} AND NOT x.tgisinternal
;

-- empty DBeaver: policies of a table
SELECT * FROM pg_catalog.pg_policies WHERE schemaname = '{schema}' AND tablename = 'users'
;

-- empty DBeaver: children of a table
SELECT i.*, c.relnamespace FROM pg_catalog.pg_inherits i, pg_catalog.pg_class c
WHERE i.inhparent = {users} AND c.oid = i.inhrelid ORDER BY i.inhseqno
;

-- pass DBeaver: privileges on a table
SELECT * FROM information_schema.table_privileges WHERE table_schema = '{schema}' AND table_name = 'users'
;

-- pass DBeaver: privileges on its columns
SELECT * FROM information_schema.column_privileges WHERE table_schema = '{schema}' AND table_name = 'users'
;

-- pass DBeaver: what depends on a view
SELECT count(*) FROM pg_catalog.pg_depend dep WHERE dep.refobjid = {users}
;

-- pass DBeaver: key words for its editor
SELECT string_agg(word, ',') FROM pg_catalog.pg_get_keywords() WHERE word <> ALL ('{a,abs,absolute,action}'::text[])
;

-- pass DBeaver: the data tab
SELECT x.* FROM {schema}.users x LIMIT 200
;

-- pass DBeaver: the data tab, sorted and filtered
SELECT x.* FROM {schema}.users x WHERE x.country = 'US' ORDER BY x.created_at DESC
;

-- pass DBeaver: the data tab's count of rows
SELECT count(*) FROM {schema}.users
;

-- refuse [EXPLAIN] DBeaver: its plan window. Estimates show rows past the views
EXPLAIN (FORMAT XML, ANALYSE) SELECT * FROM users
;
