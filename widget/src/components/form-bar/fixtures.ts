/** The bar of a form in each of its states. */
import { asked, checking, consent, decisions } from "../message/fixtures";
import { strings } from "../testing";
import type { FormBarView } from "./form-bar";

const view = (fields: Partial<FormBarView>): FormBarView => ({
  form: asked,
  buttons: [],
  strings,
  live: true,
  press: () => undefined,
  ...fields,
});

export const fixtures = {
  "a question": view({}),
  "the first question": view({ form: { ...asked, step: 1, back: "" } }),
  "a decision": view({ form: consent, buttons: decisions }),
  "a summary": view({ form: checking, buttons: decisions }),
  "an answer is awaited": view({ form: checking, buttons: decisions, live: false }),
} satisfies Record<string, FormBarView>;
