/**
 * Where the visitor types: a box for free text, or a field for the step of a form.
 *
 * A form step asks for the right keyboard and lets the browser fill in what it knows, but never forces it: in
 * every step one can also type a question, so a phone's number pad can be changed for letters.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Input } from "../../contract";
import type { Strings } from "../../strings";
import { arrow } from "../../icons";

type Field = HTMLInputElement | HTMLTextAreaElement;

export class Composer extends LitElement {
  static properties = { kind: {}, error: {}, draft: {}, limit: {}, strings: {}, letters: { state: true }, tooLong: { state: true } };

  /** The kind of answer that is awaited, or null for free text. */
  declare kind: Input | null;
  /** Id of the message that says what was wrong with the last answer, or "". */
  declare error: string;
  declare draft: string;
  /** Most characters that the server reads. */
  declare limit: number;
  declare strings: Strings;
  declare letters: boolean;
  declare tooLong: number;

  constructor() {
    super();
    this.kind = null;
    this.error = "";
    this.draft = "";
    this.limit = 1000;
    this.letters = false;
    this.tooLong = 0;
  }

  protected createRenderRoot(): this {
    return this;
  }

  focus(): void {
    this.#field()?.focus();
  }

  protected willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("kind")) return;
    this.letters = false;
    this.#refocus = this.#field()?.matches(":focus") ?? false;
  }

  #refocus = false;

  protected updated(): void {
    const field = this.#field();
    if (field && this.#refocus) field.focus();
    this.#refocus = false;
    if (field instanceof HTMLTextAreaElement) {
      field.style.height = "auto";
      field.style.height = `${field.scrollHeight + 2}px`;
    }
  }

  protected render(): TemplateResult {
    const { strings, kind } = this;
    const label = kind ? strings.fields[kind] : strings.message;
    const problem = this.tooLong ? strings.tooLong(this.tooLong, this.limit) : "";
    const wrong = !!(problem || this.error);
    return html`<form class="composer" novalidate @submit=${this.#send}>
      <label class=${kind ? "" : "vh"} for="mbc-field">${label}</label>
      ${problem ? html`<p class="problem" id="mbc-problem">${problem}</p>` : nothing}
      <div class="row">
        ${kind ? this.#line(kind, wrong) : this.#box(label, wrong)}
        <button class="send" type="submit" aria-label=${strings.send}>${arrow}</button>
      </div>
      ${kind === "tel" && !this.letters
        ? html`<button class="letters" type="button" @click=${this.#toLetters}>${strings.letters}</button>`
        : nothing}
    </form>`;
  }

  #line(kind: Input, wrong: boolean): TemplateResult {
    const keyboard = this.letters || kind === "none" || kind === "given-name" ? "text" : kind;
    return html`<input
      id="mbc-field"
      type=${keyboard}
      inputmode=${keyboard}
      autocomplete=${kind === "none" ? "off" : kind}
      autocapitalize=${kind === "given-name" ? "words" : "none"}
      spellcheck="false"
      enterkeyhint="send"
      .value=${this.draft}
      aria-invalid=${wrong ? "true" : nothing}
      aria-describedby=${this.#describedBy(wrong)}
      @input=${this.#typed}
    />`;
  }

  #box(label: string, wrong: boolean): TemplateResult {
    return html`<textarea
      id="mbc-field"
      rows="1"
      placeholder=${label}
      autocomplete="off"
      enterkeyhint="send"
      .value=${this.draft}
      aria-invalid=${wrong ? "true" : nothing}
      aria-describedby=${this.#describedBy(wrong)}
      @input=${this.#typed}
      @keydown=${this.#key}
    ></textarea>`;
  }

  #describedBy(wrong: boolean): string | typeof nothing {
    return wrong ? (this.tooLong ? "mbc-problem" : this.error) : nothing;
  }

  #field(): Field | null {
    return this.querySelector<Field>("#mbc-field");
  }

  #typed(event: Event): void {
    this.draft = (event.target as Field).value;
    if (this.tooLong && this.#length() <= this.limit) this.tooLong = 0;
    this.dispatchEvent(new CustomEvent("draft", { detail: this.draft }));
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#send(event);
  }

  #toLetters(): void {
    this.letters = true;
    this.focus();
  }

  #length(): number {
    return [...this.draft.trim()].length;
  }

  #send(event: Event): void {
    event.preventDefault();
    const text = this.draft.trim();
    const length = this.#length();
    this.tooLong = length > this.limit ? length : 0;
    const field = this.#field();
    if (text && field && !this.tooLong) {
      field.value = this.draft = "";
      this.dispatchEvent(new CustomEvent("say", { detail: text }));
    }
    this.focus();
  }
}
