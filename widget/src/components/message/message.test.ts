import { expect, test, vi } from "vitest";
import { find, put, said, strings } from "../testing";
import { fixtures } from "./fixtures";
import { longDate, message, type MessageView } from "./message";

const show = (name: keyof typeof fixtures, press: MessageView["press"] = () => undefined): HTMLElement =>
  put(message({ ...fixtures[name], press }));

test("the speaker is named, also when the label is not to be seen", () => {
  expect(said(find(show("a plain answer"), ".who"))).toBe("Assistant:");
  const again = show("a second message of the same speaker");
  expect(said(find(again, "p.vh"))).toBe("Assistant:");
  expect(said(find(show("what the visitor said"), ".who"))).toBe("You:");
});

test("a new answer is announced; history and the visitor's own words are not", () => {
  expect(find(show("a plain answer"), ".entry").hasAttribute("aria-live")).toBe(false);
  expect(find(show("an answer of before"), ".entry").getAttribute("aria-live")).toBe("off");
  expect(find(show("what the visitor said"), ".entry").getAttribute("aria-live")).toBe("off");
});

test("markup in a text is text", () => {
  const shown = find(show("a text that looks like markup"), ".words");
  expect(shown.querySelector("img, b")).toBeNull();
  expect(said(shown)).toBe(fixtures["a text that looks like markup"].entry.text);
});

test("contacts are links, and a page opens in a tab of its own that says so", () => {
  const shown = show("an answer with links");
  expect(find(shown, 'a[href="tel:+18887535222"]').hasAttribute("target")).toBe(false);
  const page = find(shown, 'a[href="https://www.lbbc.org/"]');
  expect(page.getAttribute("rel")).toBe("noopener noreferrer");
  expect(said(page)).toBe("LBBC (opens in a new tab)");
});

test("the source stands under the answer with its date in words", () => {
  expect(said(find(show("an answer with its source"), ".source"))).toBe(
    "Source: What NED means, Overview. Reviewed July 10, 2025.",
  );
});

test("what is no date is shown as it came", () => {
  expect(longDate("summer 2025", "en")).toBe("summer 2025");
});

test("a choice is pressed by its reference, and an old one cannot be", () => {
  const press = vi.fn();
  const [{ ref, title }] = fixtures["an answer with choices"].entry.buttons;
  find(show("an answer with choices", press), ".choices button").click();
  expect(press).toHaveBeenCalledExactlyOnceWith(ref, title);
  const old = find(show("choices of an earlier turn", press), ".choices button");
  expect((old as HTMLButtonElement).disabled).toBe(true);
});

test("was this helpful: asked while it can be answered", () => {
  const press = vi.fn();
  const shown = show("an answer that asks whether it helped", press);
  const [yes, no] = [...shown.querySelectorAll<HTMLButtonElement>(".feedback button")];
  yes.click();
  no.click();
  expect(press.mock.calls).toEqual([["good", strings.itHelped], ["bad", strings.itDidNotHelp]]);
  expect(show("an earlier answer that asked whether it helped").querySelector(".feedback")).toBeNull();
});

test("what was not sent says so", () => {
  expect(said(find(show("what the visitor said, waiting for the network"), ".state"))).toBe(strings.waitingToSend);
  expect(said(find(show("what the visitor said, not sent"), ".state"))).toBe(strings.notSent);
});
