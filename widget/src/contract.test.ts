import { expect, test } from "vitest";
import { localMessage, readMessages } from "./contract";

const whole = {
  id: "m1",
  from: "assistant",
  text: "Call (888) 753-LBBC (5222).",
  buttons: [{ ref: "r", title: "Yes" }],
  links: [{ title: "(888) 753-LBBC (5222)", href: "tel:+18887535222" }],
  source: { page: "Metastatic breast cancer", href: "https://www.example.org/mbc", reviewed: "2025-07-10" },
  input: "tel",
  invalid: true,
  feedback: { helpful: "a", not_helpful: "b" },
  form: {
    kind: "callback",
    step: 3,
    steps: 8,
    several: ["r"],
    decides: ["r"],
    back: "b",
    cancel: "c",
    summary: [{ label: "First name:", value: "", edit: "e" }],
  },
  saved: { reference: "K7QM-3F", change: "x", withdraw: "" },
};

test("a whole message stays as it is", () => {
  expect(readMessages({ messages: [whole] })).toEqual([whole]);
});

test("missing fields get their empty form", () => {
  expect(readMessages({ messages: [{ id: "m1", text: "Hello" }] })).toEqual([
    localMessage("m1", "assistant", "Hello"),
  ]);
});

test.each([null, "text", [], {}, { messages: "none" }, { messages: [null, 1, { id: "x" }, { text: "no id" }, { id: "x", text: "" }] }])(
  "nothing can be made of %j",
  (body) => expect(readMessages(body)).toEqual([]),
);

test("a link that could run a script is no link", () => {
  const links = [
    { title: "a", href: "javascript:alert(1)" },
    { title: "b", href: "http://plain.example" },
    { title: "c", href: "https://www.lbbc.org" },
  ];
  expect(readMessages({ messages: [{ ...whole, links }] })[0].links).toEqual([links[2]]);
});

test("malformed parts are left out and the words stay", () => {
  const [message] = readMessages({
    messages: [{ ...whole, buttons: [{ ref: "r" }, 7], source: { title: "x" }, input: "password", feedback: { helpful: "a" } }],
  });
  expect(message).toMatchObject({ text: whole.text, buttons: [], source: null, input: null, feedback: null });
});

test("a source whose page is not known, or not safe to open, is still a source", () => {
  const source = { page: null, href: "javascript:alert(1)", reviewed: "2025-07-10" };
  const [message] = readMessages({ messages: [{ ...whole, source }] });
  expect(message.source).toEqual({ page: "", href: "", reviewed: "2025-07-10" });
});

test("a form of which much is missing still has its way out", () => {
  const [message] = readMessages({ messages: [{ ...whole, form: { step: null, cancel: "c", several: "x", summary: [1, {}] }, saved: {} }] });
  const empty = { several: [], decides: [], summary: [] };
  expect(message.form).toEqual({ ...empty, kind: "", step: 0, steps: 0, back: "", cancel: "c" });
  expect(message.saved).toBeNull();
});
