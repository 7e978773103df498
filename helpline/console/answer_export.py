"""Drafts as a change for whoever keeps the repository: a unified diff, and words before it that git passes over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from helpline.console.answer_form import from_store
from helpline.console.preview import unified
from helpline.content.catalogue import Snapshot
from helpline.content.wording import Wording
from helpline.errors import ContentError
from helpline.store.drafts import AnswerDraft

_HEAD = """\
A change of wording from the console of the helpline, for whoever keeps the repository.
Take it in with "git apply", then "make check" and "make test"; docs/editors.md tells the rest.
"""
_SAFETY = """\
Safety wording is in it. It changes only together with its tests, and two people look at it (CONTRIBUTING.md,
docs/safety.md): see what tests/safety and tests/conversations say of it, and run "make test" before it goes live.
"""


@dataclass(frozen=True)
class Change:
    """What can be taken out of some drafts.

    Attributes:
        text: The change as a file; empty if no draft can be taken out.
        left_out: Why the others cannot, by the name of their answers.
    """

    text: str
    left_out: Mapping[str, str]


def standing_of(snapshot: Snapshot, draft: AnswerDraft) -> str:
    """Return how a draft stands beside the repository.

    ``gone`` if there is no such answer any more, ``in`` if the answer says what the draft says, ``moved`` if it says
    something else than when the draft was saved, and ``open`` otherwise.
    """
    answer = snapshot.answers.get(draft.name)
    if answer is None:
        return "gone"
    if from_store(draft.wording) == answer.wording:
        return "in"
    return "open" if from_store(draft.base) == answer.wording else "moved"


def change_of(snapshot: Snapshot, drafts: Sequence[AnswerDraft]) -> Change:
    """Return drafts as a change, without those that do not fit the repository or that the content check refuses."""
    taken: dict[str, Sequence[Wording]] = {}
    left_out: dict[str, str] = {}
    for draft in drafts:
        wording = from_store(draft.wording)
        if reason := _reason(snapshot, draft, wording):
            left_out[draft.name] = reason
        else:
            taken[draft.name] = wording
    texts = snapshot.texts_with(taken)
    if not texts:
        return Change("", left_out)
    if problems := snapshot.problems_with(texts):
        # Each is in order by itself, and they are not together.
        return Change("", {**left_out, **{name: str(problems[0]) for name in taken}})
    head = [_HEAD, *(f"* {name}\n" for name in sorted(taken))]
    if any(snapshot.answers[name].is_safety for name in taken):
        head.append(_SAFETY)
    head += [f"Left out: {name}. {reason}\n" for name, reason in sorted(left_out.items())]
    changes = [unified(file, snapshot.texts[file], text) for file, text in sorted(texts.items())]
    return Change("".join([*head, "\n", *changes]), left_out)


def _reason(snapshot: Snapshot, draft: AnswerDraft, wording: Sequence[Wording]) -> str | None:
    standing = standing_of(snapshot, draft)
    if standing == "gone":
        return "There is no such answer any more."
    if standing == "in":
        return "The answer says this already."
    if standing == "moved":
        return "The answer changed in the repository since the draft was saved: look at it, and save it once more."
    try:
        problems = snapshot.check(snapshot.answers[draft.name], wording).problems
    except ContentError as error:
        return str(error)
    return f"The content check says: {' '.join(one.message for one in problems)}" if problems else None
