/** The few drawings of the widget. They say nothing to a screen reader: the control beside them does. */
import { html, type TemplateResult } from "lit";

const icon = (path: string, flips = false): TemplateResult =>
  html`<svg class=${flips ? "icon flips" : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${path} />
  </svg>`;

export const speech = icon("M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM8 10h8M8 13h5", true);
export const phone = icon(
  "M6.5 3.5 9 3l1.8 4.6-2 1.6a12 12 0 0 0 6 6l1.6-2L21 15l-.5 2.5c-.3 1.7-1.7 3-3.5 3C9.8 20.5 3.5 14.2 3.5 7c0-1.8 1.3-3.2 3-3.5z",
);
export const dots = icon("M5 11.5v1M12 11.5v1M19 11.5v1");
export const cross = icon("M6 6l12 12M18 6 6 18");
export const arrow = icon("M4 12h15M13 6l6 6-6 6", true);
export const check = icon("M5 12.5 10 17 19 7");
export const down = icon("M12 5v13M6 12l6 6 6-6");
export const alert = icon("M12 3 2.5 20h19zM12 10v4M12 17h.01");
