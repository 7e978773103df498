/**
 * The HTTP side of the conversation: one method per endpoint, and two named errors.
 *
 * It knows nothing of retries, storage or wording; `conversation.ts` decides what an error means.
 */
import { type Message, readMessages } from "./contract";

/** The server answered and said no. `words` is its sentence for the visitor, when it sent one. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly words: string | null,
  ) {
    super(`refused with ${status}`);
  }
}

/** No answer came: no network, no server, or nothing in time. It can be tried again. */
export class Unreachable extends Error {}

/** What the visitor sends: typed text, or the reference of a button. */
export type Content = { text: string } | { button: string };

export interface Session {
  token: string;
  /** Seconds until the session ends if nothing more is said. */
  expiresIn: number;
  messages: Message[];
}

const PATIENCE = 20_000; // milliseconds; the server itself gives up at 10 s and says so
const AWAY = [502, 504]; // a proxy's way to say that nobody is behind it
const HOUR = 3600;

type Body = { token?: unknown; expires_in?: unknown; ended?: unknown; complete?: unknown; error?: { text?: unknown } } | null;

export class Channel {
  /** @param server address of the channel, with a slash at its end */
  constructor(readonly server: string) {}

  /** A new session with its greeting. */
  async start(): Promise<Session> {
    const body = await this.#call("POST", "sessions", null, {});
    if (typeof body?.token !== "string") throw new Unreachable("no token");
    return { token: body.token, expiresIn: seconds(body), messages: readMessages(body) };
  }

  /** The conversation so far, oldest first. */
  async conversation(token: string): Promise<Omit<Session, "token">> {
    const body = await this.#call("GET", "conversation", token);
    return { expiresIn: seconds(body), messages: readMessages(body) };
  }

  /** The assistant's messages of this turn, and whether it ended the session. The same `id` again makes no second turn. */
  async send(token: string, id: string, content: Content): Promise<{ messages: Message[]; ended: boolean }> {
    const body = await this.#call("POST", "messages", token, { client_message_id: id, ...content });
    return { messages: readMessages(body), ended: body?.ended === true };
  }

  /**
   * Ends the session and deletes the conversation, if wished with the requests made in it; the call outlives the page.
   * False when something older may be left.
   */
  async end(token: string, requests = false): Promise<boolean> {
    return (await this.#call("DELETE", requests ? "session?requests=true" : "session", token))?.complete !== false;
  }

  async #call(method: string, path: string, token: string | null, body?: object): Promise<Body> {
    const headers: Record<string, string> = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    let answer: Response;
    let said: Body = null;
    try {
      answer = await fetch(this.server + path, {
        method,
        headers,
        body: body && JSON.stringify(body),
        signal: stop.signal,
        cache: "no-store",
        credentials: "omit",
        referrerPolicy: "no-referrer",
        keepalive: method === "DELETE",
      });
      const text = await answer.text();
      said = parse(text);
    } catch {
      throw new Unreachable("no answer");
    } finally {
      clearTimeout(timer);
    }
    if (answer.ok) return said;
    const words = said?.error?.text;
    if (AWAY.includes(answer.status)) throw new Unreachable(`status ${answer.status}`);
    throw new Refused(answer.status, typeof words === "string" && words ? words : null);
  }
}

function parse(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return null;
  }
}

function seconds(body: Body): number {
  const value = body?.expires_in;
  return typeof value === "number" && value > 0 ? value : HOUR;
}
