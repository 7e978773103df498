import { expect, test } from "vitest";
import { contacts, type Strings, stringsFor } from "./strings";

const plain = (strings: Strings): string[] =>
  Object.values(strings).flatMap((value) => (typeof value === "string" ? [value] : typeof value === "object" ? Object.values(value) : []));

test("a regional or unknown language falls back", () => {
  expect(stringsFor("EN-us").code).toBe("en");
  expect(stringsFor("xx").code).toBe("en");
  expect(stringsFor("").code).toBe("en");
});

test.each(["offline", "down"] as const)("%s names the helpline and 988", (name) => {
  expect(stringsFor("en")[name]).toContain("(888) 753-LBBC (5222)");
  expect(stringsFor("en")[name]).toContain("988");
});

test("the tone is calm: no exclamation marks, no regret by habit", () => {
  expect(plain(stringsFor("en")).filter((text) => /!|unfortunately|oops/i.test(text))).toEqual([]);
});

test("the helpline's link dials the helpline's number", () => {
  expect(contacts(stringsFor("en"))[0]).toEqual({ title: "(888) 753-LBBC (5222)", href: "tel:+18887535222" });
});
