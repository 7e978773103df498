import { expect, test, vi } from "vitest";
import { find, put, said, strings } from "../testing";
import { fixtures } from "./fixtures";
import { formBar } from "./form-bar";

const titles = (bar: HTMLElement): string[] => [...bar.querySelectorAll("button")].map(said);

test("a question says how far it is, and has a way back and out", () => {
  const press = vi.fn();
  const bar = put(formBar({ ...fixtures["a question"], press }));
  expect(said(find(bar, ".way > span"))).toBe("Question 5 of 8");
  for (const button of bar.querySelectorAll<HTMLButtonElement>("button")) button.click();
  expect(press.mock.calls).toEqual([["b", strings.back], ["c", strings.cancel]]);
});

test("the first question has no way back", () => {
  expect(titles(put(formBar(fixtures["the first question"])))).toEqual([strings.cancel]);
});

test("what decides is here, and no other choice", () => {
  expect(titles(put(formBar(fixtures["a summary"])))).toEqual(["Yes, save it", strings.back, strings.cancel]);
});

test("nothing can be pressed while an answer is on its way", () => {
  expect(put(formBar(fixtures["an answer is awaited"])).querySelectorAll("button:enabled")).toHaveLength(0);
});
