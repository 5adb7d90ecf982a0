// node-postgres: simple and extended queries, named statements, a pool, portals (pg-cursor), streams.
// Sections as for the Python checks (../python/sections.py). Run where node_modules is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';

const ANALYST = ['parent_analyst', 'analytics'];
const SUPPORT = ['us_support', 'support'];

function settings([user, purpose], more = {}) {
  const line = readFileSync(process.env.PGPASSFILE, 'utf8').split('\n').find((l) => l.split(':')[3] === user);
  return { user, password: line.split(':')[4], options: `-c domicile.purpose=${purpose}`, ...more };
}

async function withClient(who, work, more) {
  const client = new pg.Client(settings(who, more));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function refused(promise, code) {
  await assert.rejects(promise, (e) => e.code === code && Boolean(e.hint));
}

const emails = (who) => withClient(who, async (c) => (await c.query('SELECT email FROM users')).rows.map((r) => r.email));
const masked = (list) => list.map((e) => '*@' + e.split('@')[1].toLowerCase()).sort();

async function expected() {
  const raw = await emails(SUPPORT);
  assert(raw.length > 50 && raw.every((e) => /^[^*@]+@/.test(e)));
  return masked(raw);
}

const sections = {
  async values() {
    assert.deepEqual((await emails(ANALYST)).sort(), await expected());
  },

  async parameters() {
    await withClient(ANALYST, async (c) => {
      const { rows, fields } = await c.query('SELECT id, birth_date, is_creator FROM users WHERE country = $1', ['US']);
      assert(rows.length > 0 && rows.every((r) => r.birth_date instanceof Date && r.birth_date.getDate() === 1));
      assert.deepEqual(fields.map((f) => f.name), ['id', 'birth_date', 'is_creator']);
      const ids = rows.slice(0, 3).map((r) => r.id);
      const again = await c.query('SELECT id FROM users WHERE id = ANY($1)', [ids]);
      assert.equal(again.rowCount, 3);
      for (const country of ['US', '??', 'US']) {
        const { rows: [{ count }] } = await c.query({
          name: 'by-country', text: 'SELECT count(*) FROM users WHERE country = $1', values: [country] });
        assert.equal(Number(count) > 0, country === 'US');
      }
      const array = await c.query({ text: 'SELECT id FROM users WHERE id = ANY($1)', values: [ids], rowMode: 'array' });
      assert.equal(array.rows[0].length, 1);
      const several = await c.query('SELECT 1 AS a; SELECT 2 AS a');
      assert.deepEqual(several.map((r) => r.rows[0].a), [1, 2]);
    });
  },

  async binary() {
    await withClient(ANALYST, async (c) => {
      const { rows: [row] } = await c.query({ text: 'SELECT email, is_creator FROM users LIMIT 1', binary: true });
      assert(row.email.startsWith('*@') && typeof row.is_creator === 'boolean');
    });
  },

  async pool() {
    const pool = new pg.Pool(settings(ANALYST, { max: 3, statement_timeout: 60000, application_name: 'checks' }));
    const counts = await Promise.all(Array.from({ length: 12 }, () => pool.query('SELECT count(*) FROM users')));
    assert.equal(new Set(counts.map((r) => r.rows[0].count)).size, 1);
    const client = await pool.connect();
    await client.query('BEGIN');
    await refused(client.query('DELETE FROM users'), '0A000');
    await client.query('ROLLBACK');
    client.release();
    await pool.end();
  },

  async portals() {
    await withClient(ANALYST, async (c) => {
      const count = Number((await c.query('SELECT count(*) FROM impressions')).rows[0].count);
      const cursor = c.query(new Cursor('SELECT id FROM impressions'));
      let read = 0;
      for (let rows = await cursor.read(500); rows.length > 0; rows = await cursor.read(500)) read += rows.length;
      await cursor.close();
      assert.equal(read, count);
      read = 0;
      for await (const row of c.query(new QueryStream('SELECT id FROM users'))) read += row.id.length / 32;
      assert.equal(read, (await expected()).length);
    });
  },

  async timeouts() {
    await withClient(ANALYST, async (c) => {
      await assert.rejects(c.query('SELECT count(*) FROM generate_series(1, 10000000000)'), { code: '57014' });
      assert.equal((await c.query('SELECT 1 AS one')).rows[0].one, 1);
    }, { statement_timeout: 1000 });
  },

  async refusals() {
    await withClient(ANALYST, async (c) => {
      await refused(c.query('INSERT INTO users VALUES (1)'), '0A000');
      await refused(c.query('SELECT * FROM public.users WHERE id = $1', [1]), '42P01');
      await refused(c.query('LISTEN a'), '0A000');
      assert.equal((await c.query('SELECT 1 AS one')).rows[0].one, 1);
    });
  },

  async copy() {
    await withClient(ANALYST, async (c) => {
      let text = '';
      for await (const part of c.query(copyTo('COPY (SELECT email FROM users) TO STDOUT'))) text += part;
      assert.deepEqual(text.trimEnd().split('\n').sort(), await expected());
    });
  },

  async cursors() {
    await withClient(ANALYST, async (c) => {
      await c.query('BEGIN');
      await c.query('DECLARE c CURSOR FOR SELECT email FROM users');
      const first = await c.query('FETCH 7 FROM c');
      const rest = await c.query('FETCH ALL FROM c');
      assert.equal(first.rowCount, 7);
      assert.deepEqual([...first.rows, ...rest.rows].map((r) => r.email).sort(), await expected());
      await c.query('CLOSE c');
      await c.query('COMMIT');
    });
  },
};

const chosen = process.argv.slice(2);
for (const name of chosen.length > 0 ? chosen : Object.keys(sections)) {
  await sections[name]();
  console.log('ok', name);
}
