"""UmaDB: its server, and its Python client over gRPC on the loopback interface."""

import importlib.metadata
import os
import pathlib
import socket
import sqlite3
import sys
import uuid

import umadb

import workload


class UmaDB(workload.Peer):
    server = None

    def start(self):
        self.path = pathlib.Path(self.place) / "uma.db"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        command = pathlib.Path(sys.executable).with_name("umadb")
        self.server = workload.Server(
            [str(command), "--listen", address, "--db-path", str(self.path)], self.place)
        # Concurrent callers share the client: a connection for each makes them slower.
        self.client = None
        self.server.wait_until(lambda: self._connects(address))

    def _connects(self, address):
        try:
            self.client = umadb.Client(f"http://{address}")
            self.client.head()
            return True
        except (umadb.TransportError, OSError, RuntimeError):
            return False

    def versions(self):
        return f"UmaDB {importlib.metadata.version('umadb')}, its Python client"

    def prepare(self, events):
        return [
            umadb.Event(workload.EVENT_TYPE, event.payload, event.tags, uuid.UUID(int=event.id)) for event in events]

    def append(self, call):
        self.client.append(call)

    def read(self, tag):
        query = umadb.Query(items=[umadb.QueryItem(tags=[tag])])
        events, _ = self.client.read(query=query).collect_with_head()
        return len(events)

    def rebuild(self):
        """UmaDB keeps no tables: the roll-up goes to SQLite."""
        roll_up = {}
        position = 0
        response = self.client.read()
        while batch := response.next_batch():
            for sequenced in batch:
                event = sequenced.event
                customer = event.tags[0]
                count, amount = roll_up.get(customer, (0, 0))
                roll_up[customer] = (count + 1, amount + workload.amount_of(event.data))
            position = batch[-1].position
        tables = self._tables()
        with tables:
            tables.execute("BEGIN")
            tables.execute("CREATE TABLE roll_up (customer TEXT PRIMARY KEY, events INTEGER, amount INTEGER)")
            tables.execute("CREATE TABLE position (position INTEGER)")
            tables.executemany(
                "INSERT INTO roll_up VALUES (?, ?, ?)", ((customer, *row) for customer, row in roll_up.items()))
            tables.execute("INSERT INTO position VALUES (?)", (position,))
        tables.close()

    def _tables(self):
        tables = sqlite3.connect(self.path.with_name("roll-up.sqlite"))
        tables.execute("PRAGMA journal_mode = WAL")
        tables.execute("PRAGMA synchronous = FULL")
        return tables

    def roll_up(self):
        return self._tables().execute("SELECT customer, events, amount FROM roll_up").fetchall()

    def bytes_on_disk(self):
        """The file is filled with zeros ahead; what counts ends with the last byte that is none."""
        step = 1 << 20
        with open(self.path, "rb") as file:
            end = os.fstat(file.fileno()).st_size
            while end > 0:
                start = max(0, end - step)
                file.seek(start)
                used = len(file.read(end - start).rstrip(b"\0"))
                if used:
                    return start + used
                end = start
        return 0

    def stop(self):
        if self.server:
            self.server.stop()


if __name__ == "__main__":
    workload.main(UmaDB)
