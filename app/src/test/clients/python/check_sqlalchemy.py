"""SQLAlchemy over psycopg2: reflection, Core and ORM. Audiences see views, so views are reflected."""
import psycopg2
from sqlalchemy import MetaData, Table, create_engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, declarative_base

from sections import ANALYST, SUPPORT, check_raw_emails, masked, options, refused, run


def engine(who=ANALYST, **more):
    return create_engine(
        "postgresql+psycopg2://", connect_args={"user": who[0], "options": options(who[1])}, **more)


ENGINE = engine()


def reflection():
    inspector = inspect(ENGINE)
    schema = inspector.default_schema_name
    assert schema.startswith("dom_parent_analytics_v"), schema
    assert schema in inspector.get_schema_names()
    assert inspector.get_table_names() == []
    views = inspector.get_view_names()
    assert {"users", "videos", "impressions"} <= set(views), views
    columns = {c["name"]: c for c in inspector.get_columns("users")}
    assert str(columns["birth_date"]["type"]) == "DATE" and "bio" not in columns
    assert str(columns["id"]["type"]) == "TEXT" and columns["id"]["nullable"]
    assert not [name for name in columns if name.startswith("domicile")], columns.keys()
    assert inspector.get_pk_constraint("users")["constrained_columns"] == []
    assert inspector.get_foreign_keys("users") == []
    assert inspector.get_indexes("users") == []
    assert inspector.get_unique_constraints("users") == []
    assert inspector.get_check_constraints("users") == []
    assert "text" in inspector.get_table_comment("users")
    assert inspector.get_enums() == []
    assert "partial" in inspector.get_view_definition("users")
    assert inspector.has_table("users") and not inspector.has_table("no_such_table")


def whole_schema():
    metadata = MetaData()
    metadata.reflect(ENGINE, views=True)
    assert "users" in metadata.tables and "orders" in metadata.tables, metadata.tables.keys()


def core():
    users = Table("users", MetaData(), autoload_with=ENGINE)
    with engine(SUPPORT).connect() as connection:
        raw = connection.execute(select(text("email")).select_from(text("users"))).scalars().all()
    check_raw_emails(raw)
    with ENGINE.connect() as connection:
        shown = connection.execute(select(users.c.email)).scalars().all()
        assert sorted(shown) == masked(raw)
        by_country = connection.execute(
            select(users.c.country, func.count()).group_by(users.c.country)).all()
        assert sum(count for _, count in by_country) == len(raw)


def orm():
    base = declarative_base()

    class User(base):
        __table__ = Table("users", base.metadata, autoload_with=ENGINE)
        __mapper_args__ = {"primary_key": [__table__.c.id]}

    with Session(ENGINE) as session:
        user = session.query(User).order_by(User.id).first()
        assert len(user.id) == 32 and user.email.startswith("*@")
        assert session.get(User, user.id) is user
        user.country = "XX"

        def flush():
            try:
                session.flush()
            except DBAPIError as e:
                raise e.orig

        assert refused(psycopg2.Error, flush, lambda e: e.pgcode, lambda e: e.diag.message_hint) == "0A000"


def pool():
    small = engine(pool_size=1, max_overflow=0, pool_pre_ping=True, isolation_level="REPEATABLE READ")
    for _ in range(3):
        with small.connect() as connection:
            assert connection.execute(text("SHOW transaction_isolation")).scalar() == "repeatable read"


def copy():
    import io
    raw = ENGINE.raw_connection()
    out = io.StringIO()
    raw.cursor().copy_expert("COPY (SELECT email FROM users) TO STDOUT (FORMAT csv)", out)
    lines = out.getvalue().splitlines()
    assert len(lines) > 50 and all(line.startswith("*@") for line in lines)
    raw.close()


def cursors():
    with ENGINE.connect().execution_options(stream_results=True, max_row_buffer=20) as connection:
        rows = connection.execute(text("SELECT email FROM users")).scalars().all()
        assert len(rows) > 50 and all(row.startswith("*@") for row in rows)


run({f.__name__: f for f in (reflection, whole_schema, core, orm, pool, copy, cursors)})
