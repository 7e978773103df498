/**
 * The element `<mbc-chat>`: the launcher, the dialog, and who has the focus.
 *
 * Its parts render into its one shadow root, so that labels and descriptions can point from one to another.
 * On a small screen the dialog fills it and is modal; beside an article it is not, and the page stays in use.
 */
import { html, LitElement, nothing, type TemplateResult, unsafeCSS } from "lit";
import { Channel } from "../../channel";
import { Conversation } from "../../conversation";
import { Memory } from "../../memory";
import { copy, leaveFor, printOnly } from "../../page";
import { heading, plainText } from "../../plain-text";
import { type Strings, stringsFor } from "../../strings";
import { lastTurn, offersFrom } from "../../thread";
import { Composer } from "../composer/composer";
import composerStyle from "../composer/composer.css?inline";
import { formBar } from "../form-bar/form-bar";
import formBarStyle from "../form-bar/form-bar.css?inline";
import { header } from "../header/header";
import headerStyle from "../header/header.css?inline";
import { launcher } from "../launcher/launcher";
import launcherStyle from "../launcher/launcher.css?inline";
import { type Choice, Menu } from "../menu/menu";
import menuStyle from "../menu/menu.css?inline";
import { sourceName, wordsId } from "../message/message";
import messageStyle from "../message/message.css?inline";
import { Transcript } from "../transcript/transcript";
import requestStyle from "../request/request.css?inline";
import transcriptStyle from "../transcript/transcript.css?inline";
import chatStyle from "./chat.css?inline";

const SMALL = "(max-width: 30em), (max-height: 30em)";

export class Chat extends LitElement {
  static styles = unsafeCSS(
    chatStyle +
      launcherStyle +
      headerStyle +
      menuStyle +
      messageStyle +
      requestStyle +
      transcriptStyle +
      formBarStyle +
      composerStyle,
  );

  static properties = {
    server: {},
    greeting: {},
    label: {},
    exitUrl: { attribute: "exit-url" },
    maxLength: { attribute: "max-length", type: Number },
    shown: { state: true },
    status: { state: true },
  };

  /** Where the script came from: the channel's address unless the page names another. */
  static home = "";

  /** Address of the website channel. */
  declare server: string;
  /** A line of the site's own, above the conversation. */
  declare greeting: string;
  /** The launcher's words, when not the usual ones. */
  declare label: string;
  /** Where the quick exit leads. */
  declare exitUrl: string;
  declare maxLength: number;
  declare shown: boolean;
  declare status: string;

  #strings!: Strings;
  #memory = new Memory();
  #conversation!: Conversation;
  #small = matchMedia(SMALL);
  #opener: HTMLElement | null = null;

  constructor() {
    super();
    this.server = Chat.home;
    this.greeting = "";
    this.label = "";
    this.exitUrl = "about:blank";
    this.maxLength = 1000;
    this.shown = false;
    this.status = "";
  }

  connectedCallback(): void {
    super.connectedCallback();
    define("mbc-chat-menu", Menu);
    define("mbc-chat-transcript", Transcript);
    define("mbc-chat-composer", Composer);
    if (!this.#conversation) this.#prepare();
    addEventListener("online", this.#online);
    addEventListener("keydown", this.#key);
    this.#small.addEventListener("change", this.#fit);
    visualViewport?.addEventListener("resize", this.#measure);
    visualViewport?.addEventListener("scroll", this.#measure);
    if (this.#memory.now.open && !this.#small.matches) void this.show(false);
  }

  disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("online", this.#online);
    removeEventListener("keydown", this.#key);
    this.#small.removeEventListener("change", this.#fit);
    visualViewport?.removeEventListener("resize", this.#measure);
    visualViewport?.removeEventListener("scroll", this.#measure);
  }

  /** Opens the chat. For the page's own buttons, too. */
  async show(takeFocus = true): Promise<void> {
    const active = document.activeElement;
    this.#opener = active instanceof HTMLElement && active !== document.body && active !== this ? active : null;
    this.shown = true;
    this.#memory.keep({ open: true });
    this.#conversation.begin();
    await this.updateComplete;
    this.#fit();
    this.#transcript?.toEnd();
    if (takeFocus) this.#focusFirst();
  }

  /** Closes the chat; the conversation stays. The focus goes back to where it came from. */
  async hide(): Promise<void> {
    const inside = !!this.renderRoot.querySelector("dialog:focus-within");
    this.#dialog?.close();
    this.shown = false;
    this.#memory.keep({ open: false });
    await this.updateComplete;
    if (inside) (this.#opener ?? this.renderRoot.querySelector<HTMLElement>(".launcher"))?.focus();
  }

  protected render(): TemplateResult {
    const strings = this.#strings;
    const direction = this.dir || strings.direction;
    return html`<div class="base" lang=${strings.code} dir=${direction}>
      ${this.shown ? this.#panel() : launcher(this.label || strings.launcher, () => void this.show())}
    </div>`;
  }

  #panel(): TemplateResult {
    const strings = this.#strings;
    const { entries, notice, waiting } = this.#conversation;
    const turn = lastTurn(entries);
    const wrong = turn.find(({ invalid }) => invalid);
    const asking = turn[turn.length - 1];
    const menu = html`<mbc-chat-menu .strings=${strings} @choose=${this.#chosen}></mbc-chat-menu>`;
    return html`<dialog aria-labelledby="mbc-title" @cancel=${this.#cancel} @click=${this.#clicked}>
      <p class="paper">${heading(strings)}${this.#sources()}</p>
      ${header({ strings, menu, leave: () => this.#leave(), close: () => void this.hide() })}
      <mbc-chat-transcript
        .strings=${strings}
        .entries=${entries}
        .notice=${notice}
        .waiting=${waiting}
        .greeting=${this.greeting}
        @press=${this.#pressed}
        @picked=${this.#said}
        @copy=${({ detail }: CustomEvent<string>) => this.#copy(detail, strings.codeCopied)}
      ></mbc-chat-transcript>
      <p role="status" class=${this.status && !waiting ? "status" : "vh"}>${waiting ? strings.typing : this.status}</p>
      ${asking?.form
        ? formBar({
            form: asking.form,
            buttons: asking.buttons,
            strings,
            live: entries.indexOf(asking) >= offersFrom(entries),
            press: (ref, title) => void this.#press(ref, title),
          })
        : nothing}
      <mbc-chat-composer
        .strings=${strings}
        .kind=${asking?.input ?? null}
        .error=${wrong ? wordsId(wrong) : ""}
        .draft=${this.#memory.now.draft}
        .limit=${this.maxLength}
        @say=${this.#said}
        @draft=${this.#typed}
      ></mbc-chat-composer>
    </dialog>`;
  }

  /** Where the answers come from, each once; for paper. */
  #sources(): TemplateResult[] {
    const named = this.#conversation.entries.flatMap(({ source }) => (source ? sourceName(source, this.#strings) : []));
    return [...new Set(named)].map((name) => html`<br />${this.#strings.source}${name}`);
  }

  #prepare(): void {
    const server = new URL(this.server || "/webhooks/website/", document.baseURI).href.replace(/\/*$/, "/");
    this.#strings = stringsFor(this.lang || this.closest<HTMLElement>("[lang]")?.lang || document.documentElement.lang);
    this.#conversation = new Conversation(new Channel(server), this.#memory, this.#strings);
    this.#conversation.addEventListener("change", () => this.requestUpdate());
    this.#conversation.addEventListener("giveback", (event) => {
      const { draft } = this.#memory.now;
      const text = (event as CustomEvent<string>).detail;
      this.#memory.keep({ draft: draft ? `${text}\n${draft}` : text });
    });
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  get #transcript(): Transcript | null {
    return this.renderRoot.querySelector("mbc-chat-transcript");
  }

  #focusFirst(): void {
    const touch = matchMedia("(pointer: coarse)").matches; // a keyboard that slides in would hide the greeting
    this.renderRoot.querySelector<HTMLElement>(touch ? "#mbc-title" : "#mbc-field")?.focus();
  }

  /** Modal where it fills the screen. The attribute, unlike `show()`, leaves the focus alone. */
  #fit = (): void => {
    const dialog = this.#dialog;
    if (!dialog) return;
    const active = (this.renderRoot as ShadowRoot).activeElement as HTMLElement | null;
    if (dialog.matches(":modal") === this.#small.matches && dialog.open) return;
    dialog.close();
    if (this.#small.matches) dialog.showModal();
    else dialog.setAttribute("open", "");
    active?.focus();
    this.#measure();
  };

  /** On phones the keyboard covers part of the page: the dialog fits into what is left. */
  #measure = (): void => {
    const view = visualViewport;
    if (!view || !this.#dialog || view.scale > 1.05) return;
    this.#dialog.style.setProperty("--view", `${view.height}px`);
    this.#dialog.style.setProperty("--above", `${view.offsetTop}px`);
  };

  #online = (): void => this.#conversation.retry();

  #key = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented || !this.shown) return;
    event.preventDefault();
    if (!this.#menu?.close()) void this.hide();
  };

  get #menu(): Menu | null {
    return this.renderRoot.querySelector("mbc-chat-menu");
  }

  /** The back gesture of a phone closes the dialog as Escape does. */
  #cancel = (event: Event): void => {
    event.preventDefault();
    void this.hide();
  };

  #clicked = (event: Event): void => {
    if (!event.composedPath().includes(this.#menu as EventTarget)) this.#menu?.close();
  };

  #typed = ({ detail }: CustomEvent<string>): void => this.#memory.keep({ draft: detail });

  #said = ({ detail }: CustomEvent<string>): void => {
    this.status = "";
    this.#conversation.say(detail);
  };

  #pressed = ({ detail }: CustomEvent<{ ref: string; title: string }>): void => void this.#press(detail.ref, detail.title);

  async #press(ref: string, title: string): Promise<void> {
    this.status = "";
    this.#conversation.press(ref, title);
    await this.updateComplete;
    await this.#transcript?.updateComplete;
    this.#transcript?.focusLast();
  }

  async #copy(text: string, words: string): Promise<void> {
    this.status = (await copy(text)) ? words : this.#strings.copyFailed;
  }

  #chosen = async ({ detail }: CustomEvent<Choice>): Promise<void> => {
    this.status = "";
    if (detail === "leave") this.#leave();
    else if (detail === "startOver") this.#conversation.startOver();
    else if (detail === "erase" || detail === "eraseAll") await this.#conversation.erase(detail === "eraseAll");
    else if (detail === "print") this.#print();
    else await this.#copy(plainText(this.#conversation.entries, this.#strings), this.#strings.copied);
  };

  /** Of what is modal a browser prints one page, however long it is: for paper it is not. */
  #print(): void {
    this.#dialog?.close();
    this.#dialog?.setAttribute("open", "");
    addEventListener("afterprint", this.#fit, { once: true });
    printOnly(this);
  }

  #leave(): void {
    this.shown = false;
    this.#conversation.abandon();
    leaveFor(this.exitUrl);
  }
}

function define(name: string, part: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, part);
}
