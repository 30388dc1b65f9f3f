"""What a power cut may leave of recorded calls: a disk of which some parts are certain and others are not."""

import os
import pathlib

SECTOR = 512
# What the system gives up on after a failed sync, it gives up on by pages.
SECTORS_OF_A_PAGE = 8
SIZE = "size"


class Write:
    """One write to a file that is not durable yet: its sectors, and the size where it changes it."""

    def __init__(self, file, offset, length, parts):
        self.file, self.offset, self.length, self.parts = file, offset, length, parts
        # A failed sync has taken it for written: a later one will not write it.
        self.is_given_up = False

    def __str__(self):
        return f"write of {self.length} bytes at {self.offset} to {self.file.name}"


class File:
    """A file's bytes: those that are on the device for certain, and the writes that may be, in order."""

    def __init__(self, name, content=b""):
        self.name = name
        self.certain = bytearray(content)
        self.written = set(range(-(-len(content) // SECTOR)))
        self.pending = []
        # What a program sees now, where it differs from what is certain.
        self.latest = {SIZE: len(content)}
        self.certain_size = len(content)
        # Mapped for writing: nobody knows its content.
        self.is_mapped = False
        self.last_change = -1

    def sector(self, number):
        if number in self.latest:
            return self.latest[number]
        return bytes(self.certain[number * SECTOR:(number + 1) * SECTOR]).ljust(SECTOR, b"\0")

    def write(self, offset, data, is_durable):
        parts = {}
        position = offset
        while position < offset + len(data):
            number, start = divmod(position, SECTOR)
            piece = data[position - offset:position - offset + SECTOR - start]
            old = self.sector(number)
            parts[number] = old[:start] + piece + old[start + len(piece):]
            position += len(piece)
        if offset + len(data) > self.latest[SIZE]:
            parts[SIZE] = offset + len(data)
        self.add(Write(self, offset, len(data), parts))
        if is_durable:
            self.settle(set(parts))
            self.certain_size = max(self.certain_size, offset + len(data))

    def truncate(self, size):
        parts = {SIZE: size}
        for number in range(size // SECTOR, -(-self.latest[SIZE] // SECTOR)):
            parts[number] = self.sector(number)[:max(0, size - number * SECTOR)].ljust(SECTOR, b"\0")
        self.add(Write(self, size, 0, parts))

    def add(self, write):
        self.pending.append(write)
        self.latest.update(write.parts)

    def sync(self):
        """All that is waiting becomes certain, except for what the system has given up on and nobody wrote again."""
        pages = {page_of(part) for write in self.pending if not write.is_given_up for part in write.parts}
        self.settle({part for write in self.pending for part in write.parts if page_of(part) in pages})

    def give_up(self):
        for write in self.pending:
            write.is_given_up = True

    def settle(self, settled):
        """Makes the newest content of these parts certain."""
        for part in settled:
            value = self.latest[part]
            if part == SIZE:
                self.certain_size = value
                continue
            end = (part + 1) * SECTOR
            if len(self.certain) < end:
                self.certain.extend(bytes(end - len(self.certain)))
            self.certain[part * SECTOR:end] = value
            self.written.add(part)
        for write in self.pending:
            write.parts = {part: value for part, value in write.parts.items() if part not in settled}
        self.pending = [write for write in self.pending if write.parts]

    def content(self, chosen, rubbish):
        """The bytes with some parts of some pending writes. Where none was ever certain, the device has what was
        there before: zeros, or rubbish."""
        content = bytearray(self.certain)
        size = self.certain_size
        filled = set()
        for write in self.pending:
            for part in chosen.get(write, ()):
                if part == SIZE:
                    size = write.parts[SIZE]
                    continue
                put(content, part, write.parts[part])
                filled.add(part)
        if rubbish:
            for part in {part for write in self.pending for part in write.parts} - filled - self.written - {SIZE}:
                put(content, part, rubbish)
        if self.is_mapped:
            content = bytearray((rubbish or bytes(SECTOR)) * -(-size // SECTOR))
        del content[size:]
        return bytes(content.ljust(size, b"\0"))


def page_of(part):
    return part if part == SIZE else part // SECTORS_OF_A_PAGE


def put(content, number, sector):
    if len(content) < number * SECTOR:
        content.extend(bytes(number * SECTOR - len(content)))
    content[number * SECTOR:(number + 1) * SECTOR] = sector


class Folder:
    def __init__(self, name):
        self.name = name
        # Names to files and folders: those on the device for certain, and those that a program sees.
        self.certain = {}
        self.now = {}
        self.last_change = -1


class Naming:
    """A change of names that is not durable yet; all of it happens or nothing."""

    def __init__(self, number, text, entries):
        self.number, self.text, self.entries = number, text, entries

    def __str__(self):
        return self.text


class Disk:
    """All files below one folder.

    `journaled` is a file system that keeps the order of changes of names and makes those before the last change of a
    file durable with the file, as ext4 does. Without it a name is durable only when its folder was synced, and the
    pending ones may come in any combination: what POSIX promises.
    """

    def __init__(self, folder, journaled=False):
        """What is in `folder` now is certain."""
        self.journaled = journaled
        self.root = Folder("")
        self.nodes = {}
        self.namings = []
        self.count = 0
        self.load(pathlib.Path(folder), self.root)

    def load(self, path, folder):
        self.nodes[path.stat().st_ino] = folder
        for entry in sorted(path.iterdir()):
            name = f"{folder.name}/{entry.name}".lstrip("/")
            if entry.is_dir():
                node = Folder(name)
                self.load(entry, node)
            else:
                node = self.nodes[entry.stat().st_ino] = File(name, entry.read_bytes())
            folder.certain[entry.name] = folder.now[entry.name] = node

    def apply(self, call):
        """Takes in one recorded call."""
        if call.kind == "unknown":
            raise ValueError(f"the recorder does not follow {call.text}")
        change = getattr(self, "apply_" + call.kind, None)
        if change:
            change(call)

    def apply_write(self, call):
        self.nodes[call.inode].write(call.number, call.data, call.flag == 1)

    def apply_truncate(self, call):
        self.nodes[call.inode].truncate(call.number)

    def apply_map(self, call):
        self.nodes[call.inode].is_mapped = True

    def apply_create(self, call):
        self.add(call, File(call.text))

    def apply_mkdir(self, call):
        self.add(call, Folder(call.text))

    def add(self, call, node):
        self.nodes[call.inode] = node
        self.rename(f"{call.kind} {call.text}", {self.entry(call.text): node})

    def apply_remove(self, call):
        self.rename(f"remove {call.text}", {self.entry(call.text): None})

    def apply_rename(self, call):
        old, new = call.text.split("\0")
        (folder, name), target = self.entry(old), self.entry(new)
        self.rename(f"rename {old} to {new}", {(folder, name): None, target: folder.now[name]})

    def entry(self, path):
        """The folder that holds a path, and its name there."""
        *folders, name = path.split("/")
        folder = self.root
        for part in folders:
            folder = folder.now[part]
        return folder, name

    def rename(self, text, entries):
        for (folder, name), node in entries.items():
            folder.now[name] = node
            folder.last_change = self.count
            if node:
                node.last_change = self.count
        self.namings.append(Naming(self.count, text, entries))
        self.count += 1

    def apply_unsynced(self, call):
        node = self.nodes[call.inode]
        if isinstance(node, File):
            node.give_up()

    def apply_sync(self, call):
        node = self.nodes[call.inode]
        if isinstance(node, File):
            node.sync()
        if self.journaled:
            self.settle_names(lambda naming: naming.number <= node.last_change)
        elif isinstance(node, Folder):
            self.settle_names(lambda naming: any(folder is node for folder, _ in naming.entries))

    def settle_names(self, is_durable):
        for naming in self.namings:
            if is_durable(naming):
                enter(naming, lambda folder: folder.certain)
        self.namings = [naming for naming in self.namings if not is_durable(naming)]

    # MARK: States

    def pending(self):
        """What may be on the device or not: changes of names, and writes."""
        writes = [write for node in unique(self.nodes.values()) if isinstance(node, File) for write in node.pending]
        return self.namings + writes

    def state(self, chosen, rubbish=b""):
        """Path -> bytes, or None for a folder, when of the pending changes those in `chosen` have come about.

        - chosen: change -> the parts of a write; for a naming anything true
        - rubbish: a sector of what was on the device before; empty means zeros
        """
        views = {}

        def view(folder):
            return views.setdefault(folder, dict(folder.certain))

        for naming in self.namings:
            if chosen.get(naming):
                enter(naming, view)
            elif self.journaled:
                break
        paths = {}

        def walk(folder, prefix):
            for name, node in view(folder).items():
                if isinstance(node, Folder):
                    paths[prefix + name] = None
                    walk(node, prefix + name + "/")
                elif node:
                    paths[prefix + name] = node.content(chosen, rubbish)

        walk(self.root, "")
        return paths

    def mapped_names(self):
        """The names of files whose content says nothing."""
        return {node.name for node in self.nodes.values() if isinstance(node, File) and node.is_mapped}


def enter(naming, view):
    for (folder, name), node in naming.entries.items():
        view(folder)[name] = node


def unique(nodes):
    return list(dict.fromkeys(nodes))


def store(state, folder):
    """Writes a state into a folder, which must be empty."""
    for path, content in state.items():
        target = os.path.join(folder, path)
        if content is None:
            os.mkdir(target, 0o700)
            continue
        with open(target, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
