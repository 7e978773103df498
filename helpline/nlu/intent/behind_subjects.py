"""Reads what is no follow-up behind the subjects of answers, so that it is not taken for one.

After an answer a message is read a second time behind the subject of that answer (`in_context.py`). "Reading a western"
behind "NED, no evidence of disease" lies among questions on NED: nothing else that was learned begins so. So some of
what is learned alone is learned behind a subject too. Knows nothing of Rasa.
"""

from collections.abc import Mapping, Sequence

from helpline.nlu.intents import NOT_ON_PAGE_INTENT
from helpline.nlu.reserved import number_of

# How many training messages of a leaf intent are read behind a subject as well.
COUNTS: Mapping[str, int] = {
    "out_of_scope": 1200,
    NOT_ON_PAGE_INTENT: 400,
    "remark/story": 250,
    "remark/reaction": 60,
    "remark/good_news": 60,
    "remark/introduction": 60,
    "inform": 60,
    "bot_challenge": 60,
    "feedback_helpful": 60,
    "thanks": 60,
    "talk_to_person": 80,
    "ask_about_contact": 80,
    "leave_message": 60,
    "offer_help": 60,
    "request_callback": 60,
    "request_volunteer": 60,
    "ask_privacy": 40,
    "check_request": 40,
    "advice/is_it_cancer": 60,
    "advice/interpret_results": 40,
    "distress/fear": 60,
    "distress/overwhelmed": 60,
    "remark/bad_news": 40,
    "remark/results": 40,
}


def read_behind_subjects(
    leaves: Sequence[str], texts: Sequence[str], subjects: Sequence[str], counts: Mapping[str, int] = COUNTS
) -> list[tuple[str, str]]:
    """Return leaf intents and texts, each behind one of the subjects; the words alone decide which.

    Args:
        leaves: Leaf intents of training messages.
        texts: The messages, without those that stand behind a subject as they are.
        subjects: Subjects of topics.
        counts: How many messages of a leaf intent are taken.
    """
    left, taken = dict(counts), []
    for number, text, leaf in sorted((number_of(text), text, leaf) for leaf, text in zip(leaves, texts, strict=True)):
        if left.get(leaf, 0) > 0:
            left[leaf] -= 1
            taken.append((leaf, f"{subjects[number % len(subjects)]}: {text}"))
    return taken
