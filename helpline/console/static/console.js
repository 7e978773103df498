// What the console's pages do in the browser beside htmx: keyboard shortcuts, news of the queue, times that go on.
"use strict";

const inField = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
const press = (selector) => {
  const found = document.querySelector(selector);
  if (!found) return false;
  if (found.matches("textarea, input, select")) {
    found.closest("details")?.setAttribute("open", "");
    found.focus();
  } else found.click();
  return true;
};
const step = (by) => {
  const links = [...document.querySelectorAll("a.open")];
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
  return links.length > 0;
};
const SHORTCUTS = {
  "/": () => press("#search"),
  j: () => step(1),
  k: () => step(-1),
  a: () => press("[data-key=a]"),
  n: () => press("[data-key=n]"),
  c: () => press("[data-key=c]"),
  "?": () => press("[data-opens=keys]"),
};

let before = "";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target) || document.querySelector("dialog[open]")) return;
  const page = before === "g" && document.querySelector(`[data-go="${event.key}"]`);
  before = event.key;
  if (page) page.click();
  else if (!SHORTCUTS[event.key]?.()) return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const copier = event.target.closest?.("[data-copies]");
  if (copier) {
    navigator.clipboard?.writeText(document.getElementById(copier.dataset.copies).innerText);
    copier.textContent = "Copied";
  }
});

// A form that is sent once is not sent twice by a second click.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog") return;
  // After a file the page stays, and another may be asked for.
  if (event.target.hasAttribute("data-gives-file")) return;
  setTimeout(() => event.target.querySelectorAll("button").forEach((button) => (button.disabled = true)));
});
addEventListener("pageshow", () => document.querySelectorAll("button:disabled").forEach((button) => (button.disabled = false)));

// Whoever types does something: the session lives on. Should it be over, what was typed stays on the page.
let typed = false;
let told = 0;
const sayOver = () => document.getElementById("signed-out")?.removeAttribute("hidden");
document.addEventListener("input", async (event) => {
  if (!document.body.hasAttribute("data-lives") || event.target.form?.method !== "post") return;
  typed = true;
  if (Date.now() - told < 60_000) return;
  told = Date.now();
  const answer = await fetch("/account/still-here", { redirect: "manual" }).catch(() => undefined);
  if (answer && (answer.type === "opaqueredirect" || answer.status === 401)) sayOver();
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!typed || event.detail.xhr.status !== 401) return;
  event.preventDefault();
  sayOver();
});

// A file is read into the form: pages send plain fields and no files.
document.querySelectorAll("[data-reads-into]").forEach((chooser) => {
  chooser.closest(".field").hidden = false;
  chooser.addEventListener("change", async () => {
    if (chooser.files[0]) document.getElementById(chooser.dataset.readsInto).value = await chooser.files[0].text();
  });
});

// A conversation is read from its end.
const toEnd = () => document.querySelectorAll("[data-end]").forEach((talk) => (talk.scrollTop = talk.scrollHeight));
document.addEventListener("htmx:afterSettle", toEnd);
toEnd();

// What a page asks for by itself is not read out again where nothing is new.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id === "viewers" && event.target.innerHTML.trim() === event.detail.xhr.responseText.trim()) event.detail.shouldSwap = false;
});

// News of the queue: a stream where there can be one, else a question now and then.
const list = document.querySelector("[data-news]");
if (list) {
  const renew = () => window.htmx?.trigger(list, "news");
  // Whoever stands on a line of the list still does when the list is renewed.
  let stood;
  document.addEventListener("htmx:beforeSwap", () => (stood = list.contains(document.activeElement) && document.activeElement.getAttribute("href")));
  document.addEventListener("htmx:afterSwap", () => stood && [...list.querySelectorAll("a.open")].find((link) => link.getAttribute("href") === stood)?.focus());
  let polling;
  const poll = () => (polling ??= setInterval(renew, 20_000));
  if (window.EventSource) {
    const stream = new EventSource(list.dataset.news);
    stream.addEventListener("queue", renew);
    // What came in before the stream began, or while it was broken off, is no news to it.
    stream.addEventListener("open", () => (clearInterval(polling), (polling = undefined), renew()));
    stream.addEventListener("error", poll);
    addEventListener("pagehide", () => stream.close());
  } else poll();
  // Times go on, and what is late turns red.
  const isBusy = () => document.hidden || (list.contains(document.activeElement) && inField(document.activeElement));
  setInterval(() => isBusy() || renew(), 60_000);
  document.addEventListener("visibilitychange", () => isBusy() || renew());
}
