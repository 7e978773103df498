/**
 * Every word that the widget says by itself. What the assistant says comes from the server.
 *
 * To add a language, copy `en`, translate it and list it in `languages` under its code. The numbers in
 * `contacts` become links wherever these texts, or the server's own emergency sentences, hold them.
 */
import type { Contact } from "./contract";

const en = {
  code: "en",
  direction: "ltr" as "ltr" | "rtl",

  helplineNumber: "(888) 753-LBBC (5222)",
  helplineHref: "tel:+18887535222",

  launcher: "Questions? Chat with us",
  title: "MBC assistant",
  subtitle: "Automated, not a person",
  call: "Call the Breast Cancer Helpline: ",
  close: "Close the chat",
  quickExit: "Quick exit",

  menu: "Menu",
  startOver: "Start over",
  copy: "Copy the conversation",
  print: "Print the conversation",
  erase: "Delete the conversation",
  leave: "Quick exit: clear the chat and leave this page",
  startOverAsk: "Start over? The conversation leaves this screen.",
  eraseAsk:
    "What shall I delete? The conversation leaves this screen and our server. If you asked for a call or a volunteer in it, that request can stay with the helpline, or go too. If the helpline has begun on it, you may still hear from them. This can't be undone.",
  eraseYes: "Only the conversation",
  eraseAll: "The conversation and my requests",
  startOverYes: "Start over",
  keep: "Keep it",
  keepAll: "Keep everything",

  log: "Conversation",
  assistant: "Assistant",
  visitor: "You",
  choices: "Choices",
  newTab: "(opens in a new tab)",
  typing: "The assistant is typing",
  waitingToSend: "Waiting to be sent",
  notSent: "Not sent",
  source: "Source: ",
  sourceOf: (page: string, date: string) => `${page ? `LBBC: ${page}` : "LBBC"}, reviewed ${date}`,
  more: "More below",
  chosen: "(your choice)",
  done: "Done",
  helpful: "Was this helpful?",
  yes: "Yes",
  no: "No",
  itHelped: "Yes, this helped",
  itDidNotHelp: "No, this did not help",

  form: "Your request",
  question: "Question ",
  progress: (step: number, steps: number) => `${step} of ${steps}`,
  begin: "Start the questions?",
  check: "Check your answers",
  back: "Back",
  cancel: "Cancel",
  edit: "Edit",
  editOf: (label: string) => `Edit: ${label}`,
  notGiven: "Not given",
  yourCode: "Your code: ",
  copyCode: "Copy the code",
  codeCopied: "The code is copied.",
  change: "Change my request",
  withdraw: "Take back my request",

  message: "Type your message",
  send: "Send",
  fields: { tel: "Your phone number", email: "Your email address", "given-name": "Your first name", none: "Your answer" },
  letters: "Use the keyboard with letters",
  tooLong: (length: number, most: number) =>
    `That is ${length} characters, and ${most} is the most I can read at once. Please make it shorter.`,

  transcript: (date: string) => `Conversation with the MBC assistant, ${date}`,
  copied: "The conversation is copied.",
  copyFailed: "The conversation could not be copied in this browser.",
  erased:
    "This conversation is deleted. If you asked for a call or a volunteer, that request stays with the helpline. To withdraw it, call (888) 753-LBBC (5222).",
  erasedAll: "This conversation is deleted, and any request you made in it. If the helpline had begun on one, you may still hear from them.",
  erasedPartly:
    "I deleted what I can find: this conversation, and requests since our last change of keys. The helpline can look for older ones: (888) 753-LBBC (5222).",
  eraseFailed:
    "The conversation is gone from this screen, but I could not reach our server to delete it there.",
  renewed: "Your last conversation had ended, because some time went by. This is a new one, and what you typed was sent.",
  choiceEnded: "Your last conversation had ended, because some time went by. This is a new one. Please choose again.",
  unsaved: "Your request was not saved. What you gave for it is gone from this screen, to keep it private, but you can ask again.",
  // Sent as typed text: the assistant must know it as the wish for this kind of request.
  again: { callback: "Ask for a call back", volunteer: "Match me with a volunteer" } as Record<string, string>,
  choiceGone: "That choice is from earlier in the conversation. Please pick one of the latest, or type your question.",
  expired: "This conversation was closed because nothing was said for a while. You can start a new one at any time.",
  endedElsewhere: "This conversation was ended in another tab. You can start a new one at any time.",
  offline:
    "I cannot reach the assistant right now. What you wrote is kept, and I will send it when the connection is back. You can call the Breast Cancer Helpline at (888) 753-LBBC (5222). If you think about ending your life, call or text 988 at any time.",
  down: "Something did not work on our side. You can call the Breast Cancer Helpline at (888) 753-LBBC (5222). If you think about ending your life, call or text 988 at any time.",
  tryAgain: "Try again",
};

export type Strings = typeof en;

const languages: Record<string, Strings> = { en };

/** The wording for a language tag such as "en-US"; English where there is no other. */
export function stringsFor(tag: string): Strings {
  return languages[tag.toLowerCase()] ?? languages[tag.toLowerCase().split("-")[0]] ?? en;
}

/** Contacts that the widget may link in its own texts and in the server's emergency sentences. */
export function contacts(strings: Strings): Contact[] {
  return [
    { title: strings.helplineNumber, href: strings.helplineHref },
    { title: "988", href: "tel:988" },
    { title: "911", href: "tel:911" },
  ];
}
