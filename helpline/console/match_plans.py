"""Plans for all who wait, each of one coordinator: reckoned in the background, changed, and forgotten after an hour.

A plan is kept in the memory of this process and nowhere else: which volunteer is proposed to which request, by their
rows. The store learns of it when it is accepted. Where the console is started anew the plan is gone, and made again it
is the same.
"""

import asyncio
import contextlib
import hashlib
import logging
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from helpline.errors import PlanningError, StoreError
from helpline.settings import Settings
from helpline.store.calls import StoreCalls
from helpline.store.match_plans import RefusedPair, read_people
from helpline.volunteers.plan import Match, Pair, Plan, Problem, to_json
from helpline.volunteers.planning import make_plan
from helpline.volunteers.profile import Need, Volunteer
from helpline.volunteers.reasons import hard_no_in_words, why_nobody
from helpline.volunteers.scoring import hard_nos, rank
from helpline.volunteers.weights import Weights

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(hours=1)
_VERSIONS = count(1)
_AWAY = "The database did not answer, so no plan was made. Wait a moment, then try again."
_NO_ROOM = "you chose the volunteer for more people than they have room for"
_FAILED = "The plan was not made: something went wrong. Try again; if it stays so, tell whoever runs the console."


@dataclass(frozen=True)
class Decisions:
    """What a coordinator decided: pairs that they want, and pairs that they do not want."""

    fixed: frozenset[Pair] = frozenset()
    forbidden: frozenset[Pair] = frozenset()

    def with_fixed(self, pair: Pair) -> "Decisions":
        """Want a pair; whoever was wanted for that request before is not any more."""
        others = frozenset(one for one in self.fixed if one[0] != pair[0])
        return Decisions(others | {pair}, self.forbidden - {pair})

    def with_forbidden(self, pair: Pair) -> "Decisions":
        """Do not want a pair."""
        return Decisions(self.fixed - {pair}, self.forbidden | {pair})

    def without(self, pair: Pair) -> "Decisions":
        """Take back what was decided of a pair."""
        return Decisions(self.fixed - {pair}, self.forbidden - {pair})

    @property
    def all(self) -> frozenset[Pair]:
        """All pairs of which something is decided."""
        return self.fixed | self.forbidden

    def __len__(self) -> int:
        return len(self.all)


@dataclass(frozen=True)
class DraftPlan:
    """A plan that nobody accepted yet.

    Attributes:
        order: The requests in it, the longest wait first.
        matches: Who is proposed, by request.
        missing: What is missing to a perfect fit for everybody.
        best: The same of the best plan without what was decided.
        why_nobody: Of each request without a volunteer the reasons, in words.
        choices: Of each request the volunteers who fit it best, the best first.
        decisions: What was decided.
        people: A digest of all that it was made from.
        made_at: In UTC.
        refused: What could not be proposed when it was accepted.
        version: No other plan of this process has it: whoever saw another one does not accept all of this.
    """

    order: tuple[int, ...]
    matches: dict[int, Match]
    missing: float
    best: float
    why_nobody: dict[int, tuple[str, ...]]
    choices: dict[int, tuple[int, ...]]
    decisions: Decisions
    people: str
    made_at: datetime
    refused: tuple[RefusedPair, ...] = ()
    version: int = field(default_factory=lambda: next(_VERSIONS))

    @property
    def pairs(self) -> list[Pair]:
        """Who is proposed to whom, the longest wait first."""
        return [(one, self.matches[one].volunteer) for one in self.order if one in self.matches]

    def without(self, accepted: Iterable[Pair], refused: Iterable[RefusedPair]) -> "DraftPlan":
        """Return what is left when some pairs were proposed and some could not be."""
        gone = {request for request, _ in accepted}
        kept = tuple(one for one in self.order if one not in gone)
        matches = {one: match for one, match in self.matches.items() if one not in gone}
        decisions = Decisions(
            frozenset(pair for pair in self.decisions.fixed if pair[0] not in gone),
            frozenset(pair for pair in self.decisions.forbidden if pair[0] not in gone),
        )
        told = tuple(refused)
        return replace(self, order=kept, matches=matches, decisions=decisions, refused=told, version=next(_VERSIONS))


@dataclass(frozen=True)
class Work:
    """A plan that is being reckoned.

    Attributes:
        began: Since when, by a clock that never goes back.
    """

    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> int:
        """For how long."""
        return int(time.monotonic() - self.began)


@dataclass
class Desktop:
    """What one coordinator has before them.

    Attributes:
        plan: The plan.
        change: What the plan would be with a change that is looked at.
        work: What is being reckoned.
        error: Why the last one was not made.
    """

    plan: DraftPlan | None = None
    change: DraftPlan | None = None
    work: Work | None = None
    error: str | None = None
    task: "asyncio.Task[None] | None" = field(default=None, repr=False)


class MatchPlans:
    """The plans of this process.

    Args:
        store: Calls the store, with time enough to read all volunteers.
        settings: The settings.
    """

    def __init__(self, store: StoreCalls, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._desktops: dict[int, Desktop] = {}
        # One plan is reckoned at a time: it takes a core of its own.
        self._turn = asyncio.Semaphore(1)

    @property
    def weights(self) -> Weights:
        """The weights of the settings."""
        return Weights.of(self._settings)

    @property
    def seconds(self) -> float:
        """How long making a plan may take."""
        return self._settings.match_seconds

    def of(self, account: int, now: datetime) -> Desktop:
        """Return what a coordinator has before them; a plan of more than an hour ago is gone."""
        for one in self._desktops.values():
            if one.plan is not None and one.plan.made_at + KEPT_FOR <= now:
                one.plan = one.change = None
        return self._desktops.setdefault(account, Desktop())

    def make(self, account: int, now: datetime, decisions: Decisions, is_change: bool = False) -> bool:
        """Begin to make a plan and return at once.

        Args:
            account: The coordinator's.
            now: The time, in UTC.
            decisions: What they decided.
            is_change: Whether they look at what it costs before it takes the place of the plan before.

        Returns:
            Whether it began: not while another one of theirs is made.
        """
        mine = self.of(account, now)
        if mine.work is not None:
            return False
        mine.work, mine.error, mine.change = Work(), None, None
        mine.task = asyncio.create_task(self._make(mine, now, decisions, is_change))
        return True

    def accept_change(self, account: int, now: datetime) -> bool:
        """Let the change that was looked at take the place of the plan; tell whether there was one."""
        mine = self.of(account, now)
        if mine.change is None:
            return False
        mine.plan, mine.change = mine.change, None
        return True

    def forget(self, account: int) -> None:
        """Accept nothing: forget the plan of a coordinator, and what is being made."""
        mine = self._desktops.pop(account, None)
        if mine is not None and mine.task is not None:
            mine.task.cancel()

    async def close(self) -> None:
        """Break off what is being made."""
        for task in [one.task for one in self._desktops.values() if one.task is not None]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _make(self, mine: Desktop, now: datetime, decisions: Decisions, is_change: bool) -> None:
        try:
            async with self._turn:
                needs, volunteers = await self._store(read_people, now)
                proposed = frozenset(mine.plan.pairs) if mine.plan is not None else frozenset()
                made = await asyncio.to_thread(self._made, needs, volunteers, now, decisions, proposed)
            if is_change:
                mine.change = made
            else:
                mine.plan = made
        except PlanningError as error:
            mine.error = str(error)
        except StoreError:
            mine.error = _AWAY
        except Exception as error:
            logger.error("A plan was not made: %s", type(error).__name__)
            mine.error = _FAILED
        finally:
            mine.work = None

    def _made(
        self,
        needs: list[Need],
        volunteers: list[Volunteer],
        now: datetime,
        decisions: Decisions,
        proposed: frozenset[Pair],
    ) -> DraftPlan:
        order = tuple(need.id for need in needs)
        waiting = frozenset(order)
        fixed, refused = _possible(decisions.fixed, needs, volunteers, now, self.weights)
        problem = Problem(
            needs=tuple(needs),
            volunteers=tuple(volunteers),
            now=now,
            weights=self.weights,
            proposed=frozenset(pair for pair in proposed if pair[0] in waiting),
            fixed=fixed,
            forbidden=frozenset(pair for pair in decisions.forbidden if pair[0] in waiting),
        )
        plan = make_plan(problem, self.seconds)
        return DraftPlan(
            order=order,
            matches={match.need: match for match in plan.plan.matches},
            missing=plan.plan.missing,
            best=plan.unchanged.missing,
            why_nobody=_why_nobody(needs, volunteers, now, plan.plan, self.weights),
            choices=plan.choices,
            decisions=Decisions(fixed, problem.forbidden),
            people=_digest(problem),
            made_at=now,
            refused=refused,
        )


def _possible(
    fixed: frozenset[Pair], needs: list[Need], volunteers: list[Volunteer], now: datetime, weights: Weights
) -> tuple[frozenset[Pair], tuple[RefusedPair, ...]]:
    """Split the pairs that a coordinator wants in those that can be, and those that cannot, with the reason."""
    waiting, there = {one.id: one for one in needs}, {one.id: one for one in volunteers}
    kept, refused, helped = set(), [], Counter[int]()
    for request, volunteer in sorted(pair for pair in fixed if pair[0] in waiting):
        profile, why = there.get(volunteer), "the volunteer is not there any more"
        if profile is not None:
            nos = hard_nos(waiting[request], profile, now, weights)
            full = helped[volunteer] >= profile.capacity - profile.matched
            why = f"the volunteer {hard_no_in_words(nos[0])}" if nos else _NO_ROOM if full else ""
        if why:
            refused.append(RefusedPair(request, volunteer, why))
        else:
            kept.add((request, volunteer))
            helped[volunteer] += 1
    return frozenset(kept), tuple(refused)


def _why_nobody(
    needs: list[Need], volunteers: list[Volunteer], now: datetime, plan: Plan, weights: Weights
) -> dict[int, tuple[str, ...]]:
    """Return in words why requests have nobody; for those who ask for the same it is found once."""
    without, known, found = frozenset(plan.without), {}, {}
    for need in needs:
        if need.id not in without:
            continue
        kind = need.role, need.language, need.method, need.never_by_phone, need.declined
        if kind not in known:
            there = rank(need, volunteers, now, weights)
            others = [f"{there.able} who could, and are proposed to others, or ruled out"] if there.able else []
            known[kind] = (*others, *why_nobody(there.nos))
        found[need.id] = known[kind]
    return found


def _digest(problem: Problem) -> str:
    """Return what differs when those who wait, the volunteers or the weights do."""
    nothing: frozenset[Pair] = frozenset()
    people = replace(problem, proposed=nothing, fixed=nothing, forbidden=nothing, now=datetime.min)
    return hashlib.sha256(to_json(people).encode()).hexdigest()
