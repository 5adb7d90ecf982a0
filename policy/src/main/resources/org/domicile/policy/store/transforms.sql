-- The transforms, each a function that never raises, whatever the value: what cannot be transformed
-- becomes NULL. All are IMMUTABLE and PARALLEL SAFE and read no setting. Bodies are of the RETURN
-- form, so every name in them is bound when init runs and no search_path can change it later, and
-- the planner inlines them. Run with search_path = pg_catalog.

-- truncate: an address's network, IPv4 /24, IPv6 /48; a shorter prefix stays as it is.
CREATE OR REPLACE FUNCTION domicile.truncate(value inet) RETURNS inet
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN network(set_masklen(value, least(masklen(value), CASE family(value) WHEN 4 THEN 24 ELSE 48 END)))::inet;

CREATE OR REPLACE FUNCTION domicile.truncate(value cidr) RETURNS cidr
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN network(set_masklen(value::inet, least(masklen(value::inet), CASE family(value::inet) WHEN 4 THEN 24 ELSE 48 END)));

-- The patterns accept a part of what the inet type reads, so the cast cannot fail: four decimal
-- numbers without leading zeros, or RFC 4291 section 2.2 forms 1 and 2. Anything else is NULL.
CREATE OR REPLACE FUNCTION domicile.truncate(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN octet_length(value) > 39 THEN NULL
  WHEN value COLLATE "C" ~ '^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])$'
    THEN network(set_masklen(value::inet, 24))::text
  WHEN value COLLATE "C" ~ '^(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,7}:|([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,5}(:[0-9A-Fa-f]{1,4}){1,2}|([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4}){1,3}|([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){1,4}|([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){1,5}|[0-9A-Fa-f]{1,4}:(:[0-9A-Fa-f]{1,4}){1,6}|:(:[0-9A-Fa-f]{1,4}){1,7}|::)$'
    THEN network(set_masklen(value::inet, 48))::text
END;

-- generalise: the first day of the month or year in UTC; outside the years 1 to 9999, and for
-- infinity, NULL.
CREATE OR REPLACE FUNCTION domicile.generalise_month(value date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'
  THEN date_trunc('month', value::timestamp)::date END;

CREATE OR REPLACE FUNCTION domicile.generalise_month(value timestamp) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value >= TIMESTAMP '0001-01-01' AND value < TIMESTAMP '10000-01-01'
  THEN date_trunc('month', value)::date END;

CREATE OR REPLACE FUNCTION domicile.generalise_month(value timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value AT TIME ZONE 'UTC' >= TIMESTAMP '0001-01-01' AND value AT TIME ZONE 'UTC' < TIMESTAMP '10000-01-01'
  THEN date_trunc('month', value AT TIME ZONE 'UTC')::date END;

CREATE OR REPLACE FUNCTION domicile.generalise_year(value date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'
  THEN date_trunc('year', value::timestamp)::date END;

CREATE OR REPLACE FUNCTION domicile.generalise_year(value timestamp) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value >= TIMESTAMP '0001-01-01' AND value < TIMESTAMP '10000-01-01'
  THEN date_trunc('year', value)::date END;

CREATE OR REPLACE FUNCTION domicile.generalise_year(value timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value AT TIME ZONE 'UTC' >= TIMESTAMP '0001-01-01' AND value AT TIME ZONE 'UTC' < TIMESTAMP '10000-01-01'
  THEN date_trunc('year', value AT TIME ZONE 'UTC')::date END;

-- bucket: the greatest multiple of width that is not above the value; NULL where the type has no
-- such multiple, for NaN and infinity, and where a double no longer tells neighbours apart.
CREATE OR REPLACE FUNCTION domicile.bucket(value bigint, width bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN width BETWEEN 1 AND 1000000000000000 AND value >= '-9223372036854775808'::bigint + width
  THEN value - mod(mod(value, width) + width, width) END;

CREATE OR REPLACE FUNCTION domicile.bucket(value numeric, width bigint) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN width BETWEEN 1 AND 1000000000000000 AND value BETWEEN -1e38 AND 1e38
  THEN floor(value) - mod(mod(floor(value), width::numeric) + width::numeric, width::numeric) END;

CREATE OR REPLACE FUNCTION domicile.bucket(value double precision, width bigint) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN width BETWEEN 1 AND 1000000000000000 AND value BETWEEN -1e15::double precision AND 1e15::double precision
  THEN (floor(value)::bigint - mod(mod(floor(value)::bigint, width) + width, width))::double precision END;

-- coarsen: degrees to the middle of a cell of a grid. A cell is kilometres / 111.195 degrees wide
-- (one degree of a great circle at the mean earth radius of 6371.0088 km) and counted from -360
-- degrees. The error is at most half a cell: kilometres / 2 along a meridian. A column of longitudes
-- does not know its rows' latitudes, so its cells have the same width in degrees everywhere, that is
-- kilometres * cos(latitude) on the ground: half as wide at 60 degrees as at the equator. The result
-- is rounded to 5 decimals (about 1 m). Outside -360 to 360 degrees, and for NaN: NULL.
CREATE OR REPLACE FUNCTION domicile.coarsen(value double precision, kilometres bigint) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN kilometres BETWEEN 1 AND 20000 AND value BETWEEN -360::double precision AND 360::double precision
  THEN round(((floor((value + 360) / (kilometres / 111.195::double precision)) + 0.5) * (kilometres / 111.195::double precision) - 360)::numeric, 5)::double precision END;

CREATE OR REPLACE FUNCTION domicile.coarsen(value numeric, kilometres bigint) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN kilometres BETWEEN 1 AND 20000 AND value BETWEEN -360 AND 360
  THEN round(((floor((round(value, 9)::double precision + 360) / (kilometres / 111.195::double precision)) + 0.5) * (kilometres / 111.195::double precision) - 360)::numeric, 5) END;

-- partial: an e-mail address as *@domain, in lower case; NULL where the text is not one address
-- with a dotted ASCII domain.
CREATE OR REPLACE FUNCTION domicile.partial(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length(value) <= 320
    AND value COLLATE "C" ~ '^[^@[:space:][:cntrl:]]+@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$'
  THEN '*@' || lower(split_part(value COLLATE "C", '@', 2)) END;
