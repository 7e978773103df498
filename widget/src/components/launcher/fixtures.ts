/** The launcher in each of its states. */
import { strings } from "../testing";

export const fixtures = {
  "the usual words": strings.launcher,
  "words of the site's own": "Ask us",
  "words that need two lines on a phone": "Questions about metastatic breast cancer? Chat with our assistant",
};
