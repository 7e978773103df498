import { expect, test, vi } from "vitest";
import { find, place, said, strings } from "../testing";
import { fixtures } from "./fixtures";
import { Menu } from "./menu";

async function open(): Promise<{ menu: Menu; chosen: ReturnType<typeof vi.fn> }> {
  const menu = await place("mbc-chat-menu", Menu, fixtures.closed);
  const chosen = vi.fn();
  menu.addEventListener("choose", (event) => chosen((event as CustomEvent).detail));
  find(menu, ".toggle").click();
  await menu.updateComplete;
  return { menu, chosen };
}

const shown = (menu: Menu): boolean => !find(menu, ".list").hidden;

test("the button says whether the list is open, and the focus goes into it", async () => {
  const { menu } = await open();
  expect(find(menu, ".toggle").getAttribute("aria-expanded")).toBe("true");
  await vi.waitFor(() => expect(said(document.activeElement as Element)).toBe(strings.startOver));
});

test("closing gives the focus back to the button", async () => {
  const { menu } = await open();
  find(menu, ".copy").focus();
  expect(menu.close()).toBe(true);
  await menu.updateComplete;
  expect(shown(menu)).toBe(false);
  expect(document.activeElement).toBe(find(menu, ".toggle"));
  expect(menu.close()).toBe(false);
});

test.each(["copy", "print", "leave"])("%s happens at once", async (choice) => {
  const { menu, chosen } = await open();
  find(menu, `.${choice}`).click();
  expect(chosen).toHaveBeenCalledExactlyOnceWith(choice);
});

test.each(["startOver", "erase"])("%s is asked once more", async (choice) => {
  const { menu, chosen } = await open();
  find(menu, `.${choice}`).click();
  await menu.updateComplete;
  expect(chosen).not.toHaveBeenCalled();
  find(menu, ".sure").click();
  expect(chosen).toHaveBeenCalledExactlyOnceWith(choice);
});

test("deleting says what, and can take the requests along", async () => {
  const { menu, chosen } = await open();
  find(menu, ".erase").click();
  await menu.updateComplete;
  expect(said(find(menu, "#mbc-ask"))).toBe(strings.eraseAsk);
  menu.querySelectorAll<HTMLButtonElement>(".sure")[1].click();
  expect(chosen).toHaveBeenCalledExactlyOnceWith("eraseAll");
});

test("keeping it changes nothing", async () => {
  const { menu, chosen } = await open();
  find(menu, ".erase").click();
  await menu.updateComplete;
  find(menu, ".keep").click();
  await menu.updateComplete;
  expect(chosen).not.toHaveBeenCalled();
  expect(shown(menu)).toBe(false);
});
