"""What the console says of a plan for all who wait: fit, cost, and what changes for whom."""

from helpline.console.match_plans import DraftPlan
from helpline.volunteers.plan import Match, Pair

# Below this a change is hardly felt, as a share of what is missing in the best plan.
_HARDLY, _SOME = 0.01, 0.1


def fit(match: Match | None) -> str:
    """Say how well two fit, of 100; "nobody" for nobody."""
    return "nobody" if match is None else f"fits {100 * match.score:.0f} of 100"


def cost(plan: DraftPlan) -> str:
    """Say what all that was decided costs, beside the best plan without it."""
    more = plan.missing - plan.best
    share = more / plan.best if plan.best else float(more > 0)
    if not len(plan.decisions):
        return "This is the best plan: nothing is decided otherwise."
    more_is_missing = f"what is missing to a perfect fit for everybody grows by {share:.0%}"
    if share < _HARDLY:
        return "All together, people fit as well as in the best plan, or hardly less."
    if share < _SOME:
        return f"All together, people fit somewhat less than in the best plan: {more_is_missing}."
    return f"All together, people fit clearly less than in the best plan: {more_is_missing}."


def decided(before: DraftPlan, after: DraftPlan) -> list[tuple[str, Pair]]:
    """Return what is decided in a plan and was not in the one before, or the other way round: words, and of whom."""
    told = [("shall be proposed to", pair) for pair in sorted(after.decisions.fixed - before.decisions.fixed)]
    told += [
        ("shall not be proposed to", pair) for pair in sorted(after.decisions.forbidden - before.decisions.forbidden)
    ]
    gone = before.decisions.all - after.decisions.all
    return told + [("may be proposed or not, as it is best, to", pair) for pair in sorted(gone)]


def changes(before: DraftPlan, after: DraftPlan) -> tuple[list[int], list[int], list[int]]:
    """Return the requests for which a change makes it worse, better, and those who get another who fits as well.

    Who fits less, or is nobody, is worse. Requests that are not in both plans are left out. The longest wait comes
    first.
    """
    worse: list[int] = []
    better: list[int] = []
    other: list[int] = []
    known = frozenset(before.order)
    for request in after.order:
        if request not in known:
            continue
        old, new = before.matches.get(request), after.matches.get(request)
        if old == new:
            continue
        gain = (new.score if new else -1.0) - (old.score if old else -1.0)
        if round(gain, 6):
            (better if gain > 0 else worse).append(request)
        elif old and new and old.volunteer != new.volunteer:
            other.append(request)
    return worse, better, other
