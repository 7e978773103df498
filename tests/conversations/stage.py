"""Plays conversations on the real policies, rules, forms, responses and actions, in one process.

Only the classifier is not run: a test says what it makes of each message, right or wrong, so that the flows
are tested for every classification and not for one model's.
"""

import json
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import CollectingOutputChannel, UserMessage
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from helpline.core.nlg import HelplineResponses


class InProcessActions(EndpointConfig):
    """An action endpoint that runs the actions of this project where a server would be called."""

    def __init__(self) -> None:
        super().__init__(url="in-process")
        self.executor = ActionExecutor()
        self.executor.register_package("actions")

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Run the action that Rasa asks for, with the call as JSON like over HTTP."""
        result = await self.executor.run(json.loads(json.dumps(kwargs["json"])))
        return json.loads(json.dumps(result))


class StatedClassifier:
    """Gives what the test states as the parse of the next message."""

    stated: dict[str, Any]

    async def parse(self, message: UserMessage) -> dict[str, Any]:
        """Return the stated parse."""
        return self.stated


class Stage:
    """A conversation with one visitor."""

    def __init__(self, model: str, sender: str = "visitor") -> None:
        self.classifier = StatedClassifier()
        self.agent = Agent.load(model, action_endpoint=InProcessActions(), http_interpreter=self.classifier)
        self.agent.processor.nlg = HelplineResponses(domain=self.agent.domain)
        self.sender = sender

    async def say(self, text: str, intent: str = "inform", confidence: float = 0.9, **entities: Any) -> str:
        """Say something and return all that is answered, buttons in brackets."""
        channel = CollectingOutputChannel()
        name, _, kind = intent.partition("/")
        found = [{"entity": key, "value": value} for key, value in entities.items()]
        if name == "faq":
            found.append({"entity": "topic", "value": kind})
        parsed: dict[str, Any] = {
            "text": text,
            "intent": {"name": name, "confidence": confidence},
            "entities": found,
            "intent_ranking": [],
        }
        if kind:
            response = {"intent_response_key": intent, "utter_action": f"utter_{intent}", "confidence": confidence,
                        "responses": self.agent.domain.responses.get(f"utter_{intent}", [])}  # fmt: skip
            selected = {"response": response, "ranking": [response]}
            parsed["response_selector"] = {"all_retrieval_intents": [name], name: selected}
        self.classifier.stated = parsed
        await self.agent.processor.handle_message(UserMessage(text, channel, self.sender))
        return "\n".join(_shown(each) for each in channel.messages)

    async def slots(self) -> dict[str, Any]:
        """Return the slots that hold something."""
        tracker = await self.agent.tracker_store.retrieve(self.sender)
        return {name: value for name, value in tracker.current_slot_values().items() if value not in (None, [])}

    async def form(self) -> str | None:
        """Return the active form."""
        return (await self.agent.tracker_store.retrieve(self.sender)).active_loop_name


def _shown(message: dict[str, Any]) -> str:
    buttons = "".join(f" [{button['title']}]" for button in message.get("buttons") or [])
    return (message.get("text") or "") + buttons
