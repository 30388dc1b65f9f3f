"""The work that every system does: the same events in the same calls.

Benchmarks/RapportBenchmarks/PeerBenchmark.swift says the same in Swift. The check over the roll-up, which both give,
differs as soon as one of them changes.
"""

import argparse
import ctypes
import dataclasses
import gc
import json
import os
import pathlib
import signal
import subprocess
import threading
import time

MASK = (1 << 64) - 1
EVENT_TYPE = "benchmark.Measured"
PAYLOAD = 220
# Events happen a millisecond apart, from here on, in milliseconds since 1970.
FIRST_MOMENT = 1_760_000_000_000
PRELOAD_CALL = 1000
CALLERS = 16


@dataclasses.dataclass(frozen=True)
class Size:
    """How much is done, from the number of events that are there before anything is measured."""

    events: int
    smoke: bool

    @property
    def customers(self):
        return max(100, self.events // 20)

    @property
    def appends(self):
        """Events of a call -> calls."""
        calls = {1: 1000, 10: 200, 100: 100, 1000: 50}
        return {size: 5 if self.smoke else count for size, count in calls.items()}

    @property
    def events_of_a_caller(self):
        return 5 if self.smoke else 200

    @property
    def reads(self):
        return 20 if self.smoke else 500

    @property
    def all_events(self):
        return self.events + sum(size * calls for size, calls in self.appends.items()) + (
            CALLERS * self.events_of_a_caller)


class SplitMix:
    """SplitMix64 (Steele, Lea, Flood 2014)."""

    def __init__(self, state):
        self.state = state

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        value = self.state
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
        return value ^ (value >> 31)


class Event:
    """An event before a peer gives it a form of its own."""

    __slots__ = ("id", "milliseconds", "customer", "tags", "amount", "payload")


class Events:
    """The events of a run, one after the other, and the roll-up of those given out."""

    def __init__(self, customers):
        self.customers = customers
        self.roll_up = {}
        self._random = SplitMix(1)
        self._count = 0

    def next(self, count):
        return [self._one() for _ in range(count)]

    def _one(self):
        draw = self._random.next
        event = Event()
        event.customer = f"customer:C-{draw() % self.customers}"
        event.tags = [event.customer, f"opportunity:O-{draw() % 10_000_000}", f"region:R-{draw() % 8}"]
        event.amount = draw() % 100_000
        filler = draw().to_bytes(8, "big")
        event.payload = event.amount.to_bytes(8, "big") + filler * 26 + filler[:4]
        # A UUID of version 7: the moment it happened, then random bits.
        bits = draw()
        event.milliseconds = FIRST_MOMENT + self._count
        high = event.milliseconds << 16 | 7 << 12 | bits >> 52
        event.id = high << 64 | 2 << 62 | bits & ((1 << 62) - 1)
        self._count += 1
        count, amount = self.roll_up.get(event.customer, (0, 0))
        self.roll_up[event.customer] = (count + 1, amount + event.amount)
        return event


def amount_of(payload):
    return int.from_bytes(payload[:8], "big")


def check(rows):
    """One number for a roll-up, whatever the order of its rows (customer, events, amount)."""
    total = 0
    for customer, events, amount in rows:
        number = int(customer.removeprefix("customer:C-"))
        total += (number + 1) * (events * 1_000_003 + amount)
    return total & MASK


def expected_check(size):
    events = Events(size.customers)
    for _ in range(size.all_events):
        events.next(1)
    return check((customer, *row) for customer, row in events.roll_up.items())


class Peer:
    """A system under measurement. `place` is an empty directory of its own."""

    def __init__(self, place):
        self.place = place

    def start(self):
        """Makes an empty store and whatever serves it."""
        raise NotImplementedError

    def versions(self):
        """What was measured, for people."""
        raise NotImplementedError

    def prepare(self, events):
        """The events of one call as the client wants them; not measured."""
        raise NotImplementedError

    def append(self, call):
        """Returns when the events are durable."""
        raise NotImplementedError

    def caller(self):
        """What one of several concurrent callers appends with."""
        return self.append

    def settle(self):
        """What a store in use does by itself now and then, such as collecting statistics; not measured."""

    def read(self, tag):
        """How many events have the tag; all of them have come to the client, whole."""
        raise NotImplementedError

    def rebuild(self):
        """Makes the roll-up from the first event on, in a form that survives a power cut, with its position."""
        raise NotImplementedError

    def roll_up(self):
        """The rows (customer, events, amount), read back from where they were put."""
        raise NotImplementedError

    def bytes_on_disk(self):
        """Events and all that is needed to find them by tag; nothing else."""
        raise NotImplementedError

    def stop(self):
        """Ends what `start` began, however far it had come."""


def measure(peer, size):
    """Name -> figure; events a second, but for the bytes."""
    events = Events(size.customers)
    left = size.events
    while left > 0:
        batch = events.next(min(left, PRELOAD_CALL))
        peer.append(peer.prepare(batch))
        left -= len(batch)

    figures = {}
    longest = {}
    for count, calls in size.appends.items():
        prepared = [peer.prepare(events.next(count)) for _ in range(calls)]
        took, longest[f"append-{count}"] = append_in_turn(peer.append, prepared)
        figures[f"append-{count}"] = count * calls / took

    work = [[peer.prepare([event]) for event in events.next(size.events_of_a_caller)] for _ in range(CALLERS)]
    took, longest[f"callers-{CALLERS}"] = append_together(peer, work)
    figures[f"callers-{CALLERS}"] = CALLERS * size.events_of_a_caller / took

    peer.settle()
    draw = SplitMix(2).next
    tags = [f"customer:C-{draw() % size.customers}" for _ in range(size.reads)]
    found = []
    took = timed(lambda: found.extend(peer.read(tag) for tag in tags))
    expected = sum(events.roll_up.get(tag, (0, 0))[0] for tag in tags)
    if sum(found) != expected:
        raise SystemExit(f"reading by tag gave {sum(found)} events, not {expected}")
    figures["read-by-tag"] = sum(found) / took

    figures["rebuild"] = size.all_events / timed(peer.rebuild)
    result = check(peer.roll_up())
    figures["bytes-per-event"] = peer.bytes_on_disk() / size.all_events
    return {"figures": figures, "longest calls": longest, "check": f"{result:x}", "versions": peer.versions()}


def timed(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def append_in_turn(append, calls):
    """Seconds for all calls, and for the longest of them."""
    start = last = time.perf_counter()
    longest = 0
    for call in calls:
        append(call)
        now = time.perf_counter()
        longest = max(longest, now - last)
        last = now
    return last - start, longest


def append_together(peer, work):
    """Seconds until all callers, a thread each, have appended their calls, and for the longest call."""
    appends = [peer.caller() for _ in work]
    longest = []
    failures = []
    start = threading.Barrier(len(work) + 1)

    def run(append, calls):
        start.wait()
        try:
            longest.append(append_in_turn(append, calls)[1])
        except Exception as failure:  # told below
            failures.append(failure)

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in zip(appends, work)]
    for thread in threads:
        thread.start()

    def go():
        start.wait()
        for thread in threads:
            thread.join()

    took = timed(go)
    if failures:
        raise failures[0]
    return took, max(longest)


# MARK: Processes


def die_with_parent(number):
    """For `preexec_fn`: the kernel sends the signal when the parent is gone, even if it was killed."""
    def prepare():
        ctypes.CDLL(None, use_errno=True).prctl(1, number, 0, 0, 0)
    return prepare


class Server:
    """A server that ends with this process. Its output goes to a file in `place`."""

    def __init__(self, command, place, user=None):
        self.log = pathlib.Path(place) / "server.log"
        # A session of its own: an interrupt from the terminal reaches the one who cleans up, not the server.
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT), **as_user(user))

    def wait_until(self, is_ready, seconds=30):
        deadline = time.monotonic() + seconds
        while not is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{self.process.args[0]} does not serve:\n{self.log.read_text(errors='replace')}")
            time.sleep(0.02)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def as_user(name):
    """Arguments for `subprocess`: root runs the command as the user `name`."""
    if name is None or os.geteuid() != 0:
        return {}
    return {"user": name, "group": name, "extra_groups": []}


def main(peer_class):
    """Measures one peer and prints the result as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--place", required=True)
    options = parser.parse_args()

    def end(number, _):
        signal.signal(number, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    gc.disable()
    peer = peer_class(options.place)
    try:
        peer.start()
        print(json.dumps(measure(peer, Size(options.events, options.smoke))))
    finally:
        peer.stop()
