import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { find, said, strings } from "../testing";
import { Chat } from "./chat";
import { type ChatFixture, fixtures } from "./fixtures";

/** The chat on the page, in the state that the fixture names. */
async function make({ attributes, open, server, until }: ChatFixture): Promise<Chat> {
  vi.stubGlobal("fetch", server);
  if (!customElements.get("mbc-chat")) customElements.define("mbc-chat", Chat);
  const chat = document.createElement("mbc-chat") as Chat;
  for (const [name, value] of Object.entries(attributes)) chat.setAttribute(name, value);
  document.body.replaceChildren(chat);
  if (open) await chat.show();
  await vi.waitFor(() => find(chat.renderRoot, until));
  return chat;
}

const within = (chat: Chat, selector: string): HTMLElement => find(chat.renderRoot, selector);

beforeEach(() => {
  sessionStorage.clear();
  vi.stubGlobal("visualViewport", null); // happy-dom has none
  vi.stubGlobal("BroadcastChannel", undefined); // chats of other tests are not tabs of this visitor
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test.each(Object.entries(fixtures))("%s: the state is reached", async (_, fixture) => {
  const chat = await make(fixture);
  expect(chat.renderRoot.querySelector(fixture.open ? ".launcher" : "dialog")).toBeNull();
});

test("a closed chat asks the server for nothing", async () => {
  const server = vi.fn(fixtures.closed.server);
  await make({ ...fixtures.closed, server });
  expect(server).not.toHaveBeenCalled();
});

test("the launcher opens a dialog that is named by its title, with the focus where one types", async () => {
  const chat = await make(fixtures.closed);
  within(chat, ".launcher").click();
  await vi.waitFor(() => within(chat, ".entry"));
  const title = within(chat, "dialog").getAttribute("aria-labelledby");
  expect(said(within(chat, `#${title}`))).toBe(strings.title);
  expect(chat.shadowRoot?.activeElement?.id).toBe("mbc-field");
});

test("closing it brings the launcher back", async () => {
  const chat = await make(fixtures.greeting);
  within(chat, ".close").click();
  await vi.waitFor(() => within(chat, ".launcher"));
  expect(chat.renderRoot.querySelector("dialog")).toBeNull();
});

test("Escape closes the menu first, then the chat", async () => {
  const chat = await make(fixtures.greeting);
  const escape = () => dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", cancelable: true }));
  within(chat, ".toggle").click();
  escape();
  expect(chat.shown).toBe(true);
  escape();
  expect(chat.shown).toBe(false);
});

test("a wrong answer is tied to the field by the message that says what is wrong", async () => {
  const chat = await make(fixtures["step of a form, answered wrongly"]);
  const words = within(chat, "#mbc-field").getAttribute("aria-describedby");
  expect(said(within(chat, `#${words}`))).toContain("too short");
});

test("that an answer is awaited is said in words", async () => {
  const chat = await make(fixtures["first answer awaited"]);
  expect(said(within(chat, "[role=status]"))).toBe(strings.typing);
});

test("with the server away both numbers are there", async () => {
  const chat = await make(fixtures["server away"]);
  expect(within(chat, '.notice a[href="tel:988"]')).toBeTruthy();
  expect(within(chat, `.notice a[href="${strings.helplineHref}"]`)).toBeTruthy();
});
