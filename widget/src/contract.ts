/**
 * What the website channel says, and a reader that trusts none of it.
 *
 * The shapes are those of the channel's OpenAPI page. `readMessages` drops what is malformed instead of
 * failing, because half an answer is better than none.
 */

/** A choice that the assistant offers; it is sent back by its reference. */
export interface Offer {
  ref: string;
  title: string;
}

/** A part of a text that is an approved contact, and where it leads. */
export interface Contact {
  title: string;
  href: string;
}

/** Where an answer comes from: the topic, the part of the page ("" when unknown) and the date of its review. */
export interface Source {
  title: string;
  section: string;
  reviewed: string;
}

/** The kind of answer that a form step waits for. */
export type Input = "tel" | "email" | "given-name" | "none";

export interface Message {
  id: string;
  from: "assistant" | "visitor";
  text: string;
  buttons: Offer[];
  links: Contact[];
  source: Source | null;
  input: Input | null;
  invalid: boolean;
  feedback: { helpful: string; not_helpful: string } | null;
}

type Fields = Record<string, unknown>;

const INPUTS = ["tel", "email", "given-name", "none"];
const SAFE_LINK = /^(tel:|sms:|mailto:|https:\/\/)/i;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** The members of a list that hold text under each of the named fields, and nothing else. */
function pick<Name extends string>(list: unknown, ...names: Name[]): Record<Name, string>[] {
  return (Array.isArray(list) ? list : [])
    .filter((item): item is Record<Name, string> => isFields(item) && names.every((name) => isText(item[name])))
    .map((item) => Object.fromEntries(names.map((name) => [name, item[name]])) as Record<Name, string>);
}

/** Only schemes that open a phone, a mail program or a secure page. */
export const isSafeLink = ({ href }: Contact): boolean => SAFE_LINK.test(href);

export function readMessages(body: unknown): Message[] {
  const list = isFields(body) && Array.isArray(body.messages) ? body.messages : [];
  return list.filter((item): item is Fields => isFields(item) && isText(item.id) && isText(item.text)).map((item) => ({
    id: item.id as string,
    from: item.from === "visitor" ? "visitor" : "assistant",
    text: item.text as string,
    buttons: pick(item.buttons, "ref", "title"),
    links: pick(item.links, "title", "href").filter(isSafeLink),
    source: readSource(item.source),
    input: INPUTS.includes(item.input as string) ? (item.input as Input) : null,
    invalid: item.invalid === true,
    feedback: pick([item.feedback], "helpful", "not_helpful")[0] ?? null,
  }));
}

function readSource(source: unknown): Source | null {
  const [dated] = pick([source], "reviewed");
  const [title] = pick([source], "title");
  const [section] = pick([source], "section");
  return dated ? { ...dated, title: title?.title ?? "", section: section?.section ?? "" } : null;
}

/** A message that the widget makes itself: what the visitor typed, or words of its own. */
export function localMessage(id: string, from: Message["from"], text: string): Message {
  return { id, from, text, buttons: [], links: [], source: null, input: null, invalid: false, feedback: null };
}
