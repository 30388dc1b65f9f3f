"""Running a program under recorder.c, and reading what it has recorded."""

import collections
import os
import pathlib
import shutil
import subprocess

SOURCES = pathlib.Path(__file__).resolve().parent


class Call(collections.namedtuple("Call", "kind process thread inode number flag data")):
    """One recorded call; recorder.c says what its parts mean."""

    __slots__ = ()

    @property
    def text(self):
        return self.data.decode()


class Run(collections.namedtuple("Run", "arguments status output errors")):
    """How a command has ended. The status is None when it had to be killed because it did not end."""

    __slots__ = ()

    def __str__(self):
        how = "did not end" if self.status is None else f"ended with {self.status}"
        said = (self.errors or self.output).strip().split("\n")[-1]
        return f"`{' '.join(self.arguments)}` {how}: {said[:300]}"


def compile_recorder(folder):
    """The recorder as a library in `folder`."""
    return compile_library("recorder", folder)


def compile_library(name, folder):
    """What is beside this file in C, as a library in `folder`."""
    library = os.path.join(folder, name + ".so")
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        raise SystemExit("a C compiler is needed: apt-get install gcc")
    subprocess.run(
        [compiler, "-std=gnu11", "-O2", "-shared", "-fPIC", "-o", library, str(SOURCES / (name + ".c")), "-ldl"],
        check=True)
    return library


def make_boot(folder):
    """A file that stands for the identity of another start of the machine."""
    path = folder + "/boot-id"
    with open(path, "w") as file:
        file.write("00000000-0000-4000-8000-000000000001\n")
    return path


class Recorder:
    """Runs commands whose calls below `folder` are recorded, or only kept from waiting for the device."""

    def __init__(self, library, binary, boot=None):
        """- boot: a file with another identity of the machine's start than the true one"""
        self.library, self.binary, self.boot = library, binary, boot

    def run(self, arguments, folder, trace=None, syncs="drop", fault=None, seconds=60):
        """- folder: what is watched, without symbolic links in its path
        - trace: the file that the record is appended to; none is made without it
        - syncs: "skip" records them, "drop" does not; in neither case does anything wait for the device
        - fault: "KIND FIRST COUNT WHAT", as recorder.c has it
        """
        settings = {
            "LD_PRELOAD": self.library, "RECORDER_FOLDER": folder, "RECORDER_BOOT": self.boot,
            "RECORDER_TRACE": trace, "RECORDER_FAULT": fault, "RECORDER_SYNC": syncs,
            # Otherwise a crash is examined for minutes.
            "SWIFT_BACKTRACE": "enable=no",
        }
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
        environment.update({name: value for name, value in settings.items() if value})
        process = subprocess.Popen(
            [self.binary, *arguments], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, cwd="/")
        status = None
        # A machine that stands still for a while must not look like a command that does: so it gets a second chance.
        for patience in (seconds, 2):
            try:
                output, errors = process.communicate(timeout=patience)
                status = process.returncode
                break
            except subprocess.TimeoutExpired:
                pass
        else:
            process.kill()
            output, errors = process.communicate()
        return Run(list(arguments), status, output.decode(errors="replace"), errors.decode(errors="replace"))


def read_trace(path):
    """The recorded calls in their order; none where nothing was recorded."""
    if not os.path.exists(path):
        return []
    calls = []
    with open(path, "rb") as file:
        while header := file.readline():
            kind, process, thread, inode, number, flag, length = header.decode().split()
            calls.append(Call(
                kind, int(process), int(thread), int(inode), int(number), int(flag), file.read(int(length))))
    return calls


def acknowledged(calls, position=0):
    """The highest position that `append --positions` has told, after each of the calls."""
    appending = set()
    positions = []
    for call in calls:
        if call.kind == "start" and b"\0append\0" in call.data:
            appending.add(call.process)
        if call.kind == "output" and call.process in appending:
            position = max([position] + [int(word) for word in call.data.split()])
        positions.append(position)
    return positions
