import { beforeEach, expect, test } from "vitest";
import { Memory } from "./memory";

const blocked = (): Storage => {
  throw new DOMException("blocked", "SecurityError");
};

beforeEach(() => sessionStorage.clear());

test("the next page of the tab remembers", () => {
  new Memory().keep({ token: "t", until: Date.now() + 1000, draft: "half a sent" });
  expect(new Memory().now).toMatchObject({ token: "t", draft: "half a sent" });
});

test("nothing is remembered past its time, and nothing is left lying about", () => {
  new Memory().keep({ token: "t", until: Date.now() + 1000 });
  const later = new Memory(undefined, () => Date.now() + 1001);
  expect(later.now.token).toBeNull();
  expect(sessionStorage.length).toBe(0);
});

test("only what kind of request was begun is remembered past that time", () => {
  new Memory().keep({ token: "t", until: Date.now() + 1000, draft: "mine", begun: "callback" });
  const later = new Memory(undefined, () => Date.now() + 1001);
  expect(later.now).toMatchObject({ token: null, draft: "", begun: "callback" });
});

test("a draft without a session has a short life too", () => {
  new Memory().keep({ draft: "mine" });
  expect(new Memory(undefined, () => Date.now() + 31 * 60_000).now.draft).toBe("");
});

test("clearing leaves no trace", () => {
  const memory = new Memory();
  memory.keep({ token: "t", draft: "mine" });
  memory.clear();
  expect(memory.now).toMatchObject({ token: null, draft: "", outbox: [] });
  expect(sessionStorage.length).toBe(0);
});

test("where storage is blocked the page still remembers", () => {
  const memory = new Memory(blocked);
  memory.keep({ token: "t" });
  expect(memory.now.token).toBe("t");
});

test.each(["{", "7", '{"until": 99999999999999, "outbox": 3}'])("damaged storage (%s) is as good as none", (text) => {
  sessionStorage.setItem("mbc-chat", text);
  expect(new Memory().now).toMatchObject({ token: null, outbox: [] });
});
