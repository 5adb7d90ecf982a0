"""psqlODBC through pyodbc: the catalogue functions of ODBC, parameters, declare/fetch mode."""
import os

import pyodbc

from sections import ANALYST, SUPPORT, check_raw_emails, masked, options, password, run


def connect(who=ANALYST, **more):
    keywords = {
        "Driver": "{PostgreSQL Unicode}",
        "Server": os.environ["PGHOST"],
        "Port": os.environ["PGPORT"],
        "Database": os.environ["PGDATABASE"],
        "Uid": who[0],
        "Pwd": password(who[0]),
        # What psqlODBC runs first of all.
        "ConnSettings": f"SET domicile.purpose = '{who[1]}'",
        "SSLmode": "prefer",
        **more,
    }
    return pyodbc.connect(";".join(f"{k}={v}" for k, v in keywords.items()), autocommit=True)


def emails(connection):
    return [row.email for row in connection.execute("SELECT email FROM users")]


def refuse(connection, statement, sqlstate):
    try:
        connection.execute(statement)
    except pyodbc.Error as e:
        assert e.args[0] == sqlstate, e
    else:
        raise AssertionError("not refused")


def values():
    raw = emails(connect(SUPPORT))
    check_raw_emails(raw)
    assert sorted(emails(connect())) == masked(raw)
    row = connect().execute("SELECT birth_date, followers_count, is_creator FROM users").fetchone()
    assert row.birth_date.month == row.birth_date.day == 1 and row.followers_count % 100 == 0, row


def parameters():
    for server_side in ("0", "1"):
        connection = connect(UseServerSidePrepare=server_side)
        query = "SELECT id, birth_date FROM users WHERE country = ? AND birth_date > ? ORDER BY id"
        rows = connection.execute(query, "US", "1900-01-01").fetchall()
        assert rows and connection.execute(query, "US", "1900-01-01").fetchall() == rows
        assert connection.execute(query, "??", "1900-01-01").fetchall() == []


def catalogue():
    connection = connect()
    cursor = connection.cursor()
    schema = connection.execute("SELECT current_schema()").fetchval()
    tables = {(t.table_schem, t.table_name, t.table_type) for t in cursor.tables()}
    assert (schema, "users", "VIEW") in tables, tables
    assert not [t for t in tables if t[0].endswith("_subjects")], tables
    columns = {c.column_name: c.type_name for c in cursor.columns(table="users", schema=schema)}
    assert columns["birth_date"] == "date" and "bio" not in columns, columns
    assert not [name for name in columns if name.startswith("domicile")], columns
    assert cursor.primaryKeys("users", schema=schema).fetchall() == []
    assert cursor.getTypeInfo().fetchall()
    assert cursor.procedures(procedure="no_such").fetchall() == []
    assert cursor.rowIdColumns("users", schema=schema).fetchall() == []
    assert cursor.foreignKeys("users", schema=schema).fetchall() == []
    # One row about the table itself; it has no index.
    assert [s.index_name for s in cursor.statistics("users", schema=schema)] in ([], [None])


def transactions():
    connection = connect()
    connection.autocommit = False
    assert connection.execute("SELECT count(*) FROM users").fetchval() > 50
    connection.commit()
    assert connection.execute("SELECT count(*) FROM users").fetchval() > 50
    connection.rollback()


def refusals():
    connection = connect()
    refuse(connection, "INSERT INTO users VALUES (1)", "0A000")
    refuse(connection, "SELECT * FROM public.users", "42P01")
    assert connection.execute("SELECT 1").fetchval() == 1


def cursors():
    connection = connect(UseDeclareFetch="1", Fetch="7")
    assert sorted(emails(connection)) == masked(emails(connect(SUPPORT)))
    connection.autocommit = False
    assert sorted(emails(connection)) == masked(emails(connect(SUPPORT)))
    connection.commit()


run({f.__name__: f for f in (
    values, parameters, catalogue, transactions, refusals, cursors)})
