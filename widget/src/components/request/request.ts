/** A request as a list to check, with an "Edit" at each line, and as a card once it is saved. */
import { html, nothing, type TemplateResult } from "lit";
import type { Line, Saved } from "../../contract";
import type { Strings } from "../../strings";

type Press = (ref: string, title: string) => void;

export function summary(lines: readonly Line[], strings: Strings, live: boolean, press: Press): TemplateResult {
  return html`<dl class="summary">
    ${lines.map(({ label, value, edit }) => {
      const name = label.replace(/:$/, "");
      return html`<div>
        <dt>${name}</dt>
        <dd class=${value ? "" : "none"} dir="auto">${value || strings.notGiven}</dd>
        ${live && edit
          ? html`<dd>
              <button class="pill" type="button" aria-label=${strings.editOf(name)} @click=${() => press(edit, strings.editOf(name))}>
                ${strings.edit}
              </button>
            </dd>`
          : nothing}
      </div>`;
    })}
  </dl>`;
}

export function saved(request: Saved, strings: Strings, live: boolean, press: Press, copy?: (code: string) => void): TemplateResult {
  const { reference, change, withdraw } = request;
  const button = (ref: string, title: string): unknown =>
    live && ref ? html`<button class="pill" type="button" @click=${() => press(ref, title)}>${title}</button>` : nothing;
  return html`<div class="card" role="group" aria-label=${strings.form}>
    <p>${strings.yourCode}<strong class="whole">${reference}</strong></p>
    <div>
      <button class="pill" type="button" @click=${() => copy?.(reference)}>${strings.copyCode}</button>
      ${button(change, strings.change)} ${button(withdraw, strings.withdraw)}
    </div>
  </div>`;
}
