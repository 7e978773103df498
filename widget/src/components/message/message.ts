/** One message: who said it, its words, its source, and what can be pressed under it. */
import { html, nothing, type TemplateResult } from "lit";
import type { Contact, Message, Source } from "../../contract";
import type { Strings } from "../../strings";
import type { Entry } from "../../thread";
import { alert } from "../../icons";
import { pieces } from "./links";

export interface MessageView {
  entry: Entry;
  strings: Strings;
  /** The visitor can still press what this message offers. */
  live: boolean;
  /** The same speaker as in the message before. */
  follows: boolean;
  press: (ref: string, title: string) => void;
}

/** The element that holds a message's words, for `aria-describedby`. */
export const wordsId = (entry: Entry): string => `words-${entry.key}`;

export function message({ entry, strings, live, follows, press }: MessageView): TemplateResult {
  const assistant = entry.from === "assistant";
  return html`<div
    class="entry ${entry.from} ${entry.invalid ? "invalid" : ""}"
    tabindex="-1"
    aria-live=${assistant && entry.fresh ? nothing : "off"}
  >
    <p class=${follows ? "vh" : "who"}>${assistant ? strings.assistant : strings.visitor}<span class="vh">: </span></p>
    <div class="bubble">
      ${entry.invalid ? alert : nothing}
      <div class="words" id=${wordsId(entry)} dir="auto">
        ${entry.text.split(/\n{2,}/).map((part) => html`<p>${words(part, entry.links, strings)}</p>`)}
      </div>
      ${entry.source ? source(entry.source, strings) : nothing}
    </div>
    ${state(entry, strings)} ${choices(entry, strings, live, press)}
    ${live && entry.feedback ? feedback(entry.feedback, strings, press) : nothing}
  </div>`;
}

/** A text whose named contacts are links. */
export function words(text: string, contacts: readonly Contact[], strings: Strings): unknown {
  return pieces(text, contacts).map((piece) => {
    if (typeof piece === "string") return piece;
    if (!/^https:/i.test(piece.href)) return html`<a href=${piece.href}>${piece.title}</a>`;
    return html`<a href=${piece.href} target="_blank" rel="noopener noreferrer"
      >${piece.title}<span class="vh"> ${strings.newTab}</span></a
    >`;
  });
}

function source({ title, section, reviewed }: Source, strings: Strings): TemplateResult {
  return html`<p class="source">
    ${strings.source(title, section)} ${strings.reviewed(longDate(reviewed, strings.code))}
  </p>`;
}

/** A date in words; what is no date stays as it came. */
export function longDate(iso: string, language: string): string {
  const date = /^\d{4}-\d\d-\d\d/.test(iso) ? Date.parse(iso) : NaN;
  if (Number.isNaN(date)) return iso;
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(date);
}

function state(entry: Entry, strings: Strings): unknown {
  if (entry.state === "kept") return html`<p class="state">${strings.waitingToSend}</p>`;
  if (entry.state === "failed") return html`<p class="state">${strings.notSent}</p>`;
  return nothing;
}

function choices(entry: Entry, strings: Strings, live: boolean, press: MessageView["press"]): unknown {
  if (!entry.buttons.length) return nothing;
  return html`<ul class="choices" aria-label=${strings.choices}>
    ${entry.buttons.map(
      ({ ref, title }) =>
        html`<li>
          <button type="button" dir="auto" ?disabled=${!live} @click=${() => press(ref, title)}>${title}</button>
        </li>`,
    )}
  </ul>`;
}

function feedback(refs: NonNullable<Message["feedback"]>, strings: Strings, press: MessageView["press"]): TemplateResult {
  return html`<div class="feedback" role="group" aria-label=${strings.helpful}>
    <span aria-hidden="true">${strings.helpful}</span>
    <button type="button" @click=${() => press(refs.helpful, strings.itHelped)}>${strings.yes}</button>
    <button type="button" @click=${() => press(refs.not_helpful, strings.itDidNotHelp)}>${strings.no}</button>
  </div>`;
}
