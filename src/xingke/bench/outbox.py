"""Refuse, stop, kill and break lines while a slow provider takes messages.

Nothing leaves after a refusal or a stop, nothing leaves twice, nothing is lost.
"""

import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import Any, Final

from xingke.bench.environment import environment
from xingke.bench.ingest_trial import Trial, TrialFailed
from xingke.bench.report import BenchResult
from xingke.bench.slow_mail import Provider

MODULE: Final = "xingke_web.campaigns.trial"
SLOW_SECONDS: Final = 0.05
BREAK_SHARE: Final = 0.02
LEASE_SECONDS: Final = 2
STOP_AT: Final = (0.6, 0.9)
"""The stop comes when this share of the messages has left, drawn between the two."""

KILL_PAUSES: Final = (0.05, 0.4)
SETTLE_SECONDS: Final = 600.0
Say = Callable[[str], None] | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is tried.

    Parameters
    ----------
    kills
        How often a delivering process is killed with -9; more than 0 tries kills and broken lines in place of refusals and a stop.
    database_url
        Empty for SQLite.
    """

    recipients: int = 5000
    refusals: int = 500
    workers: int = 8
    kills: int = 0
    pause: float = SLOW_SECONDS
    seed: int = 7
    database_url: str = ""


@dataclass(slots=True)
class _Said:
    """When a refusal or a stop was committed, and when whoever said it got the answer."""

    committed: float
    answered: float


@dataclass(slots=True)
class _Run:
    """One run: the processes, and what happened when."""

    plan: Plan
    provider: Provider
    desk: "Popen[str]"
    workers: "Popen[str]"
    chance: random.Random
    progress: Say
    refused: dict[int, _Said] = field(default_factory=dict)
    stopped: _Said | None = None

    def ask(self, whom: "Popen[str]", line: str) -> Any:
        """Say one line to a process; its answer."""
        if whom.stdin is None or whom.stdout is None:
            raise TrialFailed("the process takes no words")
        whom.stdin.write(line + "\n")
        whom.stdin.flush()
        answer = whom.stdout.readline()
        if not answer:
            raise TrialFailed(f"the process ended at '{line}'")
        return json.loads(answer)

    def reached(self, count: int) -> None:
        """Wait until the provider has taken so many messages."""
        end = time.monotonic() + SETTLE_SECONDS
        while len(self.provider.taken) < count:
            if time.monotonic() > end:
                raise TrialFailed(f"{len(self.provider.taken)} messages left, {count} were expected")
            time.sleep(0.002)


def outbox_bench(plan: Plan, *, progress: Say = None) -> BenchResult:
    """Run the trial once; `after_refusal`, `after_stop`, `duplicates` and `lost` must be 0."""
    share = BREAK_SHARE if plan.kills else 0.0
    with tempfile.TemporaryDirectory(prefix="xingke-outbox-") as directory, Provider(plan.pause, share, plan.seed) as provider:
        variables = {
            "XINGKE_MAIL_URL": f"smtp://127.0.0.1:{provider.port}",
            "XINGKE_WORKER_LEASE_SECONDS": str(LEASE_SECONDS if plan.kills else 60),
            "XINGKE_DATABASE_URL": plan.database_url,
        }
        trial = Trial(Path(directory), module=MODULE, variables=variables)
        try:
            trial.ask("make", str(plan.recipients))
            started = time.perf_counter()
            run = _run(trial, plan, provider, progress)
            seconds = time.perf_counter() - started
            found = json.loads(trial.ask("check").splitlines()[-1])
        finally:
            trial.end()
    return BenchResult(
        name="outbox", protocol=_protocol(plan), metrics={**_metrics(run, found), "seconds": round(seconds, 1)}, environment=environment()
    )


def _run(trial: Trial, plan: Plan, provider: Provider, progress: Say) -> _Run:
    run = _Run(plan, provider, trial.talk("desk"), trial.talk("workers"), random.Random(plan.seed), progress)  # noqa: S311 - a test repeats by its seed
    for _ in range(plan.workers):
        run.ask(run.workers, "fork")
    if plan.kills:
        _kills(run)
    else:
        _refusals(run)
    end = time.monotonic() + SETTLE_SECONDS
    while run.ask(run.desk, "left") and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(2 * plan.pause)
    if run.workers.stdin is not None:
        run.workers.stdin.close()  # it ends its children and then itself
    run.workers.wait()
    return run


def _refusals(run: _Run) -> None:
    """People refuse at random moments, by the ledger or by the link of their message; then the campaign is stopped."""
    plan = run.plan
    stop_at = int(plan.recipients * run.chance.uniform(*STOP_AT))
    who = run.chance.sample(range(1, plan.recipients + 1), plan.refusals)
    moments = sorted(run.chance.randrange(stop_at) for _ in who)
    for number, moment in zip(who, moments, strict=True):
        run.reached(min(moment, stop_at))
        time.sleep(run.chance.uniform(0, 0.02))
        run.refused[number] = _Said(*run.ask(run.desk, f"{run.chance.choice(('ledger', 'link'))} {number}"))
        if run.progress:
            run.progress(f"{len(run.refused)}/{plan.refusals}")
    run.stopped = _Said(*run.ask(run.desk, "stop"))


def _kills(run: _Run) -> None:
    """Processes are killed at random moments and others take their place, while lines break."""
    alive = list(range(run.plan.workers))
    for count in range(run.plan.kills):
        time.sleep(run.chance.uniform(*KILL_PAUSES))
        run.ask(run.workers, f"kill {alive.pop(run.chance.randrange(len(alive)))}")
        alive.append(run.ask(run.workers, "fork"))
        if run.progress:
            run.progress(f"{count + 1}/{run.plan.kills}")


def _metrics(run: _Run, found: Mapping[str, Any]) -> dict[str, float]:
    messages = [(key, number, state, handed) for key, number, state, handed in found["messages"]]
    taken = Counter(key for key, _ in run.provider.taken)
    at = dict(run.provider.taken)
    states = Counter(found["states"])
    unsettled = sum(states[state] for state in ("planned", "claimed", "handed_over"))
    refusals = [_compared(run.refused[number], at.get(key), handed) for key, number, _, handed in messages if number in run.refused]
    stops = [_compared(run.stopped, at.get(key), handed) for key, _, _, handed in messages if run.stopped]
    return {
        "recipients": run.plan.recipients,
        "refusals": len(run.refused),
        "kills": run.plan.kills,
        "after_refusal": refusals.count("after"),
        "after_stop": stops.count("after"),
        "duplicates": sum(taken.values()) - len(taken),
        "lost": unsettled + sum(1 for key, _, state, _ in messages if state == "confirmed" and key not in taken),
        "unnamed": sum(1 for key, _, state, _ in messages if key in taken and state not in {"confirmed", "unknown"}),
        "unknown": states["unknown"],
        "unknown_taken": sum(1 for key, _, state, _ in messages if state == "unknown" and key in taken),
        "lines_broken": run.provider.broken,
        "leaving_at_refusal": refusals.count("leaving"),
        "leaving_at_stop": stops.count("leaving"),
        **{state: states[state] for state in ("confirmed", "withheld", "cancelled", "failed")},
    }


def _compared(said: _Said | None, taken: float | None, handed: float | None) -> str:
    """How a message lies to what was said: it left `before`, was `leaving`, or left `after`; `never` is best.

    It left after where it was handed over after the commit, or where the provider took it after the answer was given.
    """
    if said is None or handed is None:
        return "never" if taken is None else "after"
    if handed > said.committed or (taken is not None and taken > said.answered):
        return "after"
    return "leaving" if taken is not None and taken > said.committed else "before"


def _protocol(plan: Plan) -> str:
    tried = (
        f"{plan.kills} times kill -9 of a delivering process at random moments, and the line breaks at {BREAK_SHARE:.0%} of the messages"
        if plan.kills
        else f"{plan.refusals} refusals at random moments, by ledger or link, then a stop when {STOP_AT[0]:.0%} to {STOP_AT[1]:.0%} left"
    )
    return (
        f"{plan.recipients} e-mails of a campaign by {plan.workers} processes over a provider that takes {plan.pause * 1000:.0f} ms each, "
        f"on {'PostgreSQL' if plan.database_url else 'SQLite'}; {tried}; a message left after a refusal or a stop where it was handed over "
        "after the commit or taken by the provider after the answer"
    )
