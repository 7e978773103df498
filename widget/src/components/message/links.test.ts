import { expect, test } from "vitest";
import { pieces } from "./links";

const phone = { title: "(888) 753-LBBC (5222)", href: "tel:+18887535222" };
const crisis = { title: "988", href: "tel:988" };
const longer = { title: "988 Lifeline", href: "https://988lifeline.org" };

test("named parts become contacts, the rest stays text", () => {
  expect(pieces("Call (888) 753-LBBC (5222) or 988.", [phone, crisis])).toEqual(["Call ", phone, " or ", crisis, "."]);
});

test("every place of a contact is one", () => {
  expect(pieces("988, 988", [crisis])).toEqual([crisis, ", ", crisis]);
});

test("the longer name wins", () => {
  expect(pieces("the 988 Lifeline", [crisis, longer])).toEqual(["the ", longer]);
});

test.each(["1988", "9885", "x988", "988é"])("%s holds no 988", (text) => {
  expect(pieces(text, [crisis])).toEqual([text]);
});

test("without contacts nothing is guessed", () => {
  expect(pieces("https://example.org 215-555-0142", [])).toEqual(["https://example.org 215-555-0142"]);
});
