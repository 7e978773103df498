/**
 * The conversation as the visitor has it: what was said, what is on its way, and what went wrong.
 *
 * One loop delivers what is in the outbox, in order and one at a time. A message leaves the outbox when the
 * server has answered it, and goes again under the same id until then, so that nothing is lost and nothing is
 * said twice. This module knows no HTML; it fires `change` whenever something is to be shown anew, and
 * `giveback` with a text that could not be sent.
 */
import { type Channel, type Content, Refused, Unreachable } from "./channel";
import type { Message } from "./contract";
import type { Memory, Outgoing } from "./memory";
import type { Strings } from "./strings";
import { Tabs } from "./tabs";
import { type Entry, lastTurn, Thread } from "./thread";

export interface Notice {
  text: string;
  retry: (() => void) | null;
  /** What can be begun anew, in words that are sent as typed. */
  again?: string;
  /** It was said before what is in the conversation now. */
  first?: boolean;
}

/** The visitor began anew or deleted everything while an answer was on its way. */
class Superseded extends Error {}

const DELAYS = [2_000, 4_000, 8_000, 15_000]; // milliseconds before each new try; the last one repeats
const TRIES_WHEN_REFUSED = 3;
const GONE = [401, 404];
const AGAIN_LATER = [401, 403, 429];

export class Conversation extends EventTarget {
  notice: Notice | null = null;
  #joined = false;
  #renewed = false; // the session was renewed, and nothing has worked since
  #stale = false; // another tab has said something
  #running = false;
  #epoch = 0;
  #failures = 0;
  #refusals = 0; // with 503, among the failures
  #life = 30 * 60_000; // milliseconds, until the server says how long a session lives
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #endTimer: ReturnType<typeof setTimeout> | undefined;
  #tabs: Tabs;
  #thread: Thread;

  constructor(
    private channel: Channel,
    private memory: Memory,
    private strings: Strings,
  ) {
    super();
    this.#tabs = new Tabs(channel.server, {
      ticket: () => {
        const { token, until } = memory.now;
        return this.#joined && token ? { token, until } : null;
      },
      changed: () => {
        this.#stale = true;
        if (this.#joined) void this.#run();
      },
      ended: () => this.#close(strings.endedElsewhere),
    });
    this.#thread = new Thread(memory.now.outbox);
  }

  get entries(): readonly Entry[] {
    return this.#thread.entries;
  }

  /** An answer is awaited, and nothing has gone wrong on the way so far. */
  get waiting(): boolean {
    return this.#running && this.#failures === 0 && (!this.#joined || this.memory.now.outbox.length > 0);
  }

  /** Makes sure that there is a conversation; goes on with an earlier one where it can. */
  begin(): void {
    if (this.#joined) return;
    if (!this.memory.now.token && this.memory.now.begun) this.#ended("", true);
    void this.#run();
  }

  say(text: string): void {
    this.#post(text, { text });
  }

  press(ref: string, title: string): void {
    this.#post(title, { button: ref });
  }

  /** Tries again at once, for example when the network is back. */
  retry(): void {
    if (this.#failures > 0) void this.#run();
  }

  /** A new session; the old one is forgotten here and ends by itself. */
  startOver(): void {
    this.#forget();
    this.#tabs.tell("ended");
    void this.#run();
  }

  /** Deletes the conversation, if wished with its requests, here and on the server, and says whether that worked. */
  async erase(requests = false): Promise<void> {
    const { token } = this.memory.now;
    this.#forget();
    if (token) await this.#end(token, requests);
    else this.#anew(this.strings.erased);
  }

  /** Forgets everything at once, without waiting for the server. */
  abandon(): void {
    const { token } = this.memory.now;
    this.#forget();
    this.memory.clear();
    this.#tabs.tell("ended");
    if (token) this.channel.end(token).catch(() => undefined); // the page is gone: nobody to tell
  }

  #post(title: string, content: Content): void {
    const item = { id: newId(), title, content };
    this.notice = null;
    this.memory.keep({ outbox: [...this.memory.now.outbox, item], draft: "" });
    this.#thread.push(item);
    void this.#run();
    this.#changed();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    const epoch = this.#epoch;
    clearTimeout(this.#retryTimer);
    this.#running = true;
    this.#changed();
    try {
      for (let again = true; again; ) again = await this.#attempt(epoch);
    } finally {
      if (epoch === this.#epoch) {
        this.#running = false;
        this.#changed();
      }
    }
  }

  /** One pass over what is to be done. True when another pass makes sense at once. */
  async #attempt(epoch: number): Promise<boolean> {
    const still = async <T>(promise: Promise<T>): Promise<T> => {
      const value = await promise.catch((error: unknown) => {
        throw epoch === this.#epoch ? error : new Superseded();
      });
      if (epoch !== this.#epoch) throw new Superseded();
      return value;
    };
    try {
      if (!this.memory.now.token) await this.#join(still);
      while (this.memory.now.outbox.length) await this.#deliver(this.memory.now.outbox[0], still);
      if (!this.#joined || this.#stale) await this.#refresh(still);
      this.#failures = this.#refusals = 0;
      if (this.notice?.retry) this.notice = null;
      return this.memory.now.outbox.length > 0;
    } catch (error) {
      if (error instanceof Superseded) return false;
      if (error instanceof Refused) return this.#refused(error);
      if (error instanceof Unreachable) return this.#unreachable();
      throw error;
    }
  }

  async #join(still: <T>(promise: Promise<T>) => Promise<T>): Promise<void> {
    const ticket = this.#thread.empty ? await still(this.#tabs.ask()) : null;
    if (ticket) {
      this.memory.keep(ticket);
      return;
    }
    const { token, expiresIn, messages } = await still(this.channel.start());
    this.memory.keep({ token });
    this.#live(expiresIn);
    this.#joined = true;
    this.#thread.add(messages);
  }

  async #deliver(item: Outgoing, still: <T>(promise: Promise<T>) => Promise<T>): Promise<void> {
    this.#mark(item.id, "sending");
    const { messages, ended } = await still(this.channel.send(this.memory.now.token ?? "", item.id, item.content));
    this.#renewed = false;
    this.#settle(item, "done");
    if (ended) return this.#wipe(messages, still);
    this.#thread.add(messages);
    this.#note();
    this.#live();
    if (!messages.length) this.notice = { text: this.strings.down, retry: null };
    this.#tabs.tell("changed");
  }

  /** The visitor had everything deleted: it leaves the screen too, and a new conversation begins. */
  async #wipe(messages: Message[], still: <T>(promise: Promise<T>) => Promise<T>): Promise<void> {
    this.#thread.clear();
    this.#leave();
    this.memory.keep({ token: null });
    this.#tabs.tell("ended");
    this.#show(messages.map(({ text }) => text).join("\n\n"), null, true);
    await this.#join(still);
  }

  async #refresh(still: <T>(promise: Promise<T>) => Promise<T>): Promise<void> {
    this.#stale = false;
    const { expiresIn, messages } = await still(this.channel.conversation(this.memory.now.token ?? ""));
    this.#joined = true;
    this.#renewed = false;
    this.#live(expiresIn);
    // A server that lost its memory has nothing to tell: what is on the screen stays.
    if (messages.length) this.#thread.replace(messages);
    this.#note();
  }

  #refused(error: Refused): boolean {
    const [item] = this.memory.now.outbox;
    if (GONE.includes(error.status) && this.memory.now.token && !this.#renewed) return this.#renew(item);
    if (item && error.status < 500 && !AGAIN_LATER.includes(error.status)) {
      this.#settle(item, "failed");
      this.notice = { text: error.words ?? (error.status === 409 ? this.strings.choiceGone : this.strings.down), retry: null };
      if ("text" in item.content) this.dispatchEvent(new CustomEvent("giveback", { detail: item.content.text }));
      return this.memory.now.outbox.length > 0;
    }
    const again = error.status === 503 && this.#refusals++ < TRIES_WHEN_REFUSED;
    return this.#stumble(this.#assured(error.words), again);
  }

  #unreachable(): boolean {
    return this.#stumble(this.strings.offline, true);
  }

  /** The session is over: a typed message goes to a new one, a button of the old one cannot. */
  #renew(item: Outgoing | undefined): boolean {
    const shown = this.entries.length > this.memory.now.outbox.length;
    this.#thread.begin();
    this.#leave();
    this.#renewed = true;
    this.memory.keep({ token: null });
    if (item && "button" in item.content) {
      this.#settle(item, "failed");
      this.#ended(this.strings.choiceEnded);
    } else if (item) this.#ended(this.strings.renewed);
    else if (shown) this.#ended(this.strings.expired);
    return true;
  }

  /** Says that the session is over; if a request was begun in it, that it was not saved, with the way to it. */
  #ended(words: string, first = false): void {
    const again = this.strings.again[this.memory.now.begun];
    const text = [words, again && this.strings.unsaved].filter(Boolean).join(" ");
    this.memory.keep({ begun: "" });
    this.notice = text ? { text, retry: null, again, first } : null;
  }

  /** Remembers whether a request is being asked for. */
  #note(): void {
    this.memory.keep({ begun: lastTurn(this.entries).find(({ form }) => form)?.form?.kind ?? "" });
  }

  #stumble(text: string, again: boolean): boolean {
    const [item] = this.memory.now.outbox;
    if (item) this.#mark(item.id, "kept");
    this.#failures += 1;
    this.#renewed = false;
    if (this.notice?.text !== text) this.notice = { text, retry: () => void this.#run() };
    if (again) {
      const delay = DELAYS[Math.min(this.#failures, DELAYS.length) - 1];
      this.#retryTimer = setTimeout(() => void this.#run(), delay);
    }
    return false;
  }

  async #end(token: string, requests: boolean): Promise<void> {
    let words = requests ? this.strings.erasedAll : this.strings.erased;
    try {
      if (!(await this.channel.end(token, requests))) words = this.strings.erasedPartly;
    } catch (error) {
      if (!(error instanceof Refused && GONE.includes(error.status))) {
        this.#show(this.strings.eraseFailed, () => void this.#end(token, requests));
        return;
      }
    }
    this.#tabs.tell("ended");
    this.#anew(words);
  }

  /** Says what was done, and begins a conversation, with its questions to start from. */
  #anew(words: string): void {
    this.#show(words, null, true);
    void this.#run();
  }

  /** The server's sentence when it names both numbers, else our own. */
  #assured(words: string | null): string {
    return words?.includes(this.strings.helplineNumber) && words.includes("988") ? words : this.strings.down;
  }

  #mark(key: string, state: Entry["state"]): void {
    this.#thread.mark(key, state);
    this.#changed();
  }

  #settle(item: Outgoing, state: Entry["state"]): void {
    this.memory.keep({ outbox: this.memory.now.outbox.filter(({ id }) => id !== item.id) });
    this.#mark(item.id, state);
  }

  #live(expiresIn?: number): void {
    if (expiresIn) this.#life = expiresIn * 1000;
    clearTimeout(this.#endTimer);
    this.memory.keep({ until: Date.now() + this.#life });
    this.#endTimer = setTimeout(() => this.#expire(), this.#life);
  }

  /** What waits to be sent goes back into the field: it was promised that it is kept. */
  #expire(): void {
    const { draft, outbox } = this.memory.now;
    const unsent = outbox.map(({ content }) => ("text" in content ? content.text : ""));
    this.memory.keep({ draft: [...unsent, draft].filter(Boolean).join("\n") });
    const { begun } = this.memory.now;
    const shown = !this.#thread.empty;
    this.#forget();
    this.memory.keep({ begun });
    if (shown) this.#ended(this.strings.expired);
    this.#changed();
  }

  #close(words: string): void {
    const shown = !this.#thread.empty;
    this.#forget();
    if (shown) this.#show(words);
  }

  #forget(): void {
    this.#epoch += 1;
    this.#leave();
    const { draft, open } = this.memory.now;
    this.memory.clear();
    this.memory.keep({ draft, open });
    this.#thread.clear();
    this.notice = null;
    this.#running = false;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#endTimer);
    this.#changed();
  }

  #leave(): void {
    this.#joined = this.#renewed = this.#stale = false;
    this.#failures = this.#refusals = 0;
  }

  #show(text: string, retry: (() => void) | null = null, first = false): void {
    this.notice = { text, retry, first };
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

/** Random; also where a page without HTTPS has no `randomUUID`. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
