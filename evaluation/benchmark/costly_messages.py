"""Messages of at most 1,000 characters that are made to cost much, and what they cost beside a plain question."""

import asyncio
from collections.abc import Mapping
from itertools import cycle, islice

from evaluation.product.checkout import RunningProduct
from evaluation.product.visitor import Visitor, address_of

LONGEST = 1000
PLAIN = "What does it mean that my cancer has spread to the bones?"
# A message that is said again and again in one conversation is answered otherwise in the end.
MESSAGES_OF_A_CONVERSATION = 2


def _filled(*pieces: str) -> str:
    """Repeat pieces up to the longest length."""
    return "".join(islice(cycle("".join(pieces)), LONGEST)).strip()


def costly_messages() -> dict[str, str]:
    """Return the messages by what they are made of."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = "".join(f"{a}{b}{c} " for a in letters for b in letters[:6] for c in letters[:6])
    return {
        "500 one-letter lines": "\n".join(islice(cycle(letters), 500)),
        "500 one-letter words": " ".join(islice(cycle(letters), 500)),
        "one long word": "a" * LONGEST,
        "one long word of many letters": _filled(letters),
        "different short words": words[:LONGEST].strip(),
        "words of crisis": _filled("kill die suicide myself end my life pills "),
        "words of crisis, misspelled": _filled("kil mysef sucide dye endd lief hurtt "),
        "words of crisis, spaced out": _filled("k i l l m y s e l f "),
        "not quite a crisis": _filled("I don't want to not be killing time myself anymore, "),
        "words of emergencies": _filled("chest pain bleeding cannot breathe fever now "),
        "words of violence": _filled("he hits me my husband hurt afraid at home "),
        "many sentences": _filled("I am sad. He left. Why? "),
        "many questions": _filled("What is NED? How long do I have? Who can call me? "),
        "many questions without marks": _filled("what is ned and how is it treated and who can call me and "),
        "thanks without end": _filled("thanks, hello. can it be cured, thank you! "),
        "commas": _filled("a, b, c, "),
        "punctuation": _filled("?!.,;:-"),
        "full stops": _filled("a. "),
        "digits": _filled("1234567890"),
        "phone numbers": _filled("(215) 555-0142, "),
        "dates": _filled("01/02/1970, March 3rd 1980, "),
        "e-mail addresses": _filled("a.b+c@d-e.example "),
        "at signs": _filled("@a.b"),
        "web addresses": _filled("http://a.example/b?c=d "),
        "names": _filled("Mary Anne Smith-Jones and John O'Neill, "),
        "capital letters": _filled("MY NAME IS MARY "),
        "street addresses": _filled("12 Long Street, Apt 4, Philadelphia PA 19103, "),
        "emoji": _filled("😀🎗️👩‍👩‍👧"),
        "combining marks": _filled("e\u0301\u0302\u0303\u0304"),
        "other scripts": _filled("жизнь 生命 حياة ζωή "),
        "look-alike letters": _filled(
            "\u24da\u24d8\u24db\u24db \uff4d\uff59\uff53\uff45\uff4c\uff46 \U0001d424\U0001d422\U0001d425\U0001d425 "
        ),
        "zero-width marks": _filled("k\u200bi\u200bl\u200bl m\u200by "),
        "ligatures that grow": _filled("ﷺ"),
        "brackets": _filled("((((((((("),
        "slashes": _filled('/a{"b":1}'),
        "drugs": _filled("trastuzumab palbociclib letrozol fulvestrant capecitabin "),
        "numbers in words": _filled("seven hundred and sixty-five thousand "),
    }


def measure_costly_messages(product: RunningProduct, corpus: Mapping[str, str], times: int = 6) -> dict[str, float]:
    """Return the processor time of each message beside that of a plain question, all processes taken together.

    The plain question is asked between the others, so that noise of the machine meets both.

    Args:
        product: The running product, without limits.
        corpus: The messages.
        times: How often each is sent.

    Returns:
        How many times as much each costs; under ``plain question (ms)`` what that costs.
    """
    return asyncio.run(_measure(product, corpus, times))


async def _measure(product: RunningProduct, corpus: Mapping[str, str], times: int) -> dict[str, float]:
    spent: dict[str, list[float]] = {name: [] for name in corpus}
    plain: list[float] = []
    for _round in range(max(1, times // MESSAGES_OF_A_CONVERSATION)):
        for number, (name, text) in enumerate(corpus.items()):
            plain += await _cost(product, PLAIN, number)
            spent[name] += await _cost(product, text, number)
    usual = _middle(plain)
    return {"plain question (ms)": usual * 1000, **{name: _middle(costs) / usual for name, costs in spent.items()}}


async def _cost(product: RunningProduct, text: str, number: int) -> list[float]:
    async with Visitor(product.url, address_of(number)) as visitor:
        await visitor.open()
        costs = []
        for _ in range(MESSAGES_OF_A_CONVERSATION):
            before = product.cpu_seconds()
            await visitor.say(text)
            costs.append(product.cpu_seconds() - before)
        return costs


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
