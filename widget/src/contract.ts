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

/** Where an answer comes from: the page ("" when unknown), its address if it may be linked, the date of its review. */
export interface Source {
  page: string;
  href: string;
  reviewed: string;
}

/** A line of a summary; `edit` asks its question again. */
export interface Line {
  label: string;
  value: string;
  edit: string;
}

/** How far a form is. References are "" where there is nothing to press. */
export interface FormState {
  /** What is asked for: a key of `strings.again`; "" where a saved request is changed. */
  kind: string;
  /** Which question it is; 0 for a decision, such as consent. */
  step: number;
  steps: number;
  /** Buttons that can be chosen together. */
  several: string[];
  /** Buttons that must stay in sight. */
  decides: string[];
  back: string;
  cancel: string;
  summary: Line[];
}

/** A request that the helpline has; references are "" once they cannot be pressed. */
export interface Saved {
  reference: string;
  change: string;
  withdraw: string;
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
  form: FormState | null;
  saved: Saved | null;
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
    form: isFields(item.form) ? readForm(item.form) : null,
    saved: isFields(item.saved) && isText(item.saved.reference) ? texts(item.saved, "reference", "change", "withdraw") : null,
  }));
}

/** The named fields as texts; "" for what is none. */
function texts<Name extends string>(fields: Fields, ...names: Name[]): Record<Name, string> {
  return Object.fromEntries(names.map((name) => [name, isText(fields[name]) ? fields[name] : ""])) as Record<Name, string>;
}

function readSource(source: unknown): Source | null {
  if (!isFields(source) || !isText(source.reviewed)) return null;
  const read = texts(source, "page", "href", "reviewed");
  return /^https:\/\//i.test(read.href) ? read : { ...read, href: "" };
}

function readForm(form: Fields): FormState {
  const whole = (value: unknown): number => (Number.isInteger(value) ? (value as number) : 0);
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  return {
    ...texts(form, "kind", "back", "cancel"),
    step: whole(form.step),
    steps: whole(form.steps),
    several: list(form.several).filter(isText),
    decides: list(form.decides).filter(isText),
    summary: list(form.summary)
      .filter((line): line is Fields => isFields(line) && isText(line.label))
      .map((line) => texts(line, "label", "value", "edit")),
  };
}

/** A message that the widget makes itself: what the visitor typed, or words of its own. */
export function localMessage(id: string, from: Message["from"], text: string): Message {
  const empty = { source: null, input: null, invalid: false, feedback: null, form: null, saved: null };
  return { id, from, text, buttons: [], links: [], ...empty };
}
