"""What must hold of a data directory of `rapport` after a crash, asked with the command line alone."""

import json
import re
import tempfile
import threading

# Exit codes of `rapport`.
NOT_FOUND = 2


class Finding(Exception):
    """What is wrong with a state. The kinds:

    - lost: an acknowledged event is missing or another, or cannot be read any more
    - wrong: an answer does not follow from the events that are there, or there is none: a crash, a command without end
    - hung: a command whose calls fail does not end, or is ended by a signal
    - refused: nothing was lost, but the directory takes no events any more
    - unclear: a command ends with an exit code that says something else than what has happened
    """

    KINDS = ("lost", "wrong", "hung", "refused", "unclear")

    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind


# MARK: Events

# The funnel that an event saves, its number, and the read model that keeps the funnel's rows.
FUNNEL, FUNNEL_NUMBER = "deals", 3
FUNNEL_MODEL = f"funnel-{FUNNEL}-v1"


def funnel_definition():
    """From deals that were opened to those that were won within some time, by who had them."""
    steps = [{"name": name, "event": "Opportunity" + name.capitalize()} for name in ("opened", "won")]
    return json.dumps({
        "funnel": FUNNEL, "subject": "opportunity", "steps": steps, "window": "62 d", "breakdown": {"by": "owner"}})


def event_id(number):
    return f"00000000-0000-7000-8000-{number:012d}"


def event_line(number):
    """An event of the catalogue or, every third, one of another program, some of which need pages of their own."""
    common = {"id": event_id(number), "occurredAt": f"2017-{number % 12 + 1:02d}-{number % 28 + 1:02d}T09:00:00Z"}
    customer, deal = f"C-{number % 3}", f"O-{number - number % 6}"
    if number == 1:
        stages = [{"id": stage, "order": order + 1} for order, stage in enumerate(["lead", "offer"])]
        fields = {"type": "PipelineDefined", "tags": ["pipeline:sales"],
                  "data": {"pipelineId": "sales", "version": 1, "stages": stages}}
    elif number == FUNNEL_NUMBER:
        fields = {"type": "FunnelDefined", "tags": [f"funnel:{FUNNEL}"],
                  "data": {"funnelId": FUNNEL, "version": 1, "definition": funnel_definition()}}
    elif number % 6 == 0:
        fields = {"type": "OpportunityOpened", "tags": [f"opportunity:{deal}", f"customer:{customer}"],
                  "data": {"opportunityId": deal, "customerId": customer, "pipelineId": "sales", "pipelineVersion": 1,
                           "stage": "lead", "amount": {"minorUnits": str(100 * number), "currency": "EUR"}}}
    elif number % 6 == 1:
        fields = {"type": "CustomerRegistered", "tags": [f"customer:{customer}"],
                  "data": {"customerId": customer, "kind": "CUSTOMER_KIND_PERSON", "channel": "shop"}}
    elif number % 6 == 2:
        fields = {"type": "OpportunityWon", "tags": [f"opportunity:{deal}"],
                  "data": {"opportunityId": deal, "amount": {"minorUnits": str(90 * number), "currency": "EUR"}}}
    elif number % 6 == 4:
        answer = {"question": "recommend", "metric": "SURVEY_METRIC_NPS", "score": number % 11, "scaleMax": 10}
        fields = {"type": "SurveyAnswered", "tags": ["survey:relationship", f"customer:{customer}"],
                  "data": {"surveyId": "relationship", "responseId": f"R-{number}", "answers": [answer]}}
    else:
        fields = {"type": f"own.kind{number % 5}", "tags": [f"n:{number}"],
                  "data": {"padding": "x" * (9000 if number % 9 == 5 and number < 100 else 30)}}
    return json.dumps(common | fields)


def write_lines(path, count):
    """A file with the first `count` events."""
    with open(path, "w") as file:
        file.writelines(event_line(number) + "\n" for number in range(1, count + 1))
    return path


# MARK: Answers

# The answers that are compared with those of a log that nothing has happened to.
# Each read model is asked, so that it is there when its rows are compared with those of a rebuild.
QUERIES = [
    ["pipeline", "--json"], ["profile", "C-1", "--json"], ["satisfaction", "--json"], ["leads", "--json"],
    ["loyalty", "--metric", "nps", "--at", "2017-12-31", "--json"],
    ["orders", "--json"], ["cases", "--json"], ["requests", "--at", "2026-12-31", "--json"],
    ["voice", "--at", "2026-12-31", "--json"],
    ["promises", "--at", "2026-12-31", "--json"],
    ["find", "c", "--json"],
    # Of the histories of deals, by which others go, too.
    ["waterfall", "--from", "2017-03-01", "--to", "2017-08-31", "--json"],
    ["forecast", "--from", "2017-07-01", "--to", "2017-12-31", "--made", "2017-08-31", "--json"],
    # Nothing is found where the funnel is not saved yet.
    ["behaviour", "--saved", FUNNEL, "--at", "2017-12-31", "--json"]]


class Expected:
    """The answers of an undisturbed log of the first events, asked once for each number of events."""

    def __init__(self, recorder, scratch):
        self.recorder, self.scratch = recorder, scratch
        self.known = {}
        self.lock = threading.Lock()

    def answers(self, count):
        with self.lock:
            if count not in self.known:
                self.known[count] = self.ask(count)
            return self.known[count]

    def ask(self, count):
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            lines = write_lines(folder + "/lines", count)
            done = self.recorder.run(["append", "--data", folder + "/data", lines], folder)
            if done.status != 0:
                raise SystemExit(f"an undisturbed log: {done}")
            return [ask(self.recorder, folder, query) for query in QUERIES]


def ask(recorder, folder, query):
    """The answer to a query, and its exit status: a customer may be unknown. When events were recorded is left out."""
    answer = recorder.run([*query, "--data", folder + "/data"], folder)
    if answer.status not in (0, NOT_FOUND):
        raise Finding("wrong", str(answer))
    return answer.status, without_times(answer.output)


def without_times(text):
    """The text of JSON without the times of recording, which differ from one log of the same events to another, and
    without the stamp of an answer, which goes by them."""
    text = re.sub(r'^  "answered" : \{$.*?^  \},?\n', "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r'"recordedAt" ?: ?"[^"]*"', '"recordedAt":""', text)


class Check:
    """The check of states of one directory, which was to hold `total` events in batches that end at `ends`."""

    def __init__(self, recorder, expected, truth, lines, ends, same_times=True):
        """- truth: the lines that `replay --json` tells of the directory that the states were taken from
        - lines: the file that was appended
        - ends: the positions at which a batch ends, from 0 on
        - same_times: whether the events were recorded at the times that `truth` has, too
        """
        self.recorder, self.expected, self.lines, self.ends = recorder, expected, lines, ends
        self.shape = str if same_times else without_times
        self.truth = [self.shape(line) for line in truth]

    def run(self, folder, *arguments):
        run = self.recorder.run([*arguments, "--data", folder + "/data"], folder)
        if run.status is None or run.status < 0:
            raise Finding("wrong", str(run))
        return run

    def state(self, folder, acknowledged):
        """Raises a finding unless `folder`/data holds what was acknowledged, and at most one batch more."""
        unread = None
        try:
            held = self.events(folder, acknowledged)
            self.status(folder, held)
            if held > 0:
                self.answers(folder, held, QUERIES[:1])
        except Finding as finding:
            if finding.kind != "unclear":
                raise
            unread = finding
        self.append(folder)
        self.answers(folder, self.ends[-1], QUERIES)
        self.rebuild(folder)
        if unread:
            raise Finding("unclear", f"until something is appended: {unread}")

    def events(self, folder, acknowledged):
        """How many events are there: what was acknowledged, in order, with equal bytes, and sound."""
        refusal = "lost" if acknowledged else "unclear"
        replayed = self.run(folder, "replay", "--json")
        if replayed.status == NOT_FOUND and not acknowledged:
            return 0
        if replayed.status != 0:
            raise Finding(refusal, str(replayed))
        events = [self.shape(line) for line in replayed.output.splitlines()]
        if len(events) < acknowledged:
            raise Finding("lost", f"{acknowledged} events were acknowledged, {len(events)} are there")
        if events != self.truth[:len(events)]:
            different = next((n for n, pair in enumerate(zip(events, self.truth)) if pair[0] != pair[1]), 0)
            raise Finding("lost" if different < acknowledged else "wrong", f"event {different + 1} is another one")
        allowed = [acknowledged, min((end for end in self.ends if end > acknowledged), default=acknowledged)]
        if len(events) not in allowed:
            raise Finding("wrong", f"{len(events)} events are there; expected one of {allowed}")
        verified = self.run(folder, "verify", "--json")
        if verified.status != 0:
            raise Finding(refusal, str(verified))
        return len(events)

    def status(self, folder, held):
        """Read models may be behind the log, never before it."""
        status = self.run(folder, "status", "--digest", "--json")
        if status.status == NOT_FOUND and held == 0:
            return
        if status.status != 0:
            raise Finding("wrong" if held else "unclear", str(status))
        answer = json.loads(status.output)
        if answer["head"] != held or any(model.get("position", 0) > held for model in answer["readModels"]):
            raise Finding("wrong", f"status of a log of {held} events: {status.output}")

    def answers(self, folder, held, queries):
        """What is derived answers as it does for an undisturbed log."""
        for query, expected in zip(queries, self.expected.answers(held)):
            answer = ask(self.recorder, folder, query)
            if answer != expected:
                raise Finding("wrong", f"`{' '.join(query)}` of {held} events differs: {answer}")

    def rebuild(self, folder):
        """Rows that were followed up to now are those that a rebuild makes."""
        rebuilt = self.run(folder, "rebuild", "--json")
        if rebuilt.status != 0:
            raise Finding("wrong", str(rebuilt))
        for model in json.loads(rebuilt.output):
            if model.get("digestBefore") != model.get("digestAfter"):
                raise Finding("wrong", f"the rows of {model['name']} are not those that a rebuild makes")

    def append(self, folder):
        """Appending everything again adds what is missing and answers with the first positions; all is sound then."""
        total = self.ends[-1]
        appended = self.run(folder, "append", "--positions", self.lines)
        if appended.status != 0:
            raise Finding("refused", str(appended))
        if appended.output.split() != [str(position) for position in range(1, total + 1)]:
            raise Finding("wrong", f"positions of known and new events: {appended.output.split()}")
        replayed = self.run(folder, "replay", "--json")
        ids = [json.loads(line)["id"] for line in replayed.output.splitlines()]
        if ids != [event_id(number) for number in range(1, total + 1)]:
            raise Finding("wrong", f"after appending all of {total} events there are {len(ids)}, or in another order")
        verified = self.run(folder, "verify", "--json")
        if verified.status != 0:
            raise Finding("wrong", str(verified))


# MARK: Telling

class Tally:
    """Counts states by what was found, and keeps an example of each finding."""

    def __init__(self, noun, sound, kinds=Finding.KINDS):
        """- noun, sound: what is counted, and what it is called when nothing is found
        - kinds: of findings, in the order of the counts
        """
        self.noun, self.sound, self.kinds = noun, sound, kinds
        self.states = 0
        self.findings = {}

    def add(self, finding, where):
        count, example = self.findings.get((finding.kind, self.shape(str(finding))), (0, (str(finding), where)))
        self.findings[finding.kind, self.shape(str(finding))] = (count + 1, example)

    @staticmethod
    def shape(text):
        """Findings that differ in numbers and temporary names only are one."""
        words = (word for word in text.split() if not word.startswith(("/", "`/")))
        return "".join("#" if character.isdigit() else character for character in " ".join(words))[:200]

    def count(self, kind):
        return sum(count for (found, _), (count, _) in self.findings.items() if found == kind)

    @property
    def found(self):
        return sum(self.count(kind) for kind in self.kinds)

    def text(self):
        lines = []
        for (kind, _), (count, (text, where)) in sorted(self.findings.items(), key=lambda item: item[0]):
            lines.append(f"{kind}, {count} times, as here: {where}\n    {text}")
        return "\n".join(lines)

    def include(self, other):
        """Adds the counts of another tally."""
        self.states += other.states
        for (kind, shape), (count, example) in other.findings.items():
            before = self.findings.get((kind, shape), (0, example))
            self.findings[kind, shape] = (before[0] + count, before[1])

    def counts(self):
        sound = self.states - self.found
        return ", ".join([f"{self.states} {self.noun}", f"{sound} {self.sound}"] + [
            f"{self.count(kind)} {kind}" for kind in self.kinds if kind != "hung" or self.count(kind)])

    def fails(self, tolerated):
        """Whether there is a finding of a kind that is not tolerated."""
        return any(self.count(kind) for kind in self.kinds if kind not in tolerated)
