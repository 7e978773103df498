import { expect, test } from "vitest";
import { localMessage } from "./contract";
import { lastTurn, offersFrom, Thread } from "./thread";

const answer = (id: string, text = id) => localMessage(id, "assistant", text);
const item = (id: string) => ({ id, title: id, content: { text: id } });
const texts = (thread: Thread): string[] => thread.entries.map(({ text }) => text);

test("an answer stands before what still waits to be sent", () => {
  const thread = new Thread([item("first"), item("second")]);
  thread.mark("first", "done");
  thread.add([answer("m1")]);
  expect(texts(thread)).toEqual(["first", "m1", "second"]);
});

test("the same id in another session is another message", () => {
  const thread = new Thread([]);
  thread.add([answer("m1", "old")]);
  thread.begin();
  thread.add([answer("m1", "new")]);
  expect(texts(thread)).toEqual(["old", "new"]);
  expect(new Set(thread.entries.map(({ key }) => key)).size).toBe(2);
});

test("an id that comes twice is never an answer swallowed", () => {
  const thread = new Thread([]);
  thread.add([answer("m1", "one")]);
  thread.add([answer("m1", "two")]);
  expect(texts(thread)).toEqual(["one", "two"]);
  expect(thread.entries[0].key).not.toBe(thread.entries[1].key);
});

test("the server's account keeps what was heard as heard, and what waits", () => {
  const thread = new Thread([]);
  thread.add([answer("m1")]);
  const { key } = thread.entries[0];
  thread.push(item("mine"));
  thread.replace([answer("m1"), localMessage("v2", "visitor", "elsewhere"), answer("m3")]);
  expect(texts(thread)).toEqual(["m1", "elsewhere", "m3", "mine"]);
  expect(thread.entries[0]).toMatchObject({ key, fresh: true });
  expect(thread.entries[2].fresh).toBe(false);
});

test("only what was offered since the visitor last spoke can be pressed", () => {
  const thread = new Thread([]);
  thread.add([answer("m1")]);
  expect(offersFrom(thread.entries)).toBe(0);
  thread.push(item("said"));
  expect(offersFrom(thread.entries)).toBe(2);
  thread.mark("said", "failed");
  expect(offersFrom(thread.entries)).toBe(0);
});

test("the last turn is all that the assistant said last, whatever waits after it", () => {
  const thread = new Thread([]);
  expect(lastTurn(thread.entries)).toEqual([]);
  thread.add([answer("m1"), answer("m2")]);
  expect(lastTurn(thread.entries).map(({ text }) => text)).toEqual(["m1", "m2"]);
  thread.push(item("said"));
  expect(lastTurn(thread.entries).map(({ text }) => text)).toEqual(["m1", "m2"]);
  thread.mark("said", "done");
  thread.add([answer("m3"), answer("m4")]);
  thread.push(item("more"));
  expect(lastTurn(thread.entries).map(({ text }) => text)).toEqual(["m3", "m4"]);
});

test("what an ended session offered cannot be pressed", () => {
  const thread = new Thread([]);
  thread.add([answer("m1")]);
  thread.begin();
  expect(offersFrom(thread.entries)).toBe(1);
  thread.add([answer("m1")]);
  expect(offersFrom(thread.entries)).toBe(1);
});
