/**
 * The fixtures page: every component in every state that its fixtures name, one at a time. Never shipped.
 *
 * Without a query it lists them; `?message/a plain answer` shows one. A part stands where it stands in the chat:
 * in a shadow root with the chat's styles, and in its dialog.
 */
import { html, LitElement, nothing, render, type TemplateResult } from "lit";
import { Chat } from "./components/chat/chat";
import { type ChatFixture, fixtures as chats } from "./components/chat/fixtures";
import { Composer } from "./components/composer/composer";
import { fixtures as composers } from "./components/composer/fixtures";
import { fixtures as formBars } from "./components/form-bar/fixtures";
import { formBar } from "./components/form-bar/form-bar";
import { fixtures as headers } from "./components/header/fixtures";
import { header } from "./components/header/header";
import { fixtures as launchers } from "./components/launcher/fixtures";
import { launcher } from "./components/launcher/launcher";
import { fixtures as menus } from "./components/menu/fixtures";
import { Menu } from "./components/menu/menu";
import { fixtures as messages } from "./components/message/fixtures";
import { message } from "./components/message/message";
import { type RequestFixture, fixtures as requests } from "./components/request/fixtures";
import { saved, summary } from "./components/request/request";
import { fixtures as transcripts } from "./components/transcript/fixtures";
import { Transcript } from "./components/transcript/transcript";
import { strings } from "./components/testing";

/** Stands for the chat around a part of it: the same styles for the same structure. */
class Frame extends LitElement {
  static styles = Chat.styles;
  static properties = { content: {} };
  declare content: unknown;

  protected render(): TemplateResult {
    return html`<div class="base" lang="en" dir="ltr">${this.content}</div>`;
  }
}

customElements.define("mbc-chat", Chat);
customElements.define("mbc-chat-menu", Menu);
customElements.define("mbc-chat-transcript", Transcript);
customElements.define("mbc-chat-composer", Composer);
customElements.define("mbc-chat-frame", Frame);

const nobody = (): void => undefined;
const inDialog = (part: unknown): TemplateResult => html`<dialog open aria-label="Fixture">${part}</dialog>`;
const element = (name: string, fields: object): HTMLElement => Object.assign(document.createElement(name), fields);

async function framed(content: unknown): Promise<void> {
  const frame = element("mbc-chat-frame", { content }) as Frame;
  document.querySelector("main")?.append(frame);
  await frame.updateComplete;
}

async function openChat({ attributes, open, server, until }: ChatFixture): Promise<void> {
  window.fetch = server;
  const chat = document.createElement("mbc-chat") as Chat;
  for (const [name, value] of Object.entries(attributes)) chat.setAttribute(name, value);
  document.body.append(chat);
  if (open) await chat.show();
  while (!chat.renderRoot.querySelector(until)) await new Promise(requestAnimationFrame);
}

const each = <Data>(fixtures: Record<string, Data>, show: (data: Data) => Promise<void>): [string, () => Promise<void>][] =>
  Object.entries(fixtures).map(([name, data]) => [name, () => show(data)]);

/** A new component is listed here; its fixtures are then shown and tried with the others. */
const components = {
  chat: each<ChatFixture>(chats, openChat),
  header: each(headers, (words) => {
    const menu = html`${element("mbc-chat-menu", menus.closed)}`;
    return framed(inDialog(header({ strings: words, menu, leave: nobody, close: nobody })));
  }),
  menu: each(menus, (fields) => {
    const menu = html`${element("mbc-chat-menu", fields)}`;
    return framed(inDialog(header({ strings, menu, leave: nobody, close: nobody })));
  }),
  transcript: each(transcripts, (fields) => framed(inDialog(element("mbc-chat-transcript", fields)))),
  message: each(messages, (view) =>
    framed(inDialog(html`<div class="log" role="log" aria-label=${strings.log} tabindex="0">${message(view)}</div>`)),
  ),
  composer: each<Partial<Composer>>(composers, (fields) => {
    const wrong = fields.error ? html`<p id=${fields.error}>That number looks too short.</p>` : nothing;
    return framed(inDialog(html`${wrong}${element("mbc-chat-composer", fields)}`));
  }),
  "form-bar": each(formBars, (view) => framed(inDialog(formBar(view)))),
  request: each<RequestFixture>(requests, ({ of, live }) =>
    framed(inDialog(Array.isArray(of) ? summary(of, strings, live, nobody) : saved(of, strings, live, nobody))),
  ),
  launcher: each(launchers, (label) => framed(launcher(label, nobody))),
};

function list(): TemplateResult {
  return html`${Object.entries(components).map(
    ([component, fixtures]) =>
      html`<h2>${component}</h2>
        <ul>
          ${fixtures.map(([name]) => html`<li><a href="?${encodeURIComponent(`${component}/${name}`)}">${name}</a></li>`)}
        </ul>`,
  )}`;
}

async function start(): Promise<void> {
  const main = document.querySelector("main");
  const asked = decodeURIComponent(location.search.slice(1));
  const [component, name] = asked.split("/");
  const fixtures = new Map(components[component as keyof typeof components]);
  sessionStorage.clear();
  if (!main) return;
  if (asked) document.title = asked;
  if (asked) await fixtures.get(name)?.();
  else render(list(), main);
  document.body.dataset.ready = asked || "list";
}

void start();
