import { expect, test, vi } from "vitest";
import { Refused, Unreachable } from "./channel";
import { apart, later, LostReply, meet, settle, strings, texts } from "./conversation-testing";

apart();

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
