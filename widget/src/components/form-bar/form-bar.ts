/** While a form runs: how far it is, the way back and out, and what decides. It stands beside the field, always in sight. */
import { html, nothing, type TemplateResult } from "lit";
import type { FormState, Offer } from "../../contract";
import type { Strings } from "../../strings";

export interface FormBarView {
  form: FormState;
  /** The buttons of the form's message; those that decide are shown here. */
  buttons: readonly Offer[];
  strings: Strings;
  /** The visitor can press them: no answer is on its way. */
  live: boolean;
  press: (ref: string, title: string) => void;
}

export function formBar({ form, buttons, strings, live, press }: FormBarView): TemplateResult {
  const button = (ref: string, title: string): unknown =>
    ref ? html`<button class="pill" type="button" ?disabled=${!live} @click=${() => press(ref, title)}>${title}</button>` : nothing;
  const decisions = buttons.filter(({ ref }) => form.decides.includes(ref));
  return html`<div class="form-bar" role="group" aria-label=${strings.form}>
    ${decisions.length
      ? html`<div class="decisions">${decisions.map(({ ref, title }) => button(ref, title))}</div>`
      : nothing}
    <div class="way">
      <span>${where(form, strings)}</span>
      ${button(form.back, strings.back)} ${button(form.cancel, strings.cancel)}
    </div>
  </div>`;
}

function where({ step, steps, summary, decides }: FormState, strings: Strings): unknown {
  if (step) return html`<span class="vh">${strings.question}</span>${strings.progress(step, steps)}`;
  if (summary.length) return strings.check;
  return decides.length ? strings.begin : nothing;
}
