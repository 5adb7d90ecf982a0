"""Runs a client's checks section by section: script.py [section ...]

Each section that passed prints "ok <section>"; the first that fails ends the script. A connection is
made from libpq's environment variables: PGHOST, PGPORT, PGDATABASE, PGPASSFILE.
"""
import os
import sys

ANALYST = ("parent_analyst", "analytics")
SUPPORT = ("us_support", "support")


def options(purpose):
    return f"-c domicile.purpose={purpose}"


def password(user):
    """What the password file says, for clients that do not read it."""
    with open(os.environ["PGPASSFILE"], encoding="utf-8") as lines:
        for line in lines:
            host, port, database, name, secret = line.rstrip("\n").split(":")
            if name == user:
                return secret
    raise AssertionError(f"no password for {user}")


def masked(emails):
    """What the transform "partial" makes of e-mail addresses, sorted."""
    return sorted("*@" + email.split("@")[1].lower() for email in emails)


def check_raw_emails(emails):
    """A mask that is compared with nothing would prove nothing."""
    assert len(emails) > 50 and all("@" in e and not e.startswith("*") for e in emails), emails[:3]


def refused(error, statement, sqlstate_of, hint_of):
    """Runs something that must be refused with a hint, and returns its SQLSTATE."""
    try:
        statement()
    except error as e:
        assert hint_of(e), f"refused without a hint: {e}"
        return sqlstate_of(e)
    raise AssertionError("not refused")


def run(sections):
    for name in sys.argv[1:] or sections:
        sections[name]()
        print("ok", name, flush=True)
