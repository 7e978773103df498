import { expect, test, vi } from "vitest";
import { Refused, Unreachable } from "./channel";
import { apart, Asking, later, meet, settle, strings, texts } from "./conversation-testing";
import { Memory } from "./memory";

apart();

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
  await later();
  expect(texts(talk)).toEqual(["Hello"]);
});

test.each([
  [true, strings.erasedAll],
  [false, strings.erasedPartly],
])("requests are deleted too where that is wished, and what may be left is said", async (complete, words) => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  server.complete = complete;
  await talk.erase(true);
  await later();
  expect(server.ended).toEqual(["t1 and requests"]);
  expect(talk.notice?.text).toBe(words);
});

test("a deletion that was asked for in words clears the screen, and a new conversation begins", async () => {
  const { talk, server } = meet();
  talk.begin();
  await settle();
  talk.say("what is NED");
  await settle();
  talk.say("delete my data");
  await later();
  expect(texts(talk)).toEqual(["Hello"]);
  expect(talk.notice?.text).toBe("re: delete my data");
  expect(server.sessions).toBe(2);
});

test("an answer that comes after everything was deleted is not shown", async () => {
  const { talk } = meet();
  talk.begin();
  await settle();
  talk.say("hi");
  await talk.erase();
  await later();
  expect(texts(talk)).toEqual(["Hello"]);
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

const unsaved = (words: string): string => `${words} ${strings.unsaved}`.trim();

test("a request that was begun when the time ended is said not to be saved, and can be asked for again", async () => {
  const { talk, server } = meet(new Asking());
  talk.begin();
  talk.say("call me back");
  await settle();
  await vi.advanceTimersByTimeAsync(61_000);
  expect(talk.notice).toMatchObject({ text: unsaved(strings.expired), again: "Ask for a call back" });
  talk.say(talk.notice?.again ?? "");
  await settle();
  expect(talk.notice).toBeNull();
  expect(server.turns[1]).toEqual({ text: "Ask for a call back" });
});

test("the same where the session was over before the next message", async () => {
  const { talk, server } = meet(new Asking());
  talk.begin();
  talk.say("call me back");
  await settle();
  server.faults = [new Refused(401, null)];
  talk.say("yes");
  await settle();
  expect(talk.notice).toMatchObject({ text: unsaved(strings.renewed), again: "Ask for a call back" });
});

test("and where the page was loaded anew in the meantime", async () => {
  const { talk } = meet(new Asking());
  talk.begin();
  talk.say("call me back");
  await settle();
  vi.setSystemTime(Date.now() + 3_600_000);
  const { talk: next } = meet();
  next.begin();
  await settle();
  expect(next.notice).toMatchObject({ text: unsaved(""), again: "Ask for a call back", first: true });
  expect(texts(next)).toEqual(["Hello"]);
  const { talk: third } = meet();
  third.begin();
  await settle();
  expect(third.notice).toBeNull();
});

test("nothing is said of a request that was dropped, or in a conversation that was deleted", async () => {
  const { talk } = meet(new Asking());
  talk.begin();
  talk.say("call me back");
  talk.say("cancel");
  await settle();
  await vi.advanceTimersByTimeAsync(61_000);
  expect(talk.notice?.text).toBe(strings.expired);
  talk.say("call me back");
  await settle();
  talk.abandon();
  expect(new Memory().now.begun).toBe("");
});
