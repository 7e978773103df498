/** The few drawings of the widget. They say nothing to a screen reader: the control beside them does. */
import { html, type TemplateResult } from "lit";

const icon = (path: string, flips = false): TemplateResult =>
  html`<svg class=${flips ? "icon flips" : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${path} />
  </svg>`;

export const speech = icon("M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM8 10h8M8 13h5", true);
export const phone = icon(
  "M6.5 3.5 9 3l1.8 4.6-2 1.6a12 12 0 0 0 6 6l1.6-2L21 15l-.5 2.5c-.3 1.7-1.7 3-3.5 3C9.800 20.500 3.500 14.200 3.500 7c0-1.800 1.300-3.200 3-3.500z",
);
export const dots = icon("M5 11.500v1M12 11.500v1M19 11.500v1");
export const cross = icon("M6 6l12 12M18 6 6 18");
export const arrow = icon("M4 12h15M13 6l6 6-6 6", true);
export const alert = icon("M12 3 2.500 20h19zM12 10v4M12 17h.01");
export const exit = icon("M10 4H5v16h5M9 12h11M16 8l4 4-4 4", true);
