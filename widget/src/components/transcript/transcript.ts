/**
 * What was said, in a region that a screen reader follows.
 *
 * New answers and notices are announced politely because they are added here while it is shown; what the
 * visitor said, what was there before, and the moving dots are not.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Notice } from "../../conversation";
import { contacts, type Strings } from "../../strings";
import { type Entry, offersFrom } from "../../thread";
import { alert } from "../../icons";
import { message, words } from "../message/message";

const MARGIN = 12; // pixels left above a long answer, so that its beginning is what one sees

export class Transcript extends LitElement {
  static properties = { entries: {}, notice: {}, waiting: {}, greeting: {}, strings: {} };

  declare entries: readonly Entry[];
  declare notice: Notice | null;
  declare waiting: boolean;
  declare greeting: string;
  declare strings: Strings;

  constructor() {
    super();
    this.entries = [];
    this.notice = null;
    this.waiting = false;
    this.greeting = "";
  }

  protected createRenderRoot(): this {
    return this;
  }

  /** Puts the focus on what the visitor said last: the next stop is what came as an answer. */
  focusLast(): void {
    [...this.querySelectorAll<HTMLElement>(".visitor")].pop()?.focus({ preventScroll: true });
  }

  toEnd(): void {
    this.#aim = () => {
      const box = this.#box();
      if (box) box.scrollTop = box.scrollHeight;
    };
    this.#aim();
  }

  /** What is to be in sight, until the visitor scrolls: it stays so when the room for it changes. */
  #aim: (() => void) | null = null;
  #room = new ResizeObserver(() => this.#aim?.());

  disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#room.disconnect();
  }

  protected firstUpdated(): void {
    const log = this.querySelector(".log");
    if (!log) return;
    this.#room.observe(log);
    for (const moved of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      log.addEventListener(moved, () => (this.#aim = null), { passive: true });
    }
  }

  protected render(): TemplateResult {
    const { strings } = this;
    const live = offersFrom(this.entries);
    return html`<div class="log" role="log" aria-live="polite" aria-relevant="additions" aria-label=${strings.log} tabindex="0">
      ${this.greeting ? html`<p class="greeting" dir="auto">${this.greeting}</p>` : nothing}
      ${repeat(
        this.entries,
        ({ key }) => key,
        (entry, index) =>
          message({
            entry,
            strings,
            live: index >= live,
            follows: this.entries[index - 1]?.from === entry.from,
            press: (ref, title) => this.dispatchEvent(new CustomEvent("press", { detail: { ref, title } })),
          }),
      )}
      ${this.notice ? this.#notice(this.notice) : nothing}
      <div class="typing" aria-hidden="true" aria-live="off" ?hidden=${!this.waiting}><i></i><i></i><i></i></div>
    </div>`;
  }

  #notice({ text, retry }: Notice): TemplateResult {
    return html`<div class="notice ${retry ? "alarm" : ""}">
      ${retry ? alert : nothing}
      <p>${words(text, contacts(this.strings), this.strings)}</p>
      ${retry ? html`<button type="button" @click=${retry}>${this.strings.tryAgain}</button>` : nothing}
    </div>`;
  }

  protected updated(changed: PropertyValues<this>): void {
    const before = changed.get("entries")?.length ?? 0;
    const added = changed.has("entries") ? this.entries[before] : undefined;
    if (added && (added.fresh || added.from === "visitor")) this.#reveal(this.entries.length - before);
    else if (added || changed.has("notice") || changed.has("waiting")) this.toEnd();
  }

  /** Shows the first of the new messages from its beginning, however long the answer is. */
  #reveal(count: number): void {
    const shown = this.querySelectorAll<HTMLElement>(".entry");
    const first = shown[shown.length - count];
    this.#aim = () => {
      const box = this.#box();
      if (box && first) box.scrollTop += first.getBoundingClientRect().top - box.getBoundingClientRect().top - MARGIN;
    };
    this.#aim();
  }

  /** What scrolls: the log itself, or on a very low screen the whole panel around it. */
  #box(): HTMLElement | null {
    const log = this.querySelector<HTMLElement>(".log");
    return log && getComputedStyle(log).overflowY === "visible" ? this.closest("dialog") : log;
  }
}
