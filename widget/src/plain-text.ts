/** The conversation as plain text, for the clipboard. */
import { longDate } from "./components/message/message";
import type { Strings } from "./strings";
import type { Entry } from "./thread";

export function plainText(entries: readonly Entry[], strings: Strings): string {
  return entries
    .map(({ from, text, source }) => {
      const said = `${from === "assistant" ? strings.assistant : strings.visitor}: ${text}`;
      if (!source) return said;
      const date = strings.reviewed(longDate(source.reviewed, strings.code));
      return `${said}\n${strings.source(source.title, source.section)} ${date}`;
    })
    .join("\n\n");
}
