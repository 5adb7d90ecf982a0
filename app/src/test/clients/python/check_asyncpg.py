"""asyncpg: its own protocol code, always extended and binary; it looks up types it does not know."""
import asyncio
import io
import os

import asyncpg

from sections import ANALYST, SUPPORT, check_raw_emails, masked, password, run


async def connect(who=ANALYST, **more):
    settings = {"domicile.purpose": who[1]}
    return await asyncpg.connect(
        user=who[0], password=password(who[0]), server_settings=settings, timeout=30, **more)


async def state(awaitable):
    try:
        await awaitable
    except asyncpg.PostgresError as e:
        assert e.hint, f"refused without a hint: {e}"
        return e.sqlstate
    raise AssertionError("not refused")


async def emails(who):
    connection = await connect(who)
    rows = await connection.fetch("SELECT email FROM users")
    await connection.close()
    return [row["email"] for row in rows]


async def values():
    raw = await emails(SUPPORT)
    check_raw_emails(raw)
    assert sorted(await emails(ANALYST)) == masked(raw)


async def prepared():
    connection = await connect()
    statement = await connection.prepare("SELECT id, birth_date FROM users WHERE country = $1")
    assert [p.name for p in statement.get_parameters()] == ["text"]
    assert [(a.name, a.type.name) for a in statement.get_attributes()] == [
        ("id", "text"), ("birth_date", "date")]
    for _ in range(3):
        rows = await statement.fetch("US")
        assert rows and all(row["birth_date"].day == 1 for row in rows)
    await connection.close()


async def portals():
    connection = await connect()
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        count = await connection.fetchval("SELECT count(*) FROM impressions")
        rows = [r["id"] async for r in connection.cursor("SELECT id FROM impressions", prefetch=100)]
        assert len(rows) == count > 300
        cursor = await connection.cursor("SELECT id FROM users ORDER BY id")
        first = await cursor.fetch(5)
        assert len(first) == 5 and len(await cursor.fetch(5)) == 5
    await connection.close()


async def savepoints():
    connection = await connect()
    async with connection.transaction():
        try:
            async with connection.transaction():
                await connection.execute("DELETE FROM users")
        except asyncpg.FeatureNotSupportedError as e:
            assert e.hint
        else:
            raise AssertionError("not refused")
        assert await connection.fetchval("SELECT count(*) FROM users") > 50
    await connection.close()


async def types():
    connection = await connect()
    row = await connection.fetchval("SELECT u FROM users u ORDER BY id LIMIT 1")
    assert len(row["id"]) == 32 and row["email"].startswith("*@"), row
    await connection.set_type_codec(
        "json", encoder=str, decoder=lambda text: text, schema="pg_catalog")
    assert await connection.fetchval("SELECT '[1]'::json") == "[1]"
    assert await connection.fetchval("SELECT array_agg(birth_date) FROM users") is not None
    await connection.close()


async def pool():
    async with asyncpg.create_pool(
            user=ANALYST[0], password=password(ANALYST[0]), min_size=1, max_size=3,
            server_settings={"domicile.purpose": ANALYST[1]}) as connections:
        counts = await asyncio.gather(
            *(connections.fetchval("SELECT count(*) FROM users") for _ in range(12)))
        assert len(set(counts)) == 1 and counts[0] > 50


async def cancels():
    connection = await connect()
    try:
        await connection.fetch("SELECT count(*) FROM generate_series(1, 10000000000)", timeout=1)
    except asyncio.TimeoutError:
        pass
    else:
        raise AssertionError("not cancelled")
    assert await connection.fetchval("SELECT 1", timeout=30) == 1
    await connection.close()


async def refusals():
    connection = await connect()
    assert await state(connection.execute("INSERT INTO users VALUES (1)")) == "0A000"
    assert await state(connection.fetch("SELECT * FROM public.users")) == "42P01"
    assert await state(connection.execute("LISTEN a")) == "0A000"
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()


async def copy():
    expected = masked(await emails(SUPPORT))
    connection = await connect()
    out = io.BytesIO()
    tag = await connection.copy_from_query(
        "SELECT email FROM users WHERE country <> $1", "??", output=out, format="csv", header=True)
    lines = out.getvalue().decode().splitlines()
    assert lines[0] == "email" and sorted(lines[1:]) == expected and tag == f"COPY {len(expected)}"
    out = io.BytesIO()
    await connection.copy_from_table("users", columns=["email"], output=out, delimiter="|")
    assert sorted(out.getvalue().decode().splitlines()) == expected
    out = io.BytesIO()
    await connection.copy_from_query("SELECT email FROM users", output=out, format="binary")
    assert out.getvalue().startswith(b"PGCOPY\n\xff\r\n\0") and b"*@" in out.getvalue()
    assert await state(connection.copy_to_table("users", source=io.BytesIO(b"x"))) == "0A000"
    await connection.close()


async def cursors():
    connection = await connect()
    async with connection.transaction():
        await connection.execute("DECLARE c CURSOR FOR SELECT email FROM users")
        rows = await connection.fetch("FETCH ALL FROM c")
        assert sorted(r["email"] for r in rows) == masked(await emails(SUPPORT))
        await connection.execute("CLOSE c")
    await connection.close()


def section(coroutine):
    return lambda: asyncio.run(asyncio.wait_for(coroutine(), 90))


assert os.environ["PGHOST"]
run({f.__name__: section(f) for f in (
    values, prepared, portals, savepoints, types, pool, cancels, refusals, copy, cursors)})
