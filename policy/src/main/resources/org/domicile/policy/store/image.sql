-- The catalogue rows that implement the plan in force, as (kind, object, property, value): all text
-- a person can read, except the hashes of definitions. Read as domicile_compiler with an empty
-- search_path, so that every name is printed qualified. The one parameter is the list of the
-- audiences' schemas. Also what is not expected there is listed, so that it differs from the record.
WITH
our_schema AS MATERIALIZED (
  SELECT n.oid, n.nspname, n.nspowner, n.nspacl
  FROM pg_catalog.pg_namespace n
  WHERE n.nspname = ANY (?::text[]) OR n.nspname = 'domicile'
),
our_role AS MATERIALIZED (
  SELECT r.* FROM pg_catalog.pg_roles r WHERE r.rolname ~ '^(dom|domicile)_'
),
relation AS MATERIALIZED (
  SELECT c.oid, c.relkind, c.relowner, c.relacl, c.reloptions, s.nspname || '.' || c.relname AS name,
    CASE WHEN c.relkind = 'v' THEN 'view' ELSE 'relation' END AS kind
  FROM pg_catalog.pg_class c JOIN our_schema s ON s.oid = c.relnamespace
  WHERE c.relkind <> 'i'
),
-- Few distinct privilege lists exist among many views, so each is spelled out once.
privilege AS MATERIALIZED (
  SELECT d.acl, d.owner, coalesce((
      SELECT string_agg(e.entry, ', ' ORDER BY e.entry COLLATE "C")
      FROM (SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(a.grantee) END
                || ' ' || a.privilege_type || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS entry
            FROM pg_catalog.aclexplode(d.acl) a WHERE a.grantee <> d.owner) e), '') AS text
  FROM (SELECT relacl AS acl, relowner AS owner FROM relation
        UNION SELECT nspacl, nspowner FROM our_schema
        UNION SELECT datacl, datdba FROM pg_catalog.pg_database WHERE datname = current_database()
        UNION SELECT p.proacl, p.proowner FROM pg_catalog.pg_proc p JOIN our_schema s ON s.oid = p.pronamespace) d
),
role_row AS MATERIALIZED (
  SELECT r.oid, r.rolname::text AS name,
    concat_ws(' ',
      CASE WHEN r.rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
      CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
      CASE WHEN NOT r.rolinherit THEN 'NOINHERIT' END,
      CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
      CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
      CASE WHEN r.rolreplication THEN 'REPLICATION' END,
      CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
      CASE WHEN r.rolconnlimit <> -1 THEN 'CONNECTION LIMIT ' || r.rolconnlimit END,
      CASE WHEN r.rolvaliduntil IS NOT NULL THEN 'VALID UNTIL ' || (r.rolvaliduntil AT TIME ZONE 'UTC') END) AS attributes
  FROM our_role r
),
-- The options of a membership exist since PostgreSQL 16; to_jsonb reads them where they are. What a
-- role's own maker holds over it (ADMIN without the rest) is no access and is left out.
membership AS MATERIALIZED (
  SELECT m.roleid, m.member, bool_or(m.admin_option) AS admin,
    bool_or(coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true)) AS inherits,
    bool_or(coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)) AS sets
  FROM pg_catalog.pg_auth_members m
  GROUP BY m.roleid, m.member
),
-- Objects that privileges or ownership tie to roles which should have nothing but their views.
tie AS MATERIALIZED (
  SELECT d.*, r.rolname FROM pg_catalog.pg_shdepend d JOIN our_role r ON r.oid = d.refobjid
  WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.deptype IN ('a', 'o', 'r')
    AND r.rolname NOT IN ('domicile_owner', 'domicile_applications', 'domicile_compiler')
),
rewrite AS MATERIALIZED (
  SELECT w.oid, w.ev_class, w.rulename, w.ev_action FROM pg_catalog.pg_rewrite w JOIN relation ON relation.oid = w.ev_class
),
source AS MATERIALIZED (
  SELECT DISTINCT d.refobjid AS oid, d.refobjsubid AS attnum
  FROM pg_catalog.pg_depend d
  WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
    AND d.refobjsubid > 0 AND d.objid IN (SELECT oid FROM rewrite) AND d.refobjid NOT IN (SELECT oid FROM relation)
)
SELECT 'schema' AS kind, s.nspname::text AS object, 'owner' AS property, pg_catalog.pg_get_userbyid(s.nspowner)::text AS value FROM our_schema s
UNION ALL
SELECT 'schema', s.nspname::text, 'privileges', p.text
FROM our_schema s JOIN privilege p ON p.acl IS NOT DISTINCT FROM s.nspacl AND p.owner = s.nspowner
UNION ALL
SELECT r.kind, r.name, 'owner', pg_catalog.pg_get_userbyid(r.relowner)::text FROM relation r
UNION ALL
SELECT r.kind, r.name, 'privileges', p.text
FROM relation r JOIN privilege p ON p.acl IS NOT DISTINCT FROM r.relacl AND p.owner = r.relowner
UNION ALL
SELECT r.kind, r.name, 'columns', (
  SELECT coalesce(string_agg(a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
      || coalesce(' ' || a.attacl::text, ''), ', ' ORDER BY a.attnum), '')
  FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped)
FROM relation r WHERE r.relkind <> 'S'
UNION ALL
SELECT r.kind, r.name, 'definition',
  pg_catalog.md5(string_agg(w.rulename || ' ' || pg_catalog.md5(w.ev_action::text), ' ' ORDER BY w.rulename) || coalesce(r.reloptions::text, ''))
FROM relation r JOIN rewrite w ON w.ev_class = r.oid GROUP BY r.oid, r.kind, r.name, r.reloptions
UNION ALL
SELECT 'trigger', r.name, t.tgname::text, pg_catalog.pg_get_triggerdef(t.oid)
FROM pg_catalog.pg_trigger t JOIN relation r ON r.oid = t.tgrelid
UNION ALL
SELECT 'row policy', r.name, l.polname::text, pg_catalog.md5(to_jsonb(l)::text)
FROM pg_catalog.pg_policy l JOIN relation r ON r.oid = l.polrelid
UNION ALL
SELECT 'function', p.oid::regprocedure::text, 'owner', pg_catalog.pg_get_userbyid(p.proowner)::text
FROM pg_catalog.pg_proc p JOIN our_schema s ON s.oid = p.pronamespace
UNION ALL
SELECT 'function', p.oid::regprocedure::text, 'privileges', CASE WHEN p.proacl IS NULL THEN 'PUBLIC EXECUTE' ELSE v.text END
FROM pg_catalog.pg_proc p JOIN our_schema s ON s.oid = p.pronamespace
JOIN privilege v ON v.acl IS NOT DISTINCT FROM p.proacl AND v.owner = p.proowner
UNION ALL
SELECT 'function', p.oid::regprocedure::text, 'definition', pg_catalog.md5(pg_catalog.pg_get_functiondef(p.oid))
FROM pg_catalog.pg_proc p JOIN our_schema s ON s.oid = p.pronamespace WHERE p.prokind IN ('f', 'p')
UNION ALL
SELECT 'object', pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid), 'in schema', s.nspname::text
FROM pg_catalog.pg_depend d JOIN our_schema s ON s.oid = d.refobjid
WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass
  AND d.classid NOT IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass)
UNION ALL
SELECT 'table', n.nspname || '.' || c.relname, 'columns',
  string_agg(a.attnum || ' ' || a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
FROM source x
JOIN pg_catalog.pg_class c ON c.oid = x.oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = x.oid AND a.attnum = x.attnum
GROUP BY c.oid, n.nspname, c.relname
UNION ALL
SELECT 'role', r.name, 'attributes', r.attributes FROM role_row r
UNION ALL
SELECT 'role', r.name, 'member of ' || pg_catalog.pg_get_userbyid(m.roleid),
  concat_ws(' ', CASE WHEN m.admin THEN 'ADMIN' END, CASE WHEN m.inherits THEN 'INHERIT' END, CASE WHEN m.sets THEN 'SET' END)
FROM role_row r JOIN membership m ON m.member = r.oid
WHERE r.name <> 'domicile_compiler' OR m.inherits OR m.sets
UNION ALL
SELECT 'role', r.name, 'has member ' || pg_catalog.pg_get_userbyid(m.member),
  concat_ws(' ', CASE WHEN m.admin THEN 'ADMIN' END, CASE WHEN m.inherits THEN 'INHERIT' END, CASE WHEN m.sets THEN 'SET' END)
FROM role_row r JOIN membership m ON m.roleid = r.oid
WHERE r.name <> 'domicile_applications' AND (m.inherits OR m.sets) AND m.member NOT IN (SELECT oid FROM our_role)
UNION ALL
SELECT 'role', r.name, 'settings' || coalesce(' in ' || b.datname, ''), s.setconfig::text
FROM role_row r JOIN pg_catalog.pg_db_role_setting s ON s.setrole = r.oid LEFT JOIN pg_catalog.pg_database b ON b.oid = s.setdatabase
UNION ALL
SELECT 'database', b.datname::text, 'settings', s.setconfig::text
FROM pg_catalog.pg_database b JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = b.oid AND s.setrole = 0
WHERE b.datname = current_database()
UNION ALL
SELECT 'database', b.datname::text, 'privileges', CASE WHEN b.datacl IS NULL THEN 'PUBLIC CONNECT, PUBLIC TEMPORARY' ELSE p.text END
FROM pg_catalog.pg_database b JOIN privilege p ON p.acl IS NOT DISTINCT FROM b.datacl AND p.owner = b.datdba
WHERE b.datname = current_database()
UNION ALL
SELECT 'role', t.rolname::text,
  CASE WHEN t.dbid IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
    THEN coalesce(pg_catalog.pg_describe_object(t.classid, t.objid, t.objsubid), t.classid::regclass || ' ' || t.objid)
    ELSE 'something in database ' || coalesce((SELECT datname FROM pg_catalog.pg_database WHERE oid = t.dbid), '?') END,
  CASE t.deptype WHEN 'o' THEN 'owned' WHEN 'r' THEN 'named in a row policy' ELSE 'granted' END
FROM tie t
LEFT JOIN pg_catalog.pg_class c ON t.classid = 'pg_catalog.pg_class'::regclass AND c.oid = t.objid
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = CASE WHEN t.classid = 'pg_catalog.pg_class'::regclass THEN c.relnamespace
  WHEN t.classid = 'pg_catalog.pg_namespace'::regclass THEN t.objid
  WHEN t.classid = 'pg_catalog.pg_proc'::regclass THEN (SELECT p.pronamespace FROM pg_catalog.pg_proc p WHERE p.oid = t.objid) END
WHERE n.oid IS NULL OR (n.oid NOT IN (SELECT oid FROM our_schema)
  AND NOT (t.classid = 'pg_catalog.pg_class'::regclass AND n.nspname ~ '^dom_.*_v[0-9]+(_subjects)?$' AND t.deptype = 'a'))
UNION ALL
SELECT 'schema', n.nspname::text, 'granted to PUBLIC', string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type)
FROM pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a
WHERE a.grantee = 0 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.oid NOT IN (SELECT oid FROM our_schema)
GROUP BY n.nspname
