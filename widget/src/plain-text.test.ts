import { expect, test } from "vitest";
import { entry, strings } from "./components/testing";
import { plainText } from "./plain-text";

test("a copy names who spoke and where an answer comes from", () => {
  const source = { title: "What NED means", section: "Overview", reviewed: "2025-07-10" };
  const text = plainText([entry("what is NED", { from: "visitor" }), entry("No sign of it.", { source })], strings);
  expect(text).toBe(
    "You: what is NED\n\nAssistant: No sign of it.\nSource: What NED means, Overview. Reviewed July 10, 2025.",
  );
});
