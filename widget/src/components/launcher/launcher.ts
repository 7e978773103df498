/** The button that opens the chat. */
import { html, type TemplateResult } from "lit";
import { speech } from "../../icons";

export const launcher = (label: string, open: () => void): TemplateResult =>
  html`<button class="launcher" type="button" aria-haspopup="dialog" aria-expanded="false" @click=${open}>
    ${speech}<span>${label}</span>
  </button>`;
