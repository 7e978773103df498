/** A request in each of its states: the lines of a list to check, or what is known of a saved one. */
import type { Line, Saved } from "../../contract";

export const lines: Line[] = [
  { label: "First name:", value: "Grace", edit: "e1" },
  { label: "How to reach you:", value: "a.very.long.address.of.somebody@mail.example.org", edit: "e2" },
  { label: "Best time:", value: "", edit: "e3" },
];
const request: Saved = { reference: "K7QM-3F", change: "r8", withdraw: "r9" };

export interface RequestFixture {
  of: Line[] | Saved;
  live: boolean;
}

export const fixtures = {
  "a list to check": { of: lines, live: true },
  "a list of before": { of: lines, live: false },
  "a saved request": { of: request, live: true },
  "a saved request that cannot be changed here": { of: { ...request, change: "", withdraw: "" }, live: true },
  "a saved request of before": { of: request, live: false },
} satisfies Record<string, RequestFixture>;
