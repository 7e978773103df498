/** The composer in each of its states. */
import { strings } from "../testing";
import type { Composer } from "./composer";

const LONG = "My oncologist said that the scan shows no evidence of disease, and I do not know what that means. ";

export const fixtures = {
  empty: { strings },
  "a question typed": { strings, draft: "What does NED mean?" },
  "more lines than the box shows": { strings, draft: LONG.repeat(8) },
  "as long as can be sent": { strings, limit: 200, draft: LONG.repeat(3).slice(0, 200) },
  "too long": { strings, limit: 200, tooLong: 291, draft: LONG.repeat(3).slice(0, 291) },
  "a phone number": { strings, kind: "tel" },
  "a phone number, with the keyboard for letters": { strings, kind: "tel", letters: true, draft: "why do you ask" },
  "a phone number that was not understood": { strings, kind: "tel", error: "words-1-m3" },
  "an email address": { strings, kind: "email" },
  "a first name": { strings, kind: "given-name" },
  "another answer": { strings, kind: "none" },
} satisfies Record<string, Partial<Composer>>;
