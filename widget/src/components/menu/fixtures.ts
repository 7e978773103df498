/** The menu in each of its states. */
import { strings } from "../testing";
import type { Menu } from "./menu";

export const fixtures = {
  closed: { strings },
  open: { strings, open: true },
  "asks before it starts over": { strings, open: true, asking: "startOver" },
  "asks before it deletes": { strings, open: true, asking: "erase" },
} satisfies Record<string, Partial<Menu>>;
