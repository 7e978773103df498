import { afterEach, expect, test, vi } from "vitest";
import { Channel, Refused, Unreachable } from "./channel";

const channel = new Channel("https://chat.example/webhooks/website/");
const answer = (status: number, body: string): typeof fetch => vi.fn(async () => new Response(body || null, { status }));

afterEach(() => vi.unstubAllGlobals());

test("a message goes out with its token and id", async () => {
  const fetched = vi.fn(async (_url: string, _init: RequestInit) => new Response('{"messages": [{"id": "m1", "text": "Hello"}]}'));
  vi.stubGlobal("fetch", fetched);
  const { messages: [message], ended } = await channel.send("secret", "id-1", { text: "hi" });
  const [url, init] = fetched.mock.calls[0];
  expect(url).toBe("https://chat.example/webhooks/website/messages");
  expect(init.headers).toMatchObject({ Authorization: "Bearer secret" });
  expect(JSON.parse(init.body as string)).toEqual({ client_message_id: "id-1", text: "hi" });
  expect(message.text).toBe("Hello");
  expect(ended).toBe(false);
});

test("what is deleted may outlive the page", async () => {
  const fetched = vi.fn(async (_url: string, _init: RequestInit) => new Response(null, { status: 204 }));
  vi.stubGlobal("fetch", fetched);
  await channel.end("secret");
  expect(fetched.mock.calls[0][1]).toMatchObject({ method: "DELETE", keepalive: true });
});

test("the server's sentence comes with its refusal", async () => {
  vi.stubGlobal("fetch", answer(503, '{"error": {"code": "unavailable", "text": "Call 988."}}'));
  await expect(channel.start()).rejects.toMatchObject({ status: 503, words: "Call 988." });
});

test.each(["<html>oops", "{}", '{"error": {"text": 7}}'])("a refusal without words (%s) has none", async (body) => {
  vi.stubGlobal("fetch", answer(500, body));
  const error = await channel.start().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Refused);
  expect((error as Refused).words).toBeNull();
});

test.each([502, 504])("a proxy with nobody behind it (%i) is no answer", async (status) => {
  vi.stubGlobal("fetch", answer(status, "bad gateway"));
  await expect(channel.start()).rejects.toBeInstanceOf(Unreachable);
});

test("no network is no answer", async () => {
  vi.stubGlobal("fetch", vi.fn(async () => Promise.reject(new TypeError("failed to fetch"))));
  await expect(channel.conversation("t")).rejects.toBeInstanceOf(Unreachable);
});

test("a session without a token is no session", async () => {
  vi.stubGlobal("fetch", answer(201, '{"messages": []}'));
  await expect(channel.start()).rejects.toBeInstanceOf(Unreachable);
});
