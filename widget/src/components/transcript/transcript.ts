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
import { alert, down } from "../../icons";
import { message, words } from "../message/message";

const MARGIN = 12; // pixels left above a long answer, so that its beginning is what one sees

export class Transcript extends LitElement {
  static properties = {
    entries: {},
    notice: {},
    waiting: {},
    greeting: {},
    strings: {},
    picked: { state: true },
    more: { state: true },
  };

  declare entries: readonly Entry[];
  declare notice: Notice | null;
  declare waiting: boolean;
  declare greeting: string;
  declare strings: Strings;
  /** References of the choices that are selected, of a question that takes several. */
  declare picked: readonly string[];
  /** There is more below what is in sight. */
  declare more: boolean;

  constructor() {
    super();
    this.entries = [];
    this.notice = null;
    this.waiting = false;
    this.greeting = "";
    this.picked = [];
    this.more = false;
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
  #room = new ResizeObserver(() => {
    this.#aim?.();
    this.#look();
  });

  /** The cue takes room itself: so that it does not come and go, it needs less to stay than to come. */
  #look(): void {
    const log = this.querySelector(".log");
    const below = log ? log.scrollHeight - log.clientHeight - log.scrollTop : 0;
    this.more = below > (this.more ? 4 : 48);
  }

  #onward = (): void => {
    this.#aim = null;
    const log = this.querySelector(".log");
    log?.scrollBy({ top: log.clientHeight * 0.8 });
  };

  disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#room.disconnect();
  }

  protected firstUpdated(): void {
    const log = this.querySelector(".log");
    if (!log) return;
    this.#room.observe(log);
    log.addEventListener("scroll", () => this.#look(), { passive: true });
    for (const moved of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      log.addEventListener(moved, () => (this.#aim = null), { passive: true });
    }
  }

  protected render(): TemplateResult {
    const { strings } = this;
    const live = offersFrom(this.entries);
    return html`<div class="log" role="log" aria-live="polite" aria-relevant="additions" aria-label=${strings.log} tabindex="0">
      ${this.greeting ? html`<p class="greeting" dir="auto">${this.greeting}</p>` : nothing}
      ${this.notice?.first ? this.#notice(this.notice) : nothing}
      ${repeat(
        this.entries,
        ({ key }) => key,
        (entry, index) =>
          message({
            entry,
            strings,
            live: index >= live,
            answered: this.#answerTo(index),
            picked: index >= live ? this.picked : [],
            follows: this.entries[index - 1]?.from === entry.from,
            press: (ref, title) => this.#tell("press", { ref, title }),
            pick: (ref) => (this.picked = this.picked.includes(ref) ? this.picked.filter((other) => other !== ref) : [...this.picked, ref]),
            done: () => this.#done(entry),
            copy: (code) => this.#tell("copy", code),
          }),
      )}
      ${this.notice && !this.notice.first ? this.#notice(this.notice) : nothing}
      <div class="typing" aria-hidden="true" aria-live="off" ?hidden=${!this.waiting}><i></i><i></i><i></i></div>
    </div>
    ${this.more ? html`<button class="more" type="button" tabindex="-1" @click=${this.#onward}>${down}${strings.more}</button>` : nothing}`;
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Several choices go out as one text, as somebody would have typed them. */
  #done({ buttons }: Entry): void {
    const titles = buttons.filter(({ ref }) => this.picked.includes(ref)).map(({ title }) => title);
    this.#tell("picked", titles.join(", "));
  }

  /** What the visitor said next, as long as it was sent. */
  #answerTo(index: number): string {
    const next = this.entries.slice(index + 1).find(({ from }) => from === "visitor");
    return next && next.state !== "failed" ? next.text : "";
  }

  protected willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("entries") && this.entries.length !== changed.get("entries")?.length) this.picked = [];
  }

  #notice({ text, retry, again }: Notice): TemplateResult {
    return html`<div class="notice ${retry ? "alarm" : ""}">
      ${retry ? alert : nothing}
      <p>${words(text, contacts(this.strings), this.strings)}</p>
      ${retry ? html`<button type="button" @click=${retry}>${this.strings.tryAgain}</button>` : nothing}
      ${again ? html`<button type="button" @click=${() => this.#tell("picked", again)}>${again}</button>` : nothing}
    </div>`;
  }

  protected updated(changed: PropertyValues<this>): void {
    const before = changed.get("entries")?.length ?? 0;
    const added = changed.has("entries") ? this.entries[before] : undefined;
    if (added && (added.fresh || added.from === "visitor")) this.#reveal(this.entries.length - before);
    else if (added || changed.has("notice") || changed.has("waiting")) this.toEnd();
    // The way on came with the first choice, and may lie below what is in sight.
    if (changed.has("picked")) this.querySelector(".done")?.scrollIntoView({ block: "nearest" });
    this.#look();
  }

  /** Shows the first of the new messages from its beginning, however long the answer is. */
  #reveal(count: number): void {
    const shown = this.querySelectorAll<HTMLElement>(".entry");
    const first = shown[shown.length - count];
    this.#aim = () => {
      const box = this.#box();
      if (box && this.notice?.first) box.scrollTop = 0;
      else if (box && first) box.scrollTop += first.getBoundingClientRect().top - this.#top(box) - MARGIN;
    };
    this.#aim();
  }

  /** Where what scrolls begins to be seen: where all of the panel scrolls, its head stays and covers some. */
  #top(box: HTMLElement): number {
    const head = box.querySelector(".head");
    return head ? head.getBoundingClientRect().bottom : box.getBoundingClientRect().top;
  }

  /** What scrolls: the log itself, or on a very low screen the whole panel around it. */
  #box(): HTMLElement | null {
    const log = this.querySelector<HTMLElement>(".log");
    return log && getComputedStyle(log).overflowY === "visible" ? this.closest("dialog") : log;
  }
}
