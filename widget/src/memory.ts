/**
 * What one tab remembers over page loads, and for how long.
 *
 * Written for a computer that others use too: session storage only, a short life, and never a word of the
 * assistant's answers. Only which kind of request was begun outlives the session, so that whoever comes back hears that
 * it was not saved. Where storage is blocked the memory lasts as long as the page.
 */
import type { Content } from "./channel";

/** A message on its way, kept until the server has answered it. */
export interface Outgoing {
  id: string;
  /** What the visitor sees of it. */
  title: string;
  content: Content;
}

export interface Remembered {
  token: string | null;
  /** Milliseconds since 1970: afterwards nothing of this is used. */
  until: number;
  outbox: Outgoing[];
  draft: string;
  open: boolean;
  /** The kind of request that was begun and is not saved yet; "" for none. */
  begun: string;
}

const KEY = "mbc-chat";
const LIFE = 30 * 60_000; // milliseconds, while no session says how long it lives
const nothing = (): Remembered => ({ token: null, until: 0, outbox: [], draft: "", open: false, begun: "" });

export class Memory {
  #now = nothing();

  /** @param storage finds the tab's storage; may throw where it is blocked */
  constructor(
    private storage: () => Storage = () => sessionStorage,
    private clock: () => number = Date.now,
  ) {
    const saved = this.#attempt(() => JSON.parse(this.storage().getItem(KEY) ?? "null") as Remembered | null);
    if (saved && saved.until > this.clock() && Array.isArray(saved.outbox)) this.#now = { ...nothing(), ...saved };
    else this.clear();
    if (typeof saved?.begun === "string") this.#now.begun = saved.begun;
  }

  get now(): Readonly<Remembered> {
    return this.#now;
  }

  keep(change: Partial<Remembered>): void {
    this.#now = { ...this.#now, ...change };
    if (this.#now.until <= this.clock()) this.#now.until = this.clock() + LIFE;
    this.#attempt(() => this.storage().setItem(KEY, JSON.stringify(this.#now)));
  }

  clear(): void {
    this.#now = nothing();
    this.#attempt(() => this.storage().removeItem(KEY));
  }

  #attempt<T>(act: () => T): T | null {
    try {
      return act();
    } catch {
      return null; // blocked, full or damaged: the page's own memory is enough
    }
  }
}
