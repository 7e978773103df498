import { expect, test, vi } from "vitest";
import { entry, find, place, said, strings } from "../testing";
import { fixtures } from "./fixtures";
import { Transcript } from "./transcript";

const make = (fields: Partial<Transcript> = {}): Promise<Transcript> =>
  place("mbc-chat-transcript", Transcript, { ...fixtures.empty, ...fields });

test("it is a log, polite, named and reachable by keyboard", async () => {
  const log = find(await make(), "[role=log]");
  expect(log.getAttribute("aria-live")).toBe("polite");
  expect(log.getAttribute("aria-label")).toBe("Conversation");
  expect(log.tabIndex).toBe(0);
});

test("an element stays the same when others come: nothing is announced twice", async () => {
  const first = entry("one", { key: "a" });
  const transcript = await make({ entries: [first] });
  const before = find(transcript, ".entry");
  transcript.entries = [{ ...first }, entry("two", { key: "b" })];
  await transcript.updateComplete;
  expect(transcript.querySelectorAll(".entry")).toHaveLength(2);
  expect(transcript.querySelectorAll(".entry")[0]).toBe(before);
});

test("the dots are for the eye only", async () => {
  const transcript = await make(fixtures["the first answer awaited"]);
  expect(find(transcript, ".typing").getAttribute("aria-hidden")).toBe("true");
  expect(find(transcript, ".typing").hidden).toBe(false);
  transcript.waiting = false;
  await transcript.updateComplete;
  expect(find(transcript, ".typing").hidden).toBe(true);
});

test("a notice has the numbers as links, and a way to try again", async () => {
  const retry = vi.fn();
  const transcript = await make({ ...fixtures["a notice with a way to try again"], notice: { text: strings.offline, retry } });
  expect(find(transcript, '.notice a[href="tel:988"]')).toBeTruthy();
  expect(find(transcript, '.notice a[href="tel:+18887535222"]')).toBeTruthy();
  find(transcript, ".notice button").click();
  expect(retry).toHaveBeenCalledOnce();
});

test("only the choices of the last turn can be pressed", async () => {
  const transcript = await make(fixtures["choices of two turns"]);
  const press = vi.fn();
  transcript.addEventListener("press", (event) => press((event as CustomEvent).detail));
  const [old, latest] = transcript.querySelectorAll(".choices");
  expect(find(old, "button").hasAttribute("disabled")).toBe(true);
  find(latest, "button").click();
  const [{ ref, title }] = fixtures["choices of two turns"].entries[4].buttons;
  expect(press).toHaveBeenCalledExactlyOnceWith({ ref, title });
});

test("a site's own greeting stands first", async () => {
  const transcript = await make(fixtures["a site's own greeting"]);
  expect(said(find(transcript, "[role=log]").firstElementChild as Element)).toBe("Welcome to our clinic.");
});
