/**
 * What a site's one script tag runs: registers the chat and puts it on the page.
 *
 * Settings are the tag's data attributes (`data-position="start"`). A page that wants the chat in a place of
 * its own writes `<mbc-chat>` itself, and then none is added.
 */
import { Chat } from "./components/chat/chat";

const script = document.currentScript as HTMLScriptElement | null;

function mount(): void {
  if (document.querySelector("mbc-chat")) return;
  const chat = document.createElement("mbc-chat");
  for (const [name, value] of Object.entries(script?.dataset ?? {})) {
    chat.setAttribute(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value ?? "");
  }
  document.body.append(chat);
}

if (!customElements.get("mbc-chat")) {
  if (script?.src) Chat.home = new URL(".", script.src).href;
  customElements.define("mbc-chat", Chat);
  if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount);
}
