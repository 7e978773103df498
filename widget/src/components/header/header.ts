/** The head of the dialog. The helpline's number stands here, so that it is in sight whatever happens below. */
import { html, type TemplateResult } from "lit";
import type { Strings } from "../../strings";
import { cross, phone } from "../../icons";

export interface HeaderView {
  strings: Strings;
  menu: TemplateResult;
  leave: () => void;
  close: () => void;
}

export function header({ strings, menu, leave, close }: HeaderView): TemplateResult {
  return html`<div class="head">
    <div class="titles">
      <h2 id="mbc-title" tabindex="-1">${strings.title}</h2>
      <p>${strings.subtitle}</p>
    </div>
    <div class="controls">
      ${menu}
      <button class="round close" type="button" aria-label=${strings.close} @click=${close}>${cross}</button>
    </div>
    <div class="strip">
      <a class="helpline" href=${strings.helplineHref}>
        ${phone}<span class="vh">${strings.call}</span><bdi>${strings.helplineNumber}</bdi></a
      >
      <button class="pill leave" type="button" @click=${leave}>${strings.quickExit}</button>
    </div>
  </div>`;
}
