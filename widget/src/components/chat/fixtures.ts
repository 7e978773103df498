/** The chat in each of its states: how the page writes it, and what its server says. */
import { fixtures as messages } from "../message/fixtures";

type Server = () => Promise<Response>;

export interface ChatFixture {
  attributes: Record<string, string>;
  /** The chat is opened. */
  open: boolean;
  /** Takes the place of `fetch`: every request gets this answer. */
  server: Server;
  /** What is to be seen when the state is reached. */
  until: string;
}

const says =
  (...texts: object[]): Server =>
  () =>
    Promise.resolve(Response.json({ token: "token", expires_in: 3600, messages: texts.map((text, at) => ({ id: `m${at}`, ...text })) }));
const away: Server = () => Promise.reject(new TypeError("no network"));
const silent: Server = () => new Promise(() => undefined);

const greets = says({
  text: "Hello. I am an automated assistant, not a person. The helpline is (888) 753-LBBC (5222).",
  links: [{ title: "(888) 753-LBBC (5222)", href: "tel:+18887535222" }],
  buttons: [{ ref: "r1", title: "What does NED mean?" }],
});
const closed = { attributes: {}, open: false, server: greets, until: ".launcher" };
const open = { attributes: {}, open: true, server: greets, until: ".entry" };

export const fixtures = {
  closed,
  "closed, on the side where lines begin": { ...closed, attributes: { position: "start", label: "Ask us" } },
  greeting: open,
  "answer with all that can be under it": { ...open, server: says(messages["everything at once"].entry) },
  "step of a form": { ...open, server: says({ text: "Which number should we call?", input: "tel" }) },
  "step of a form, answered wrongly": {
    ...open,
    server: says(
      { text: "12", from: "visitor" },
      { text: "That number looks too short. Please type all 10 digits.", invalid: true },
      { text: "Which number should we call?", input: "tel" },
    ),
    until: ".invalid",
  },
  "first answer awaited": { ...open, server: silent, until: ".typing:not([hidden])" },
  "server away": { ...open, server: away, until: ".notice" },
  "greeting of the site": { ...open, attributes: { greeting: "Welcome to our clinic." } },
  "right to left": { ...open, attributes: { dir: "rtl", position: "start" } },
  "light whatever the system says": { ...open, attributes: { theme: "light" } },
  "dark whatever the system says": { ...open, attributes: { theme: "dark" } },
} satisfies Record<string, ChatFixture>;
