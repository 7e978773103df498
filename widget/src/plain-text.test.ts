import { expect, test } from "vitest";
import { entry, strings } from "./components/testing";
import { plainText } from "./plain-text";

test("a copy names who spoke and where an answer comes from", () => {
  const source = { page: "Metastatic breast cancer", href: "https://x.example/", reviewed: "2025-07-10" };
  const text = plainText([entry("what is NED", { from: "visitor" }), entry("No sign of it.", { source })], strings);
  const [title, ...said] = text.split("\n\n");
  expect(title).toContain("Conversation with the MBC assistant, ");
  expect(said).toEqual([
    "You: what is NED",
    "Assistant: No sign of it.\nSource: LBBC: Metastatic breast cancer, reviewed July 2025 https://x.example/",
  ]);
});
