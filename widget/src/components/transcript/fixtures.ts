/** The transcript in each of its states. */
import { fixtures as messages } from "../message/fixtures";
import { entry, strings } from "../testing";
import type { Transcript } from "./transcript";

const NED = messages["everything at once"].entry;
const HELLO = entry("Hello. I am an automated assistant, not a person.", { key: "hello" });
const asked = (key: string) => entry("What does NED mean?", { key, from: "visitor" });
const answered = (key: string) => ({
  ...NED,
  key,
  buttons: NED.buttons.map(({ ref, title }) => ({ ref: `${key}-${ref}`, title })),
});

const TURN = [HELLO, asked("q1"), answered("a1")];
const SENDING = entry("And what is stable?", { key: "q2", from: "visitor", state: "sending" });
const KEPT = entry("And what is stable?", { key: "q2", from: "visitor", state: "kept" });
const LONG = Array.from({ length: 12 }, (_, turn) => [asked(`q${turn}`), answered(`a${turn}`)]).flat();

export const fixtures = {
  empty: { strings },
  "a site's own greeting": { strings, greeting: "Welcome to our clinic.", entries: [HELLO] },
  "a question and its answer": { strings, entries: TURN },
  "choices of two turns": { strings, entries: [...TURN, asked("q2"), answered("a2")] },
  "an answer that was not valid": {
    strings,
    entries: [
      entry("Which number should we call?", { key: "ask" }),
      entry("12", { key: "short", from: "visitor" }),
      entry("That number looks too short.", { key: "wrong", invalid: true }),
      entry("Which number should we call?", { key: "again" }),
    ],
  },
  "an answer awaited": { strings, entries: [...TURN, SENDING], waiting: true },
  "the first answer awaited": { strings, waiting: true },
  "a notice": { strings, notice: { text: strings.erased, retry: null } },
  "a notice with a way to try again": {
    strings,
    entries: [...TURN, KEPT],
    notice: { text: strings.offline, retry: () => undefined },
  },
  "a session that has ended": {
    strings,
    entries: TURN.map((one) => ({ ...one, over: true })),
    notice: { text: strings.choiceEnded, retry: null },
  },
  "more than fits": { strings, entries: LONG },
} satisfies Record<string, Partial<Transcript>>;
