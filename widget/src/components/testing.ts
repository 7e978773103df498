/** Builders for the component tests. */
import { type LitElement, render, type TemplateResult } from "lit";
import { localMessage } from "../contract";
import { stringsFor } from "../strings";
import type { Entry } from "../thread";

export const strings = stringsFor("en");

export function entry(text: string, fields: Partial<Entry> = {}): Entry {
  return { ...localMessage("m1", "assistant", text), key: "1-m1", state: "done", fresh: true, over: false, ...fields };
}

/** The template on the page. */
export function put(template: TemplateResult): HTMLElement {
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  render(template, place);
  return place;
}

/** A part of the widget on the page, with its properties set and its first update done. */
export async function place<Part extends LitElement>(name: string, kind: new () => Part, fields: Partial<Part>): Promise<Part> {
  if (!customElements.get(name)) customElements.define(name, kind);
  const part = Object.assign(document.createElement(name) as Part, fields);
  document.body.replaceChildren(part);
  await part.updateComplete;
  return part;
}

export const find = (root: ParentNode, selector: string): HTMLElement => {
  const found = root.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
};

/** Words of an element as a reader has them. */
export const said = (element: Element): string => (element.textContent ?? "").replace(/\s+/g, " ").trim();
