import { expect, test, vi } from "vitest";
import { find, place, said } from "../testing";
import { Composer } from "./composer";
import { fixtures } from "./fixtures";

const make = (fields: Partial<Composer> = {}): Promise<Composer> => place("mbc-chat-composer", Composer, { ...fixtures.empty, ...fields });
const field = (composer: Composer) => find(composer, "#mbc-field") as HTMLInputElement;

function type(composer: Composer, text: string): void {
  field(composer).value = text;
  field(composer).dispatchEvent(new Event("input"));
}

test.each([
  ["a phone number", "tel", "tel", "Your phone number"],
  ["an email address", "email", "email", "Your email address"],
  ["a first name", "text", "given-name", "Your first name"],
  ["another answer", "text", "off", "Your answer"],
] as const)("the step for %s has its keyboard, its autocomplete and its label", async (step, keyboard, autocomplete, label) => {
  const composer = await make(fixtures[step]);
  expect(field(composer).type).toBe(keyboard);
  expect(field(composer).inputMode).toBe(keyboard);
  expect(field(composer).getAttribute("autocomplete")).toBe(autocomplete);
  expect(said(find(composer, "label"))).toBe(label);
  expect(find(composer, "form").hasAttribute("novalidate")).toBe(true);
});

test("free text has a box of several lines that nothing fills in", async () => {
  const composer = await make();
  expect(field(composer).localName).toBe("textarea");
  expect(field(composer).getAttribute("autocomplete")).toBe("off");
});

test("a number pad can be changed for letters, so that one can always ask", async () => {
  const composer = await make(fixtures["a phone number"]);
  find(composer, ".letters").click();
  await composer.updateComplete;
  expect(field(composer).type).toBe("text");
  expect(field(composer).getAttribute("autocomplete")).toBe("tel");
});

test("an error is tied to the field", async () => {
  const composer = await make(fixtures["a phone number that was not understood"]);
  expect(field(composer).getAttribute("aria-invalid")).toBe("true");
  expect(field(composer).getAttribute("aria-describedby")).toBe("words-1-m3");
  expect(composer.querySelector(".problem")).toBeNull();
  composer.error = "";
  await composer.updateComplete;
  expect(field(composer).hasAttribute("aria-invalid")).toBe(false);
  expect(field(composer).hasAttribute("aria-describedby")).toBe(false);
});

test("what was typed is sent trimmed, and once", async () => {
  const composer = await make();
  const say = vi.fn();
  composer.addEventListener("say", (event) => say((event as CustomEvent).detail));
  type(composer, "  hello ");
  find(composer, "form").dispatchEvent(new Event("submit", { cancelable: true }));
  await composer.updateComplete;
  find(composer, "form").dispatchEvent(new Event("submit", { cancelable: true }));
  expect(say).toHaveBeenCalledExactlyOnceWith("hello");
  expect(field(composer).value).toBe("");
});

test("Enter sends; Shift with it, or a word still being composed, does not", async () => {
  const composer = await make();
  const say = vi.fn();
  composer.addEventListener("say", say);
  type(composer, "hello");
  field(composer).dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", shiftKey: true }));
  const composing = new KeyboardEvent("keydown", { key: "Enter" });
  Object.defineProperty(composing, "isComposing", { value: true });
  field(composer).dispatchEvent(composing);
  expect(say).not.toHaveBeenCalled();
  field(composer).dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
  expect(say).toHaveBeenCalledOnce();
});

test("a text that is too long stays in the box and says by how much", async () => {
  const composer = await make({ limit: 10 });
  const say = vi.fn();
  composer.addEventListener("say", say);
  type(composer, "💗".repeat(11));
  find(composer, "form").dispatchEvent(new Event("submit", { cancelable: true }));
  await composer.updateComplete;
  expect(say).not.toHaveBeenCalled();
  expect(said(find(composer, ".problem"))).toContain("11 characters");
  type(composer, "💗".repeat(10));
  await composer.updateComplete;
  expect(composer.querySelector(".problem")).toBeNull();
});
