/** The conversation as plain text, for the clipboard. */
import { sourceName } from "./components/message/message";
import type { Strings } from "./strings";
import type { Entry } from "./thread";

/** What the conversation is, and of which day. */
export function heading(strings: Strings): string {
  return strings.transcript(new Intl.DateTimeFormat(strings.code, { dateStyle: "long" }).format(new Date()));
}

export function plainText(entries: readonly Entry[], strings: Strings): string {
  const said = entries.map(({ from, text, source }) => {
    const words = `${from === "assistant" ? strings.assistant : strings.visitor}: ${text}`;
    if (!source) return words;
    return `${words}\n${strings.source}${sourceName(source, strings)}${source.href && ` ${source.href}`}`;
  });
  return [heading(strings), ...said].join("\n\n");
}
