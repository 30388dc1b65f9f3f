"""PostgreSQL: one table of events with an index on the tags, a server of its own, psycopg over a Unix socket."""

import datetime
import os
import pathlib
import pwd
import subprocess
import uuid

import psycopg

import workload

PROGRAMS = pathlib.Path(os.environ["POSTGRESQL_PROGRAMS"])
# The server refuses to run as root.
USER = "postgres"

TABLE = """
    CREATE TABLE events (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id uuid NOT NULL UNIQUE,
        type text NOT NULL,
        tags text[] NOT NULL,
        occurred_at timestamptz NOT NULL,
        payload bytea NOT NULL
    );
    CREATE INDEX events_by_tag ON events USING gin (tags)"""

INSERT = """
    INSERT INTO events (id, type, tags, occurred_at, payload) VALUES (%b, %b, %b, %b, %b) RETURNING position"""

INSERT_MANY = """
    INSERT INTO events (id, type, tags, occurred_at, payload)
    SELECT id, type, ARRAY[first, second, third], occurred_at, payload
    FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::bytea[])
        AS event (id, type, first, second, third, occurred_at, payload)
    RETURNING position"""

READ = """
    SELECT position, id, type, tags, occurred_at, payload FROM events WHERE tags @> ARRAY[%b::text] ORDER BY position"""

# Beside what serves, then put in its place: the SELECT may use both cores, which an INSERT would not let it do.
REBUILD = """
    CREATE TABLE roll_up_next AS
        SELECT tags[1] AS customer, count(*) AS events,
            sum(('x' || encode(substr(payload, 1, 8), 'hex'))::bit(64)::bigint)::bigint AS amount
        FROM events GROUP BY tags[1];
    ALTER TABLE roll_up_next ADD PRIMARY KEY (customer);
    CREATE TABLE IF NOT EXISTS checkpoint (position bigint);
    DELETE FROM checkpoint;
    INSERT INTO checkpoint SELECT max(position) FROM events;
    DROP TABLE IF EXISTS roll_up;
    ALTER TABLE roll_up_next RENAME TO roll_up"""


class PostgreSQL(workload.Peer):
    server = None

    def start(self):
        data = pathlib.Path(self.place) / "data"
        sockets = pathlib.Path(self.place) / "sockets"
        user = USER if os.geteuid() == 0 else None
        for folder in (data, sockets):
            folder.mkdir(mode=0o700)
            if user:
                os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        made = subprocess.run(
            [str(PROGRAMS / "initdb"), "--pgdata", str(data), "--username", USER, "--auth", "trust",
             "--encoding", "UTF8", "--locale", "C"],
            cwd="/", capture_output=True, text=True, **workload.as_user(user))
        if made.returncode != 0:
            raise SystemExit(f"initdb: {made.stderr}")
        self.server = workload.Server(
            [str(PROGRAMS / "postgres"), "-D", str(data), "-c", "listen_addresses=", "-c", "fsync=on",
             "-c", "synchronous_commit=on", "-c", f"unix_socket_directories={sockets}"],
            self.place, user=user)
        self.address = f"host={sockets} dbname=postgres user={USER}"
        self.connection = None
        self.server.wait_until(self._connects)
        self.connection.execute(TABLE)

    def _connects(self):
        try:
            self.connection = psycopg.connect(self.address, autocommit=True)
            return True
        except psycopg.OperationalError:
            return False

    def _setting(self, name):
        return self.connection.execute(f"SHOW {name}").fetchone()[0]

    def versions(self):
        return (
            f"PostgreSQL {self._setting('server_version').split()[0]} (fsync {self._setting('fsync')}, "
            f"synchronous_commit {self._setting('synchronous_commit')}, "
            f"wal_sync_method {self._setting('wal_sync_method')}), psycopg {psycopg.__version__}")

    def prepare(self, events):
        rows = [
            (uuid.UUID(int=event.id), workload.EVENT_TYPE, *event.tags,
             datetime.datetime.fromtimestamp(event.milliseconds / 1000, datetime.timezone.utc), event.payload)
            for event in events]
        if len(rows) == 1:
            identity, kind, *tags, moment, payload = rows[0]
            return INSERT, (identity, kind, tags, moment, payload)
        return INSERT_MANY, [list(column) for column in zip(*rows)]

    def append(self, call):
        self._append(self.connection, call)

    @staticmethod
    def _append(connection, call):
        statement, values = call
        connection.execute(statement, values, prepare=True).fetchall()

    def caller(self):
        connection = psycopg.connect(self.address, autocommit=True)
        return lambda call: self._append(connection, call)

    def settle(self):
        """What autovacuum would have come to do."""
        self.connection.execute("VACUUM (ANALYZE) events")

    def read(self, tag):
        with self.connection.cursor(binary=True) as cursor:
            return len(cursor.execute(READ, (tag,), prepare=True).fetchall())

    def rebuild(self):
        with self.connection.transaction():
            self.connection.execute(REBUILD)

    def roll_up(self):
        return self.connection.execute("SELECT customer, events, amount FROM roll_up").fetchall()

    def bytes_on_disk(self):
        """Table and indexes; the write-ahead log left out."""
        return self.connection.execute("SELECT pg_total_relation_size('events')").fetchone()[0]

    def stop(self):
        if self.server:
            self.server.stop()


if __name__ == "__main__":
    workload.main(PostgreSQL)
