/** The header in each of its states. Its menu is the real one, put in by whoever shows the header. */
import { strings } from "../testing";

export const fixtures = {
  "the usual words": strings,
  "words of a language that needs more room": {
    ...strings,
    title: "Assistent für metastasierten Brustkrebs",
    subtitle: "Automatische Auskunft, es antwortet kein Mensch",
    quickExit: "Schnell verlassen",
  },
};
