import { expect, test, vi } from "vitest";
import { entry, find, put, said, strings } from "../testing";
import { longDate, message, type MessageView } from "./message";

const show = (fields: Partial<MessageView>): HTMLElement =>
  put(message({ entry: entry("Hello"), strings, live: true, follows: false, press: () => undefined, ...fields }));

test("the speaker is named, also when the label is not to be seen", () => {
  expect(said(find(show({}), ".who"))).toBe("Assistant:");
  const again = show({ follows: true });
  expect(said(find(again, "p.vh"))).toBe("Assistant:");
  expect(said(find(show({ entry: entry("hi", { from: "visitor" }) }), ".who"))).toBe("You:");
});

test("a new answer is announced; history and the visitor's own words are not", () => {
  expect(find(show({}), ".entry").hasAttribute("aria-live")).toBe(false);
  expect(find(show({ entry: entry("old", { fresh: false }) }), ".entry").getAttribute("aria-live")).toBe("off");
  expect(find(show({ entry: entry("hi", { from: "visitor" }) }), ".entry").getAttribute("aria-live")).toBe("off");
});

test("markup in a text is text", () => {
  const text = '<img src=x onerror="alert(1)"> <b>bold</b>';
  const shown = find(show({ entry: entry(text) }), ".words");
  expect(shown.querySelector("img, b")).toBeNull();
  expect(said(shown)).toBe(text);
});

test("contacts are links, and a page opens in a tab of its own that says so", () => {
  const links = [
    { title: "(888) 753-LBBC (5222)", href: "tel:+18887535222" },
    { title: "LBBC", href: "https://www.lbbc.org/" },
  ];
  const shown = show({ entry: entry("LBBC: (888) 753-LBBC (5222)", { links }) });
  expect(find(shown, 'a[href="tel:+18887535222"]').hasAttribute("target")).toBe(false);
  const page = find(shown, 'a[href="https://www.lbbc.org/"]');
  expect(page.getAttribute("rel")).toBe("noopener noreferrer");
  expect(said(page)).toBe("LBBC (opens in a new tab)");
});

test("the source stands under the answer with its date in words", () => {
  const source = { title: "What NED means", section: "Overview", reviewed: "2025-07-10" };
  expect(said(find(show({ entry: entry("…", { source }) }), ".source"))).toBe(
    "Source: What NED means, Overview. Reviewed July 10, 2025.",
  );
});

test("what is no date is shown as it came", () => {
  expect(longDate("summer 2025", "en")).toBe("summer 2025");
});

test("a choice is pressed by its reference, and an old one cannot be", () => {
  const press = vi.fn();
  const buttons = [{ ref: "r1", title: "Yes" }];
  find(show({ entry: entry("…", { buttons }), press }), ".choices button").click();
  expect(press).toHaveBeenCalledExactlyOnceWith("r1", "Yes");
  const old = find(show({ entry: entry("…", { buttons }), live: false, press }), ".choices button");
  expect((old as HTMLButtonElement).disabled).toBe(true);
});

test("was this helpful: asked while it can be answered", () => {
  const press = vi.fn();
  const feedback = { helpful: "good", not_helpful: "bad" };
  const shown = show({ entry: entry("…", { feedback }), press });
  const [yes, no] = [...shown.querySelectorAll<HTMLButtonElement>(".feedback button")];
  yes.click();
  no.click();
  expect(press.mock.calls).toEqual([["good", strings.itHelped], ["bad", strings.itDidNotHelp]]);
  expect(show({ entry: entry("…", { feedback }), live: false }).querySelector(".feedback")).toBeNull();
});

test("what was not sent says so", () => {
  expect(said(find(show({ entry: entry("hi", { from: "visitor", state: "kept" }) }), ".state"))).toBe(strings.waitingToSend);
  expect(said(find(show({ entry: entry("hi", { from: "visitor", state: "failed" }) }), ".state"))).toBe(strings.notSent);
});
