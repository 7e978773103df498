import { afterEach, expect, test, vi } from "vitest";
import { Tabs } from "./tabs";

const open: Tabs[] = [];
const none = { ticket: () => null, changed: () => undefined, ended: () => undefined };
const tab = (neighbour = {}): Tabs => {
  const made = new Tabs("https://chat.example/", { ...none, ...neighbour });
  open.push(made);
  return made;
};

afterEach(() => open.splice(0).forEach((made) => made.close()));

test("a new tab is given the session of one that is open", async () => {
  tab({ ticket: () => ({ token: "t", until: 5 }) });
  expect(await tab().ask()).toEqual({ token: "t", until: 5 });
});

test("a tab that is alone hears nothing", async () => {
  expect(await tab().ask()).toBeNull();
});

test("the others hear that something was said, or ended", async () => {
  const changed = vi.fn();
  const ended = vi.fn();
  tab({ changed, ended });
  const me = tab();
  me.tell("changed");
  me.tell("ended");
  await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
  expect(changed).toHaveBeenCalledOnce();
});
