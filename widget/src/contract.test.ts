import { expect, test } from "vitest";
import { readMessages } from "./contract";

const whole = {
  id: "m1",
  from: "assistant",
  text: "Call (888) 753-LBBC (5222).",
  buttons: [{ ref: "r", title: "Yes" }],
  links: [{ title: "(888) 753-LBBC (5222)", href: "tel:+18887535222" }],
  source: { title: "NED", section: "Overview", reviewed: "2025-07-10" },
  input: "tel",
  invalid: true,
  feedback: { helpful: "a", not_helpful: "b" },
};

test("a whole message stays as it is", () => {
  expect(readMessages({ messages: [whole] })).toEqual([whole]);
});

test("missing fields get their empty form", () => {
  expect(readMessages({ messages: [{ id: "m1", text: "Hello" }] })).toEqual([
    { id: "m1", from: "assistant", text: "Hello", buttons: [], links: [], source: null, input: null, invalid: false, feedback: null },
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

test("a source without a section is still a source", () => {
  const [message] = readMessages({ messages: [{ ...whole, source: { title: "NED", section: null, reviewed: "2025-07-10" } }] });
  expect(message.source).toEqual({ title: "NED", section: "", reviewed: "2025-07-10" });
});
