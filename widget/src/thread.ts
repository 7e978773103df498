/**
 * The list of what was said, as one page shows it.
 *
 * Message ids begin anew with each session, so entries carry a key of their own: what stays on the screen keeps
 * its place there, and a screen reader hears nothing twice.
 */
import { localMessage, type Message } from "./contract";
import type { Outgoing } from "./memory";

export interface Entry extends Message {
  key: string;
  state: "done" | "sending" | "kept" | "failed";
  /** Came in while the visitor was here, so a screen reader says it. */
  fresh: boolean;
  /** Of a session that has ended: what it offers cannot be pressed any more. */
  over: boolean;
}

const isSettled = ({ state }: Entry): boolean => state === "done" || state === "failed";

export class Thread {
  entries: Entry[];
  #series = 0;

  constructor(outbox: readonly Outgoing[]) {
    this.entries = outbox.map(own);
  }

  get empty(): boolean {
    return this.entries.length === 0;
  }

  clear(): void {
    this.entries = [];
    this.begin();
  }

  /** From here on message ids belong to another session. */
  begin(): void {
    this.#series += 1;
    this.entries = this.entries.map((entry) => ({ ...entry, over: isSettled(entry) }));
  }

  /** The visitor's message, before the server has it. */
  push(item: Outgoing): void {
    this.entries = [...this.entries, own(item)];
  }

  mark(key: string, state: Entry["state"]): void {
    this.entries = this.entries.map((entry) => (entry.key === key ? { ...entry, state } : entry));
  }

  /** New answers, before what still waits to be sent. */
  add(messages: Message[]): void {
    const taken = new Set(this.entries.map(({ key }) => key));
    const added = messages.map((message): Entry => {
      const key = this.#key(message);
      return { ...message, key: taken.has(key) ? `${key}-${taken.size}` : key, state: "done", fresh: true, over: false };
    });
    this.entries = [...this.entries.filter(isSettled), ...added, ...this.#waiting()];
  }

  /** The server's account of this session, which takes the place of ours. */
  replace(messages: Message[]): void {
    const heard = new Set(this.entries.filter(({ fresh }) => fresh).map(({ key }) => key));
    const told = messages.map((message): Entry => {
      const key = this.#key(message);
      return { ...message, key, state: "done", fresh: heard.has(key), over: false };
    });
    this.entries = [...told, ...this.#waiting()];
  }

  #waiting(): Entry[] {
    return this.entries.filter((entry) => !isSettled(entry));
  }

  #key({ id }: Message): string {
    return `${this.#series}-${id}`;
  }
}

function own({ id, title }: Outgoing): Entry {
  return { ...localMessage(id, "visitor", title), key: id, state: "kept", fresh: false, over: false };
}

/** What the assistant said last, also while the visitor's next message is on its way. */
export function lastTurn(entries: readonly Entry[]): readonly Entry[] {
  const speakers = entries.map(({ from }) => from);
  const end = speakers.lastIndexOf("assistant") + 1;
  return entries.slice(speakers.lastIndexOf("visitor", end - 1) + 1, end);
}

/** Where the last turn of the assistant begins: only what is offered from there on can be pressed. */
export function offersFrom(entries: readonly Entry[]): number {
  return entries.map(({ from, state, over }) => over || (from === "visitor" && state !== "failed")).lastIndexOf(true) + 1;
}
