/**
 * Cuts a text into plain parts and approved contacts.
 *
 * Only what the server (or the strings file) names becomes a link: nothing is guessed from the look of a text.
 */
import type { Contact } from "../../contract";

export function pieces(text: string, contacts: readonly Contact[]): (string | Contact)[] {
  const longestFirst = [...contacts].sort((a, b) => b.title.length - a.title.length);
  const found: (string | Contact)[] = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const contact = longestFirst.find(({ title }) => text.startsWith(title, at) && isWhole(text, at, title));
    if (contact) {
      if (plain) found.push(plain);
      plain = "";
      found.push(contact);
      at += contact.title.length;
    } else plain += text[at++];
  }
  return plain ? [...found, plain] : found;
}

/** "988" stands for itself, and not inside "1-988-555". */
function isWhole(text: string, at: number, title: string): boolean {
  const touches = (outside: string | undefined, inside: string): boolean =>
    /[\p{L}\p{N}]/u.test(outside ?? "") && /[\p{L}\p{N}]/u.test(inside);
  return !touches(text[at - 1], title[0]) && !touches(text[at + title.length], title[title.length - 1]);
}
