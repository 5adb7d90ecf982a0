"""psycopg 3: libpq underneath, extended protocol, binary results, pipeline mode."""
import datetime
import threading
import time

import psycopg
from psycopg import IsolationLevel, pq
from psycopg.rows import dict_row
from psycopg.types import TypeInfo

from sections import ANALYST, SUPPORT, check_raw_emails, masked, options, refused, run


def connect(who=ANALYST, **more):
    return psycopg.connect(user=who[0], options=options(who[1]), **more)


def state(statement):
    return refused(
        psycopg.Error, statement, lambda e: e.diag.sqlstate, lambda e: e.diag.message_hint
    )


def emails(who):
    with connect(who) as connection:
        return [row[0] for row in connection.execute("SELECT email FROM users")]


def values():
    raw = emails(SUPPORT)
    check_raw_emails(raw)
    assert sorted(emails(ANALYST)) == masked(raw)
    with connect() as connection:
        row = connection.cursor(row_factory=dict_row).execute("SELECT * FROM users LIMIT 1").fetchone()
        assert len(row["id"]) == 32 and row["phone"] is None and "bio" not in row, row
        assert not [name for name in row if name.startswith("domicile")], row


def binary():
    query = "SELECT id, birth_date, followers_count, is_creator, created_at FROM users ORDER BY id"
    with connect() as connection:
        text = connection.execute(query).fetchall()
        assert connection.cursor(binary=True).execute(query).fetchall() == text
        assert all(d.month == d.day == 1 and f % 100 == 0 for _, d, f, _, _ in text)
        assert isinstance(text[0][4], datetime.date)


def parameters():
    with connect() as connection:
        ids = [r[0] for r in connection.execute("SELECT id FROM users ORDER BY id LIMIT 5")]
        for placeholder in ("%s", "%b", "%t"):
            query = f"SELECT id FROM users WHERE id = ANY({placeholder}) ORDER BY id"
            assert [r[0] for r in connection.execute(query, (ids,))] == ids
        client_side = psycopg.ClientCursor(connection)
        client_side.execute("SELECT id FROM users WHERE id = ANY(%s) ORDER BY id", (ids,))
        assert [r[0] for r in client_side] == ids


def prepared():
    with connect() as connection:
        connection.prepare_threshold = 1
        total = 0
        for country in ("US", "CA", "US", "MX", "US", "US"):
            (count,) = connection.execute(
                "SELECT count(*) FROM users WHERE country = %s", (country,)
            ).fetchone()
            total += count
        assert total > 0
        again = connection.execute("SELECT handle FROM users WHERE id = %s", ("x",), prepare=True)
        assert again.fetchall() == []


def transactions():
    with connect(autocommit=True) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            assert connection.execute("SHOW transaction_isolation").fetchone()[0] == "repeatable read"
            with connection.transaction():
                assert state(lambda: connection.execute("DELETE FROM users")) == "0A000"
                raise psycopg.Rollback()
            assert connection.execute("SELECT count(*) FROM users").fetchone()[0] > 50
        assert connection.info.transaction_status == pq.TransactionStatus.IDLE


def pipeline():
    with connect(autocommit=True) as connection:
        with connection.pipeline() as pipe:
            cursors = [connection.execute("SELECT %s::int, count(*) FROM users", (i,)) for i in range(40)]
            pipe.sync()
            rows = [cursor.fetchone() for cursor in cursors]
        assert [r[0] for r in rows] == list(range(40)) and len({r[1] for r in rows}) == 1, rows
        try:
            with connection.pipeline():
                connection.execute("SELECT 1")
                connection.execute("SELECT no_such_column FROM users")
                connection.execute("SELECT 2")
        except psycopg.errors.UndefinedColumn:
            pass
        else:
            raise AssertionError("an error in a pipeline went unnoticed")
        assert connection.execute("SELECT 3").fetchone() == (3,)


def streams():
    with connect() as connection:
        rows = list(connection.cursor().stream(
            "SELECT i.id, video_id FROM impressions i, generate_series(1, 50)"))
        (count,) = connection.execute("SELECT count(*) FROM impressions").fetchone()
        assert len(rows) == 50 * count > 10000


def cancels():
    with connect(autocommit=True) as connection:
        timer = threading.Timer(1.0, connection.cancel)
        timer.start()
        began = time.monotonic()
        try:
            connection.execute("SELECT count(*) FROM generate_series(1, 10000000000)")
        except psycopg.errors.QueryCanceled:
            assert time.monotonic() - began < 30
        else:
            raise AssertionError("not cancelled")
        assert connection.execute("SELECT 1").fetchone() == (1,)


def notices():
    said = []
    with connect(autocommit=True) as connection:
        connection.add_notice_handler(lambda notice: said.append(notice.sqlstate))
        connection.execute("COMMIT")
        assert said == ["25P01"], said


def types():
    with connect() as connection:
        assert TypeInfo.fetch(connection, "text").oid == 25
        assert TypeInfo.fetch(connection, "no_such_type") is None


def refusals():
    with connect(autocommit=True) as connection:
        assert state(lambda: connection.execute("INSERT INTO users VALUES (1)")) == "0A000"
        assert state(lambda: connection.execute("SELECT pg_sleep(1)")) == "42501"
        assert state(lambda: connection.execute("SELECT * FROM nothing_like_it")) == "42P01"
        assert state(lambda: connection.execute("EXPLAIN SELECT 1")) == "0A000"


def copy():
    expected = masked(emails(SUPPORT))
    with connect() as connection:
        cursor = connection.cursor()
        with cursor.copy("COPY (SELECT email, id FROM users) TO STDOUT") as out:
            rows = list(out.rows())
        assert sorted(r[0] for r in rows) == expected and all(len(r) == 2 for r in rows)
        with cursor.copy("COPY users (email, birth_date) TO STDOUT (FORMAT binary)") as out:
            out.set_types(["text", "date"])
            rows = list(out.rows())
        assert sorted(r[0] for r in rows) == expected and all(r[1].day == 1 for r in rows)
        with cursor.copy("COPY (SELECT email FROM users) TO STDOUT (FORMAT csv, HEADER)") as out:
            lines = b"".join(bytes(block) for block in out).decode().splitlines()
        assert lines[0] == "email" and sorted(lines[1:]) == expected
        connection.rollback()

        def copy_in():
            with cursor.copy("COPY users FROM STDIN") as into:
                into.write(b"x")

        assert state(copy_in) == "0A000"


def cursors():
    expected = masked(emails(SUPPORT))
    with connect() as connection:
        with connection.cursor("named") as cursor:
            cursor.itersize = 7
            cursor.execute("SELECT email FROM users WHERE country <> %s", ("??",))
            assert sorted(row[0] for row in cursor) == expected
        with connection.cursor("scrolled", scrollable=True) as cursor:
            cursor.execute("SELECT email, id FROM users ORDER BY id")
            first = cursor.fetchmany(3)
            cursor.scroll(0, mode="absolute")
            assert cursor.fetchmany(3) == first and len(first[0]) == 2
        with connection.cursor("binary_one") as cursor:
            cursor.execute("SELECT birth_date FROM users", binary=True)
            assert all(row[0].day == 1 for row in cursor.fetchall())
        with connection.cursor("held", withhold=True) as cursor:
            cursor.execute("SELECT email FROM users")
            connection.commit()
            assert sorted(row[0] for row in cursor.fetchall()) == expected
        assert state(lambda: connection.execute("DECLARE domicile_x CURSOR FOR SELECT 1")) == "0A000"
        connection.rollback()
        try:
            connection.execute("FETCH ALL FROM never_declared")
        except psycopg.errors.InvalidCursorName:
            pass
        else:
            raise AssertionError("fetched from nothing")


run({f.__name__: f for f in (
    values, binary, parameters, prepared, transactions, pipeline, streams, cancels, notices, types,
    refusals, copy, cursors)})
