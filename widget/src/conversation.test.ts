import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Channel, type Content, Refused, type Session, Unreachable } from "./channel";
import { localMessage, type Message } from "./contract";
import { Conversation } from "./conversation";
import { Memory } from "./memory";
import { stringsFor } from "./strings";

const strings = stringsFor("en");
const hello = localMessage("m0", "assistant", "Hello");
const talks: Conversation[] = [];

/** A server in a few lines: it counts turns, and fails when told to. */
class Server {
  readonly server = `https://${Math.random()}.example/`;
  faults: Error[] = [];
  turns: Content[] = [];
  sessions = 0;
  ended: string[] = [];
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

  async send(_token: string, id: string, content: Content): Promise<Message[]> {
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
    return this.#answers.get(id) ?? [];
  }

  async end(token: string): Promise<void> {
    this.#fail();
    this.ended.push(token);
  }

  #fail(): void {
    const fault = this.faults.shift();
    if (fault) throw fault;
  }
}

/** The turn was made, and its answer got lost on the way. */
class LostReply extends Unreachable {}

function meet(server = new Server()): { server: Server; talk: Conversation } {
  const talk = new Conversation(server as unknown as Channel, new Memory(), strings);
  talks.push(talk);
  return { server, talk };
}

const texts = (talk: Conversation): string[] => talk.entries.map(({ text }) => text);
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(200);
const later = (): Promise<unknown> => vi.advanceTimersByTimeAsync(20_000);

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
});

afterEach(() => {
  vi.useRealTimers();
});

test("a conversation begins with the greeting, and goes on", async () => {
  const { talk } = meet();
  talk.begin();
  await settle();
  talk.say("hi");
  expect(talk.waiting).toBe(true);
  await settle();
  expect(texts(talk)).toEqual(["Hello", "hi", "re: hi"]);
  expect(talk.waiting).toBe(false);
});

test("two messages at once are answered in order", async () => {
  const { talk, server } = meet();
  talk.begin();
  talk.say("one");
  talk.say("two");
  await settle();
  expect(server.turns).toEqual([{ text: "one" }, { text: "two" }]);
  expect(texts(talk)).toEqual(["Hello", "one", "re: one", "two", "re: two"]);
});

test("without a network the message is kept, the numbers are shown, and it goes when it can", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  server.faults = [new Unreachable(), new Unreachable()];
  talk.say("hi");
  await settle();
  expect(talk.entries[1].state).toBe("kept");
  expect(talk.notice?.text).toContain("(888) 753-LBBC (5222)");
  expect(talk.notice?.text).toContain("988");
  await later();
  expect(texts(talk)).toEqual(["Hello", "hi", "re: hi"]);
  expect(talk.notice).toBeNull();
});

test("a lost reply makes no second turn", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  server.faults = [new LostReply()];
  talk.say("hi");
  await later();
  expect(server.turns).toEqual([{ text: "hi" }]);
  expect(texts(talk)).toEqual(["Hello", "hi", "re: hi"]);
});

test("a page load in the middle loses nothing and says nothing twice", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  server.faults = [new LostReply()];
  talk.say("hi");
  await settle();
  const { talk: next } = meet(server);
  expect(texts(next)).toEqual(["hi"]);
  next.begin();
  await settle();
  expect(server.turns).toEqual([{ text: "hi" }]);
  expect(texts(next)).toEqual(["Hello", "hi", "re: hi"]);
});

test("an expired session: what was typed goes to a new one, and the visitor is told", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  talk.say("before");
  await settle();
  server.faults = [new Refused(401, null)];
  talk.say("after");
  await settle();
  expect(server.sessions).toBe(2);
  expect(texts(talk)).toEqual(["Hello", "before", "re: before", "Hello", "after", "re: after"]);
  expect(talk.notice?.text).toBe(strings.renewed);
});

test("a session that is gone before its first message is renewed as well", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  server.faults = [new Refused(401, null)];
  talk.say("hi");
  await settle();
  expect(texts(talk)).toEqual(["Hello", "Hello", "hi", "re: hi"]);
});

test("a button of an expired session is not pressed in the new one", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  talk.say("before");
  await settle();
  server.faults = [new Refused(401, null)];
  talk.press("ref", "Yes");
  await settle();
  expect(server.turns).toEqual([{ text: "before" }]);
  expect(talk.notice?.text).toBe(strings.choiceEnded);
});

test("a server that refuses every session is not asked for ever", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  server.faults = [new Refused(401, null), new Refused(401, null), new Refused(401, null)];
  talk.say("hi");
  await later();
  expect(server.sessions).toBeLessThanOrEqual(2);
  expect(talk.notice?.text).toContain("988");
});

test("a refused text comes back to be typed anew", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  const back = vi.fn();
  talk.addEventListener("giveback", back);
  server.faults = [new Refused(413, "Too much. Call (888) 753-LBBC (5222) or 988.")];
  talk.say("much");
  await settle();
  expect((back.mock.calls[0][0] as CustomEvent<string>).detail).toBe("much");
  expect(talk.entries[1].state).toBe("failed");
  expect(talk.notice?.text).toBe("Too much. Call (888) 753-LBBC (5222) or 988.");
});

test.each([429, 500, 503])("after status %i the visitor has the numbers and can try again", async (status) => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  server.faults = [new Refused(status, null)];
  talk.say("hi");
  await settle();
  expect(talk.notice?.text).toBe(strings.down);
  talk.notice?.retry?.();
  await settle();
  expect(texts(talk)).toEqual(["Hello", "hi", "re: hi"]);
  expect(talk.notice).toBeNull();
});

test("a server that comes back and is not ready at once is tried again, however long it was away", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  server.faults = [new Unreachable(), new Unreachable(), new Unreachable(), new Refused(503, null)];
  talk.say("hi");
  await later();
  await later();
  expect(texts(talk)).toEqual(["Hello", "hi", "re: hi"]);
  expect(talk.notice).toBeNull();
});

test("a server that goes on refusing is left alone after three tries", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  server.faults = Array.from({ length: 9 }, () => new Refused(503, null));
  talk.say("hi");
  await later();
  await later();
  expect(server.faults.length).toBe(9 - 1 - 3);
  expect(talk.notice?.retry).not.toBeNull();
});

test("an empty answer is no silence", async () => {
  const { talk } = meet();
  talk.begin();
  talk.say("silence");
  await settle();
  expect(talk.notice?.text).toBe(strings.down);
});

test("deleting is said to be done only when it is", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  server.faults = [new Unreachable()];
  await talk.erase();
  expect(texts(talk)).toEqual([]);
  expect(talk.notice?.text).toBe(strings.eraseFailed);
  talk.notice?.retry?.();
  await settle();
  expect(server.ended).toEqual(["t1"]);
  expect(talk.notice?.text).toBe(strings.erased);
});

test("an answer that comes after everything was deleted is not shown", async () => {
  const { talk } = meet();
  talk.begin();
  await settle();
  talk.say("hi");
  await talk.erase();
  await later();
  expect(texts(talk)).toEqual([]);
});

test("starting over leads to a new session and keeps what is half typed", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  talk.startOver();
  await settle();
  expect(server.sessions).toBe(2);
  expect(texts(talk)).toEqual(["Hello"]);
});

test("leaving forgets at once and deletes on the server", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  talk.abandon();
  expect(talk.entries).toEqual([]);
  expect(sessionStorage.length).toBe(0);
  await settle();
  expect(server.ended).toEqual(["t1"]);
});

test("after its time the conversation leaves the screen and the storage", async () => {
  const { talk } = meet();
  talk.begin();
  await settle();
  await vi.advanceTimersByTimeAsync(61_000);
  expect(talk.entries).toEqual([]);
  expect(talk.notice?.text).toBe(strings.expired);
  expect(sessionStorage.getItem("mbc-chat") ?? "").not.toContain("t1");
});

test("what still waits when the time ends goes back into the field", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  server.faults = Array.from({ length: 40 }, () => new Unreachable());
  talk.say("are you there");
  (talk as unknown as { memory: Memory }).memory.keep({ draft: "half a" });
  await vi.advanceTimersByTimeAsync(61_000);
  expect(talk.notice?.text).toBe(strings.expired);
  expect(new Memory().now).toMatchObject({ draft: "are you there\nhalf a", outbox: [] });
});
