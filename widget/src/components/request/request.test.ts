import { expect, test, vi } from "vitest";
import { find, put, said, strings } from "../testing";
import { fixtures, lines } from "./fixtures";
import { saved, summary } from "./request";

const nobody = (): void => undefined;

test("each line is named, has its value or says that there is none, and is edited by its reference", () => {
  const press = vi.fn();
  const list = put(summary(fixtures["a list to check"].of, strings, true, press));
  expect([...list.querySelectorAll("dt")].map(said)).toEqual(["First name", "How to reach you", "Best time"]);
  expect(said(find(list, ".none"))).toBe(strings.notGiven);
  for (const button of list.querySelectorAll<HTMLButtonElement>("button")) button.click();
  expect(press.mock.calls.map(([ref]) => ref as string)).toEqual(lines.map(({ edit }) => edit));
  expect(press.mock.calls[0][1]).toBe("Edit: First name");
});

test("a list of before cannot be edited", () => {
  expect(put(summary(lines, strings, false, nobody)).querySelector("button")).toBeNull();
});

test("a saved request shows its code, which can be copied, and can be changed and taken back", () => {
  const [press, copied] = [vi.fn(), vi.fn()];
  const card = put(saved(fixtures["a saved request"].of, strings, true, press, copied));
  expect(said(find(card, ".whole"))).toBe("K7QM-3F");
  for (const button of card.querySelectorAll<HTMLButtonElement>("button")) button.click();
  expect(copied).toHaveBeenCalledExactlyOnceWith("K7QM-3F");
  expect(press.mock.calls).toEqual([["r8", strings.change], ["r9", strings.withdraw]]);
});

test("later only its code can be copied", () => {
  for (const name of ["a saved request that cannot be changed here", "a saved request of before"] as const) {
    const { of, live } = fixtures[name];
    expect(put(saved(of, strings, live, nobody)).querySelectorAll("button")).toHaveLength(1);
  }
});
