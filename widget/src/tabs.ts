/**
 * One conversation in all tabs of a site that are open at the same time.
 *
 * Tabs talk to each other directly (BroadcastChannel, same origin only). Nothing is written down for it: when
 * the last tab is closed, no tab can be asked any more.
 */
export interface Ticket {
  token: string;
  until: number;
}

type Word = { kind: "ask" } | { kind: "have"; ticket: Ticket } | { kind: "changed" } | { kind: "ended" };

const WAIT = 150; // milliseconds that another tab has to answer

export interface Neighbour {
  /** The session of this tab, if it has one. */
  ticket(): Ticket | null;
  changed(): void;
  ended(): void;
}

export class Tabs {
  #line: BroadcastChannel | null = null;
  #hear: ((ticket: Ticket) => void) | null = null;

  constructor(server: string, neighbour: Neighbour) {
    try {
      this.#line = new BroadcastChannel(`mbc-chat ${server}`);
    } catch {
      return; // no such thing here: each tab has a conversation of its own
    }
    this.#line.onmessage = ({ data }: MessageEvent<Word>) => {
      if (data.kind === "ask") {
        const ticket = neighbour.ticket();
        if (ticket) this.#line?.postMessage({ kind: "have", ticket } satisfies Word);
      } else if (data.kind === "have") this.#hear?.(data.ticket);
      else if (data.kind === "changed") neighbour.changed();
      else if (data.kind === "ended") neighbour.ended();
    };
  }

  /** The session of another open tab, or null when none answers in time. */
  async ask(): Promise<Ticket | null> {
    if (!this.#line) return null;
    const answer = await new Promise<Ticket | null>((resolve) => {
      this.#hear = resolve;
      setTimeout(() => resolve(null), WAIT);
      this.#line?.postMessage({ kind: "ask" } satisfies Word);
    });
    this.#hear = null;
    return answer;
  }

  tell(kind: "changed" | "ended"): void {
    this.#line?.postMessage({ kind } satisfies Word);
  }

  close(): void {
    this.#line?.close();
  }
}
