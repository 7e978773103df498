/** One message: who said it, its words, its source, and what can be pressed under it. */
import { html, nothing, type TemplateResult } from "lit";
import type { Contact, Message, Offer, Source } from "../../contract";
import type { Strings } from "../../strings";
import type { Entry } from "../../thread";
import { alert, check } from "../../icons";
import { saved, summary } from "../request/request";
import { pieces } from "./links";

export interface MessageView {
  entry: Entry;
  strings: Strings;
  /** The visitor can still press what this message offers. */
  live: boolean;
  /** The same speaker as in the message before. */
  follows: boolean;
  /** What the visitor answered to it, or "". */
  answered?: string;
  /** References of the choices that are selected so far, where several can be. */
  picked?: readonly string[];
  press: (ref: string, title: string) => void;
  pick?: (ref: string) => void;
  /** Sends the choices that are selected. */
  done?: () => void;
  copy?: (code: string) => void;
}

/** The element that holds a message's words, for `aria-describedby`. */
export const wordsId = (entry: Entry): string => `words-${entry.key}`;

export function message(view: MessageView): TemplateResult {
  const { entry, strings, live, follows, press } = view;
  const assistant = entry.from === "assistant";
  const lines = entry.form?.summary ?? [];
  // The list takes the place of the paragraph that says the same.
  const parts = entry.text.split(/\n{2,}/).filter((part) => !lines.some(({ label }) => part.startsWith(label)));
  const last = lines.length && parts.length > 1 ? parts.pop() : undefined;
  const say = (part: string): unknown => words(part, entry.links, strings);
  const paragraph = (part: string): TemplateResult => {
    const [first, ...rest] = assistant ? part.split(/^- /m) : [part];
    if (!rest.length) return html`<p>${say(part)}</p>`;
    return html`${first ? html`<p>${say(first.trim())}</p>` : nothing}
      <ul class="points">${rest.map((point) => html`<li>${say(point.trim())}</li>`)}</ul>`;
  };
  return html`<div
    class="entry ${entry.from} ${entry.invalid ? "invalid" : ""}"
    tabindex="-1"
    aria-live=${assistant && entry.fresh ? nothing : "off"}
  >
    <p class=${follows ? "vh" : "who"}>${assistant ? strings.assistant : strings.visitor}<span class="vh">: </span></p>
    <div class="bubble">
      ${entry.invalid ? alert : nothing}
      <div class="words" id=${wordsId(entry)} dir="auto">
        ${parts.map(paragraph)} ${lines.length ? summary(lines, strings, live, press) : nothing}
        ${last ? paragraph(last) : nothing}
      </div>
      ${entry.saved ? saved(entry.saved, strings, live, press, view.copy) : nothing}
      ${entry.source ? source(entry.source, strings) : nothing}
    </div>
    ${state(entry, strings)} ${choices(view)}
    ${live && entry.feedback ? feedback(entry.feedback, strings, press) : nothing}
  </div>`;
}

/** A text whose named contacts are links, and whose codes stay in one line, as a stop stays with the link before it. */
export function words(text: string, contacts: readonly Contact[], strings: Strings): unknown {
  const all = pieces(text, contacts);
  const stopAt = (at: number): string => {
    const piece = all[at];
    return at && typeof piece === "string" ? (/^[.,;:!?)]+/.exec(piece)?.[0] ?? "") : "";
  };
  return all.map((piece, at) => {
    if (typeof piece === "string") {
      const parts = piece.slice(stopAt(at).length).split(/\b([A-Z\d]{4}-[A-Z\d]{2})\b/);
      return parts.map((part, at) => (at % 2 ? html`<span class="whole">${part}</span>` : part));
    }
    return html`<span class="whole">${link(piece.href, piece.title, strings)}${stopAt(at + 1)}</span>`;
  });
}

function link(href: string, title: string, strings: Strings): TemplateResult {
  if (!/^https:/i.test(href)) return html`<a href=${href}>${title}</a>`;
  return html`<a href=${href} target="_blank" rel="noopener noreferrer"
    >${title}<span class="vh"> ${strings.newTab}</span></a
  >`;
}

function source(of: Source, strings: Strings): TemplateResult {
  const name = sourceName(of, strings);
  return html`<p class="source">${strings.source}${of.href ? link(of.href, name, strings) : name}</p>`;
}

/** The page and the month of its review, such as "LBBC: Metastatic breast cancer, reviewed July 2025". */
export function sourceName({ page, reviewed }: Source, strings: Strings): string {
  const date = /^\d{4}-\d\d-\d\d/.test(reviewed) ? Date.parse(reviewed) : NaN;
  const month = new Intl.DateTimeFormat(strings.code, { month: "long", year: "numeric", timeZone: "UTC" });
  return strings.sourceOf(page, Number.isNaN(date) ? reviewed : month.format(date));
}

function state(entry: Entry, strings: Strings): unknown {
  if (entry.state === "kept") return html`<p class="state">${strings.waitingToSend}</p>`;
  if (entry.state === "failed") return html`<p class="state">${strings.notSent}</p>`;
  return nothing;
}

function choices(view: MessageView): unknown {
  const { entry, strings, live, picked = [] } = view;
  const { form } = entry;
  // What decides stands beside the field, in sight; the lines of a summary have their own way to be changed.
  const shown = entry.buttons.filter(({ ref }) => !live || (!form?.summary.length && !form?.decides.includes(ref)));
  if (!shown.length) return nothing;
  return html`<ul class="choices" aria-label=${strings.choices}>
    ${shown.map((offer) => html`<li>${choice(offer, view)}</li>`)}
    ${live && picked.length
      ? html`<li><button class="done" type="button" @click=${() => view.done?.()}>${strings.done}</button></li>`
      : nothing}
  </ul>`;
}

function choice({ ref, title }: Offer, view: MessageView): TemplateResult {
  const { entry, strings, live, answered = "", picked = [], press, pick } = view;
  const several = !!entry.form?.several.includes(ref);
  if (live && several) {
    const on = picked.includes(ref);
    return html`<button type="button" dir="auto" aria-pressed=${on} @click=${() => pick?.(ref)}>
      ${on ? check : nothing}${title}
    </button>`;
  }
  const chosen = !live && (answered === title || (several && answered.split(", ").includes(title)));
  return html`<button type="button" dir="auto" class=${chosen ? "chosen" : ""} aria-label=${chosen ? `${title} ${strings.chosen}` : nothing} ?disabled=${!live} @click=${() => press(ref, title)}>
    ${chosen ? check : nothing}${title}
  </button>`;
}

function feedback(refs: NonNullable<Message["feedback"]>, strings: Strings, press: MessageView["press"]): TemplateResult {
  const button = (ref: string, short: string, long: string): TemplateResult =>
    html`<button type="button" aria-label=${long} @click=${() => press(ref, long)}>${short}</button>`;
  return html`<div class="feedback" role="group" aria-label=${strings.helpful}>
    <span aria-hidden="true">${strings.helpful}</span>
    ${button(refs.helpful, strings.yes, strings.itHelped)} ${button(refs.not_helpful, strings.no, strings.itDidNotHelp)}
  </div>`;
}
