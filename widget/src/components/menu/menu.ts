/**
 * The menu of the dialog: a button and the list that it opens.
 *
 * What cannot be taken back is asked once more. Fires `choose` with the name of what was chosen.
 */
import { html, LitElement, type TemplateResult } from "lit";
import type { Strings } from "../../strings";
import { dots } from "../../icons";

const CHOICES = ["startOver", "copy", "print", "erase", "leave"] as const;
export type Choice = (typeof CHOICES)[number] | "eraseAll";

/** What is asked before, and each way to go on with its words; the last one keeps everything. */
const ASKED = {
  startOver: { ask: "startOverAsk", ways: { startOver: "startOverYes" }, keep: "keep" },
  erase: { ask: "eraseAsk", ways: { erase: "eraseYes", eraseAll: "eraseAll" }, keep: "keepAll" },
} as const;
type Asked = keyof typeof ASKED;
const isAsked = (choice: Choice): choice is Asked => choice in ASKED;

export class Menu extends LitElement {
  static properties = { strings: {}, open: { state: true }, asking: { state: true } };

  declare strings: Strings;
  declare open: boolean;
  declare asking: Asked | null;

  constructor() {
    super();
    this.open = false;
    this.asking = null;
  }

  protected createRenderRoot(): this {
    return this;
  }

  /** Closes the list; true when it was open. */
  close(): boolean {
    const was = this.open;
    if (this.contains((this.getRootNode() as ShadowRoot).activeElement)) this.querySelector<HTMLElement>(".toggle")?.focus();
    this.open = false;
    this.asking = null;
    return was;
  }

  protected render(): TemplateResult {
    return html`<div class="menu" @focusout=${this.#left}>
      <button
        class="round toggle"
        type="button"
        aria-label=${this.strings.menu}
        aria-expanded=${this.open}
        aria-controls="mbc-menu"
        @click=${this.#toggle}
      >
        ${dots}
      </button>
      <div class="list" id="mbc-menu" ?hidden=${!this.open}>${this.asking ? this.#question(this.asking) : this.#list()}</div>
    </div>`;
  }

  #list(): TemplateResult {
    return html`<ul>
      ${CHOICES.map(
        (choice) => html`<li>
          <button class=${choice} type="button" @click=${() => this.#pick(choice)}>${this.strings[choice]}</button>
        </li>`,
      )}
    </ul>`;
  }

  #question(asked: Asked): TemplateResult {
    const { ask, ways, keep } = ASKED[asked];
    return html`<div role="group" aria-labelledby="mbc-ask" tabindex="-1">
      <p id="mbc-ask">${this.strings[ask]}</p>
      ${Object.entries(ways).map(
        ([way, words]) =>
          html`<button class="sure" type="button" @click=${() => this.#choose(way as Choice)}>
            ${this.strings[words as "eraseYes"]}
          </button>`,
      )}
      <button class="keep" type="button" @click=${() => this.close()}>${this.strings[keep]}</button>
    </div>`;
  }

  async #toggle(): Promise<void> {
    if (this.close()) return;
    this.open = true;
    await this.updateComplete;
    this.querySelector<HTMLElement>(".list button")?.focus();
  }

  async #pick(choice: Choice): Promise<void> {
    if (!isAsked(choice)) return this.#choose(choice);
    this.asking = choice;
    await this.updateComplete;
    // On the question, so that it is read out, and each way on is one stop further.
    this.querySelector<HTMLElement>("[role=group]")?.focus();
  }

  #choose(choice: Choice): void {
    this.close();
    this.dispatchEvent(new CustomEvent<Choice>("choose", { detail: choice }));
  }

  #left({ relatedTarget }: FocusEvent): void {
    if (!relatedTarget || this.contains(relatedTarget as Node)) return;
    this.open = false;
    this.asking = null;
  }
}
