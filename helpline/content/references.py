"""Whether what is named exists, and what exists is named. Rasa is silent on most of this."""

from collections import Counter
from collections.abc import Iterator

from helpline.contacts import CONTACTS
from helpline.content.ledger import FACTS
from helpline.content.project import DOMAIN, Project
from helpline.content.responses import Response
from helpline.content.source import Problem, line_of

# What Rasa's own actions say without being told.
_SAID_BY_RASA = {"action_restart": "utter_restart", "action_default_fallback": "utter_default"}


def reference_problems(project: Project) -> Iterator[Problem]:
    """Yield what is defined twice, missing, or never used."""
    yield from _twice(project)
    yield from _missing(project)
    yield from _unasked(project)
    yield from _unanswered(project)
    yield from _follow_ups(project)
    yield from _unused(project)
    yield from _topics(project)


def _twice(project: Project) -> Iterator[Problem]:
    first: dict[str, Response] = {}
    for response in project.responses:
        known = first.setdefault(response.name, response)
        if (known.file, known.line) != (response.file, response.line):
            message = f"The response is already defined in {known.file}; Rasa keeps one of them and says nothing."
            yield _problem(response, message)
    for name in project.domain.get("responses") or {}:
        yield Problem(DOMAIN, 0, str(name), "Wording belongs under data/responses/, not in the domain.")
    titles = Counter(str(response.metadata.get("title")) for response in project.responses if response.topic)
    for response in project.responses:
        if response.topic and titles[str(response.metadata.get("title"))] > 1:
            yield _problem(response, f'Another topic has the title "{response.metadata.get("title")}" too.')


def _missing(project: Project) -> Iterator[Problem]:
    names = _defined(project)
    bases = {name.split("/")[0] for name in names if "/" in name}
    for named in project.response_names:
        found = named.name in bases or any(named.matches(name) for name in names)
        if not found:
            message = "This response is named here and defined nowhere; the visitor would hear nothing."
            yield Problem(named.file, named.line, named.name, message)
    for action, name in _SAID_BY_RASA.items():
        if action in project.actions and name not in names:
            yield Problem(DOMAIN, 0, name, f"Rasa says this at {action}, and it is defined nowhere.")


def _unasked(project: Project) -> Iterator[Problem]:
    names = _defined(project)
    for form, slot in project.form_slots:
        asks = {f"utter_ask_{form}_{slot}", f"utter_ask_{slot}"}
        actions = {f"action_ask_{form}_{slot}", f"action_ask_{slot}"}
        if not asks & names and not actions & project.actions:
            yield Problem(DOMAIN, 0, form, f'Nothing asks for "{slot}": define utter_ask_{form}_{slot}.')


def _unanswered(project: Project) -> Iterator[Problem]:
    names = _defined(project)
    for intent, (file, line) in project.examples.items():
        if "/" in intent and f"utter_{intent}" not in names:
            yield Problem(file, line, intent, "There are examples for this and no answer.")
        if intent.split("/")[0] not in project.intents:
            yield Problem(file, line, intent, "The domain does not list this intent.")


def _follow_ups(project: Project) -> Iterator[Problem]:
    names = _defined(project)
    for response in project.responses:
        for intent, meant in response.follow_ups.items():
            line = line_of(response.metadata["follow_ups"], intent)
            if intent not in project.intents:
                yield Problem(response.file, line, response.name, f'There is no intent "{intent}" to follow up with.')
            known = meant.removeprefix("/") in project.intents if meant.startswith("/") else meant in names
            if not known:
                yield Problem(response.file, line, response.name, f"{meant}, meant by {intent}, is defined nowhere.")
        turned_to = response.metadata.get("turns_to")
        if turned_to is not None and f"utter_faq/{turned_to}" not in names:
            yield _problem(response, f"It turns to {turned_to}, which is no topic.")


def _unused(project: Project) -> Iterator[Problem]:
    asks = {f"utter_ask_{form}_{slot}" for form, slot in project.form_slots}
    asks |= {f"utter_ask_{slot}" for _, slot in project.form_slots}
    meant = {name for response in project.responses for name in response.follow_ups.values()}
    said = {name for action, name in _SAID_BY_RASA.items() if action in project.actions}
    said |= {meant for response in project.responses for meant in response.follow_ups.values()}
    for response in {response.name: response for response in project.responses}.values():
        name = response.name
        if "/" in name:
            if name.removeprefix("utter_") not in project.examples:
                yield _problem(response, "There is an answer here and no examples of how people ask for it.")
        elif name not in asks | said | meant and not any(named.matches(name) for named in project.response_names):
            yield _problem(response, "Nothing uses this response; remove it or name it in a rule.")


def _topics(project: Project) -> Iterator[Problem]:
    slot = (project.domain.get("slots") or {}).get("topic") or {}
    values = set(slot.get("values") or []) - {"none"}
    for topic in sorted(values - project.topics):
        yield Problem(DOMAIN, 0, topic, f"The slot `topic` has this value, and data/topics/{topic}.yml no answer.")
    for response in project.responses:
        if response.topic is None:
            continue
        if response.topic not in values:
            yield _problem(response, "The slot `topic` in domain.yml does not have this topic as a value.")
        if response.topic not in project.ledger.facts:
            yield _problem(response, f"The ledger has no facts for this topic ({FACTS}).")
        if response.file != f"data/topics/{response.topic}.yml":
            yield _problem(response, f"The answer belongs in data/topics/{response.topic}.yml.")
    for topic in sorted(set(project.ledger.facts) - project.topics):
        yield Problem(FACTS, project.ledger.lines.get(topic, 0), topic, "Nothing answers this topic of the ledger.")
    for contact in project.ledger.contacts:
        for pattern in contact.required_in:
            if "*" not in pattern and pattern not in _defined(project):
                message = f"The number is required in {pattern}, which is defined nowhere."
                yield Problem(CONTACTS, contact.line, contact.key, message)


def _defined(project: Project) -> set[str]:
    return {response.name for response in project.responses}


def _problem(response: Response, message: str) -> Problem:
    return Problem(response.file, response.line, response.name, message)
