/** What the tests of a conversation share: a server in a few lines, and how to meet it. */
import { afterEach, beforeEach, vi } from "vitest";
import { type Channel, type Content, type Session, Unreachable } from "./channel";
import { localMessage, type Message } from "./contract";
import { Conversation } from "./conversation";
import { Memory } from "./memory";
import { stringsFor } from "./strings";

export const strings = stringsFor("en");
export const hello = localMessage("m0", "assistant", "Hello");
/** A server in a few lines: it counts turns, and fails when told to. */
export class Server {
  readonly server = `https://${Math.random()}.example/`;
  faults: Error[] = [];
  turns: Content[] = [];
  sessions = 0;
  ended: string[] = [];
  complete = true;
  #answers = new Map<string, Message[]>();
  #history: Message[] = [];

  async start(): Promise<Session> {
    this.#fail();
    this.#history = [hello];
    return { token: `t${++this.sessions}`, expiresIn: 60, messages: [hello] };
  }

  async conversation(): Promise<Omit<Session, "token">> {
    this.#fail();
    return { expiresIn: 60, messages: this.#history };
  }

  async send(_token: string, id: string, content: Content): Promise<{ messages: Message[]; ended: boolean }> {
    const lost = this.faults[0] instanceof LostReply;
    if (!lost) this.#fail();
    if (!this.#answers.has(id)) {
      this.turns.push(content);
      const said = "text" in content ? content.text : content.button;
      const answer = localMessage(`m${this.turns.length}`, "assistant", `re: ${said}`);
      this.#answers.set(id, said === "silence" ? [] : [answer]);
      this.#history.push(localMessage(`v${this.turns.length}`, "visitor", said), answer);
    }
    this.#fail();
    return { messages: this.#answers.get(id) ?? [], ended: "text" in content && content.text === "delete my data" };
  }

  async end(token: string, requests = false): Promise<boolean> {
    this.#fail();
    this.ended.push(requests ? `${token} and requests` : token);
    return this.complete;
  }

  #fail(): void {
    const fault = this.faults.shift();
    if (fault) throw fault;
  }
}

/** A server whose answers ask the questions of a request. */
export class Asking extends Server {
  override async send(token: string, id: string, content: Content): Promise<{ messages: Message[]; ended: boolean }> {
    const answer = await super.send(token, id, content);
    const form = { kind: "callback", step: 1, steps: 4, several: [], decides: [], back: "", cancel: "c", summary: [] };
    const asks = "text" in content && content.text !== "cancel";
    return { ...answer, messages: answer.messages.map((message) => ({ ...message, form: asks ? form : null })) };
  }
}

/** The turn was made, and its answer got lost on the way. */
export class LostReply extends Unreachable {}

export function meet(server = new Server()): { server: Server; talk: Conversation } {
  const talk = new Conversation(server as unknown as Channel, new Memory(), strings);
  return { server, talk };
}

export const texts = (talk: Conversation): string[] => talk.entries.map(({ text }) => text);
export const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(200);
export const later = (): Promise<unknown> => vi.advanceTimersByTimeAsync(20_000);

/** Keep the tests' clock and storage apart from each other. */
export function apart(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    sessionStorage.clear();
  });

  afterEach(() => {
    vi.useRealTimers();
  });
}
