/** A message in each of its states. */
import { entry, strings } from "../testing";
import { lines } from "../request/fixtures";
import type { Entry } from "../../thread";
import type { MessageView } from "./message";

const view = (text: string, fields: Partial<Entry> = {}, around: Partial<MessageView> = {}): MessageView => ({
  entry: entry(text, fields),
  strings,
  live: true,
  follows: false,
  press: () => undefined,
  ...around,
});

const NED = "NED stands for no evidence of disease: tests show no sign of the cancer.";
const buttons = [
  { ref: "r1", title: "How is that different from stable?" },
  { ref: "r2", title: "Talk to a person" },
];
const feedback = { helpful: "good", not_helpful: "bad" };

const places = [
  { ref: "p1", title: "Bones" },
  { ref: "p2", title: "Liver" },
  { ref: "p3", title: "Lining of the brain and spinal cord" },
  { ref: "p4", title: "Skip" },
];
const form = { kind: "volunteer", step: 0, steps: 8, several: [], decides: [], back: "b", cancel: "c", summary: [] };
const progress = { ...form, step: 5, several: ["p1", "p2", "p3"] };
const decision = [
  { ref: "s1", title: "Yes, save it" },
  { ref: "s2", title: "Change something" },
];
export const checking = {
  ...form,
  decides: ["s1"],
  summary: lines,
};
export const consent = { ...form, back: "", decides: ["s1"] };
export const asked = { ...progress };
export const decisions = decision;
const SUMMARY = `Here is what I have:

First name: Grace
How to reach you: a.very.long.address.of.somebody@mail.example.org

Is this right?`;

export const fixtures = {
  "a plain answer": view(NED),
  "an answer of several paragraphs": view(`${NED}\n\nIt is a period that some people reach.\n\nIt is not a cure.`),
  "an answer with points": view("The difference:\n- NED: tests show no sign of it.\n- Stable: it does not grow.\n\nNeither is a cure."),
  "an answer with its source": view(NED, { source: { page: "Metastatic breast cancer", href: "", reviewed: "2025-07-10" } }),
  "a source of which only the review is known": view(NED, { source: { page: "", href: "", reviewed: "summer 2025" } }),
  "an answer with choices": view(NED, { buttons }),
  "choices of an earlier turn": view(NED, { buttons }, { live: false }),
  "choices of which one was chosen": view(NED, { buttons }, { live: false, answered: "Talk to a person" }),
  "a question that takes several answers": view("Where has it spread?", { buttons: places, form: progress }),
  "several answers, two of them selected": view("Where has it spread?", { buttons: places, form: progress }, { picked: ["p1", "p3"] }),
  "several answers, given": view(
    "Where has it spread?",
    { buttons: places, form: progress },
    { live: false, answered: "Bones, Lining of the brain and spinal cord" },
  ),
  "a summary to check": view(SUMMARY, { buttons: decision, form: checking }),
  "a summary of before": view(SUMMARY, { buttons: decision, form: checking }, { live: false, answered: "Yes, save it" }),
  "a saved request": view("Your request is saved. Your code is K7QM-3F.\n\nWhat happens next: somebody calls.", {
    saved: { reference: "K7QM-3F", change: "r8", withdraw: "r9" },
  }),
  "a saved request of before": view("Your code is K7QM-3F.", { saved: { reference: "K7QM-3F", change: "", withdraw: "" } }, { live: false }),
  "an answer that asks whether it helped": view(NED, { feedback }),
  "an earlier answer that asked whether it helped": view(NED, { feedback }, { live: false }),
  "an answer with links": view("LBBC answers at (888) 753-LBBC (5222).", {
    links: [
      { title: "(888) 753-LBBC (5222)", href: "tel:+18887535222" },
      { title: "LBBC", href: "https://www.lbbc.org/" },
    ],
  }),
  "an answer to what was not valid": view("That number looks too short. Please type all 10 digits.", { invalid: true }),
  "a second message of the same speaker": view("Which number should we call?", {}, { follows: true }),
  "an answer of before": view(NED, { fresh: false }),
  "everything at once": view(NED, {
    buttons,
    feedback,
    source: { page: "Metastatic breast cancer", href: "https://www.example.org/mbc", reviewed: "2025-07-10" },
  }),
  "what the visitor said": view("What does NED mean?", { from: "visitor" }),
  "what the visitor said, on its way": view("What does NED mean?", { from: "visitor", state: "sending" }),
  "what the visitor said, waiting for the network": view("What does NED mean?", { from: "visitor", state: "kept" }),
  "what the visitor said, not sent": view("What does NED mean?", { from: "visitor", state: "failed" }),
  "a text that looks like markup": view('<img src=x onerror="alert(1)"> <b>bold</b>', { from: "visitor" }),
  "a word without end": view("pneumonoultramicroscopicsilicovolcanoconiosis".repeat(4), { from: "visitor" }),
  "words that run from right to left": view("ما معنى عدم وجود دليل على المرض؟", { from: "visitor" }),
} satisfies Record<string, MessageView>;
