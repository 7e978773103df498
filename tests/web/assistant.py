"""A small assistant: keywords and rules, trained in seconds, with the kinds of answers that the channel shows."""

from pathlib import Path

CONFIG = """
recipe: default.v1
language: en
assistant_id: channel_test
pipeline:
  - name: KeywordIntentClassifier
    case_sensitive: false
  - name: tests.web.fault.FailsOnWord
policies:
  - name: RulePolicy
    core_fallback_threshold: 0.3
    core_fallback_action_name: action_default_fallback
    enable_fallback_prediction: true
"""

DOMAIN = """
version: "3.1"
session_config:
  session_expiration_time: 720
  carry_over_slots_to_new_session: false
intents: [greet, helpline, choices, ask_topic, inform, answer, helpful, silence, slow, dial, wrong, two, start_over]
entities: [topic]
slots:
  topic:
    type: text
    influence_conversation: false
    mappings:
      - type: from_entity
        entity: topic
actions: [utter_never_written, action_slow]
responses:
  utter_greet:
    - text: Hello. I am an automated assistant.
      buttons:
        - title: What is NED?
          payload: '/ask_topic{"topic": "ned"}'
  utter_helpline:
    - text: The helpline is (888) 753-LBBC (5222). In a crisis, call 988, not 9880.
  utter_default:
    - text: I did not understand that.
  utter_choices:
    - text: Which one?
      buttons:
        - title: What is NED?
          payload: '/ask_topic{"topic": "ned"}'
        - title: For myself
          payload: It is for me
  utter_topic:
    - text: "You asked about {topic}."
  utter_for_me:
    - text: So it is for you.
  utter_answer:
    - text: "First line.\\nSecond line."
      metadata:
        title: What NED means
        section: Quick facts
        reviewed: "2025-07-10"
  utter_helpful:
    - text: Was this helpful?
      buttons:
        - title: "Yes"
          payload: /feedback_helpful
        - title: "No"
          payload: /feedback_not_helpful
  utter_dial:
    - text: Which number can we call?
      metadata:
        input: tel
  utter_wrong:
    - text: That is not a phone number.
      metadata:
        input: tel
        invalid: true
  utter_part_one:
    - text: Part one.
  utter_part_two:
    - text: Part two.
  utter_start_over:
    - text: Let us begin again.
"""

NLU = """
version: "3.1"
nlu:
""" + "".join(
    f"  - intent: {intent}\n    examples: |\n      - {word}\n      - {word} please\n"
    for intent, word in {
        "greet": "hello",
        "helpline": "helpline",
        "choices": "choices",
        "inform": "It is for me",
        "answer": "answer",
        "helpful": "helpful",
        "silence": "silence",
        "slow": "slow",
        "dial": "dial",
        "wrong": "wrong",
        "two": "two parts",
        "start_over": "begin again",
    }.items()
)

RULES = """
version: "3.1"
rules:
""" + "".join(
    f"  - rule: answers {intent}\n    steps:\n      - intent: {intent}\n"
    + "".join(f"      - action: {action}\n" for action in actions)
    for intent, actions in {
        "greet": ["utter_greet"],
        "helpline": ["utter_helpline"],
        "choices": ["utter_choices"],
        "ask_topic": ["utter_topic"],
        "inform": ["utter_for_me"],
        "answer": ["utter_answer"],
        "helpful": ["utter_helpful"],
        "silence": ["utter_never_written"],
        "slow": ["action_slow", "utter_helpline"],
        "dial": ["utter_dial"],
        "wrong": ["utter_wrong"],
        "two": ["utter_part_one", "utter_part_two"],
        "start_over": ["utter_start_over", "action_restart"],
    }.items()
)


def write(directory: Path) -> None:
    """Write the assistant's files."""
    for name, content in (("config", CONFIG), ("domain", DOMAIN), ("nlu", NLU), ("rules", RULES)):
        (directory / f"{name}.yml").write_text(content)
