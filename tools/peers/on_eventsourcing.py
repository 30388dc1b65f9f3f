"""The Python library eventsourcing with its SQLite recorders, in this process."""

import importlib.metadata
import pathlib
import sqlite3

from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore, SQLiteTrackingRecorder

import workload


class RollUp(SQLiteTrackingRecorder):
    """A view of the library's kind, in whose transactions the position is recorded, too."""

    def construct_create_table_statements(self):
        return [
            *super().construct_create_table_statements(),
            "CREATE TABLE IF NOT EXISTS roll_up (customer TEXT PRIMARY KEY, events INTEGER, amount INTEGER)"]

    def store(self, rows, position):
        with self.datastore.transaction(commit=True) as cursor:
            cursor.executemany("INSERT INTO roll_up VALUES (?, ?, ?)", rows)
            self._insert_tracking(cursor, Tracking("roll-up", position))

    def rows(self):
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute("SELECT customer, events, amount FROM roll_up")
            return [tuple(row) for row in cursor.fetchall()]


class EventSourcing(workload.Peer):
    datastore = None
    # Notifications of one page while rebuilding.
    PAGE = 5000

    def start(self):
        self.path = pathlib.Path(self.place) / "events.sqlite"
        self.datastore = SQLiteDatastore(
            str(self.path), pool_size=workload.CALLERS, pool_timeout=60, lock_timeout=60, originator_id_type="text")
        self.recorder = SQLiteApplicationRecorder(self.datastore)
        self.recorder.create_table()
        self.view = RollUp(self.datastore)
        self.view.create_table()
        self.last_versions = {}
        if self._pragma("synchronous") != 2 or self._pragma("journal_mode") != "wal":
            raise SystemExit("this SQLite does not sync every commit by default")

    def _pragma(self, text):
        with self.datastore.get_connection(commit=False) as connection:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA {text}")
            return cursor.fetchone()[0]

    def versions(self):
        version = importlib.metadata.version("eventsourcing")
        return f"eventsourcing {version}, SQLite {sqlite3.sqlite_version} (WAL, synchronous FULL)"

    def prepare(self, events):
        return [self._stored(event) for event in events]

    def _stored(self, event):
        version = self.last_versions.get(event.customer, 0) + 1
        self.last_versions[event.customer] = version
        # There is no place for an id or for tags beside the originator: they go before the payload.
        head = "\n".join([f"{event.id:032x}", *event.tags]).encode()
        state = len(head).to_bytes(2, "big") + head + event.payload
        return StoredEvent(event.customer, version, workload.EVENT_TYPE, state)

    def append(self, call):
        self.recorder.insert_events(call)

    def read(self, tag):
        return len(self.recorder.select_events(tag))

    def rebuild(self):
        roll_up = {}
        position = 0
        while page := self.recorder.select_notifications(position, self.PAGE, inclusive_of_start=False):
            for event in page:
                payload = event.state[2 + int.from_bytes(event.state[:2], "big"):]
                count, amount = roll_up.get(event.originator_id, (0, 0))
                roll_up[event.originator_id] = (count + 1, amount + workload.amount_of(payload))
            position = page[-1].id
        self.view.store([(customer, *row) for customer, row in roll_up.items()], position)

    def roll_up(self):
        return self.view.rows()

    def bytes_on_disk(self):
        """Tables and indexes of the events, the roll-up left out."""
        self._pragma("wal_checkpoint(TRUNCATE)")
        database = sqlite3.connect(self.path)
        page_size = database.execute("PRAGMA page_size").fetchone()[0]
        for table in ("roll_up", "tracking"):
            database.execute(f"DROP TABLE {table}")
        pages, free = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count"))
        database.close()
        return (pages - free) * page_size

    def stop(self):
        if self.datastore:
            self.datastore.close()


if __name__ == "__main__":
    workload.main(EventSourcing)
