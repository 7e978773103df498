import { expect, test, vi } from "vitest";
import { find, put, said } from "../testing";
import { fixtures } from "./fixtures";
import { launcher } from "./launcher";

test("it names itself, says that a dialog comes, and opens it", () => {
  const open = vi.fn();
  const button = find(put(launcher(fixtures["words of the site's own"], open)), "button");
  expect(said(button)).toBe("Ask us");
  expect(button.getAttribute("aria-haspopup")).toBe("dialog");
  button.click();
  expect(open).toHaveBeenCalledOnce();
});
