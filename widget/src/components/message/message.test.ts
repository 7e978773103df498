import { expect, test, vi } from "vitest";
import { find, put, said, strings } from "../testing";
import { fixtures } from "./fixtures";
import { message, type MessageView } from "./message";

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

test("the stop after a contact stays with it", () => {
  const shown = find(put(message({ ...fixtures["an answer with links"], entry: { ...fixtures["an answer with links"].entry, text: "Call (888) 753-LBBC (5222). Or write." } })), ".words");
  expect(said(find(shown, ".whole"))).toBe("(888) 753-LBBC (5222).");
  expect(said(shown)).toBe("Call (888) 753-LBBC (5222). Or write.");
});

test("lines that begin with a dash are a list, and a visitor's own are as typed", () => {
  const { entry, ...view } = fixtures["an answer with points"];
  const shown = show("an answer with points");
  expect([...shown.querySelectorAll(".points li")].map((line) => said(line as HTMLElement))).toEqual([
    "NED: tests show no sign of it.",
    "Stable: it does not grow.",
  ]);
  expect([...shown.querySelectorAll(".words p")].map((line) => said(line as HTMLElement))).toEqual([
    "The difference:",
    "Neither is a cure.",
  ]);
  const typed = put(message({ ...view, entry: { ...entry, from: "visitor" } }));
  expect(typed.querySelector(".points")).toBeNull();
});

test("the source stands under the answer with its date in words", () => {
  expect(said(find(show("an answer with its source"), ".source"))).toBe(
    "Source: LBBC: Metastatic breast cancer, reviewed July 2025",
  );
});

test("what is no date is shown as it came", () => {
  expect(said(find(show("a source of which only the review is known"), ".source"))).toBe("Source: LBBC, reviewed summer 2025");
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

test("the source is a link where its address is known", () => {
  expect(find(show("everything at once"), ".source a").getAttribute("href")).toBe("https://www.example.org/mbc");
  expect(show("an answer with its source").querySelector(".source a")).toBeNull();
});

test("the choice that was made is marked, for a screen reader too", () => {
  const marked = [...show("choices of which one was chosen").querySelectorAll(".chosen")].map((each) => each.getAttribute("aria-label"));
  expect(marked).toEqual([`Talk to a person ${strings.chosen}`]);
  expect(show("several answers, given").querySelectorAll(".chosen")).toHaveLength(2);
});

test("several choices stay selected until they are done; the way past them is pressed at once", () => {
  const [pick, done, press] = [vi.fn(), vi.fn(), vi.fn()];
  const view = fixtures["several answers, two of them selected"];
  const shown = put(message({ ...view, pick, done, press }));
  const buttons = [...shown.querySelectorAll<HTMLButtonElement>(".choices button")];
  expect(buttons.map((button) => button.getAttribute("aria-pressed"))).toEqual(["true", "false", "true", null, null]);
  buttons[1].click();
  buttons[3].click();
  buttons[4].click();
  expect(pick).toHaveBeenCalledExactlyOnceWith("p2");
  expect(press).toHaveBeenCalledExactlyOnceWith("p4", "Skip");
  expect(done).toHaveBeenCalledOnce();
  expect(show("a question that takes several answers").querySelector(".done")).toBeNull();
});

test("a summary is a list with an edit at each line, and says nothing twice", () => {
  const press = vi.fn();
  const shown = show("a summary to check", press);
  expect([...shown.querySelectorAll("dt")].map(said)).toEqual(["First name", "How to reach you", "Best time"]);
  expect(said(find(shown, ".none"))).toBe(strings.notGiven);
  expect(said(find(shown, ".words")).match(/Grace/g)).toHaveLength(1);
  find(shown, '[aria-label="Edit: First name"]').click();
  expect(press).toHaveBeenCalledExactlyOnceWith("e1", "Edit: First name");
  expect(shown.querySelector(".choices")).toBeNull();
  expect(show("a summary of before").querySelector(".summary button")).toBeNull();
});

test("a saved request is a card; its code can be copied also later", () => {
  const [press, copied] = [vi.fn(), vi.fn()];
  const shown = put(message({ ...fixtures["a saved request"], press, copy: copied }));
  for (const button of shown.querySelectorAll<HTMLButtonElement>(".card button")) button.click();
  expect(copied).toHaveBeenCalledExactlyOnceWith("K7QM-3F");
  expect(press.mock.calls).toEqual([["r8", strings.change], ["r9", strings.withdraw]]);
  expect(show("a saved request of before").querySelectorAll(".card button")).toHaveLength(1);
});

test("a code is not broken in the middle", () => {
  expect(said(find(show("a saved request"), ".words .whole"))).toBe("K7QM-3F");
});
