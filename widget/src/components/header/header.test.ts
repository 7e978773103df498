import { html } from "lit";
import { expect, test, vi } from "vitest";
import { find, put, said } from "../testing";
import { fixtures } from "./fixtures";
import { header } from "./header";

const strings = fixtures["the usual words"];

test("the helpline's number is there as a link", () => {
  const shown = put(header({ strings, menu: html``, leave: () => undefined, close: () => undefined }));
  const link = find(shown, "a.helpline");
  expect(link.getAttribute("href")).toBe("tel:+18887535222");
  expect(said(link)).toBe("Call the Breast Cancer Helpline: (888) 753-LBBC (5222)");
});

test("close and quick exit do what they say", () => {
  const [leave, close] = [vi.fn(), vi.fn()];
  const shown = put(header({ strings, menu: html``, leave, close }));
  find(shown, ".leave").click();
  expect(leave).toHaveBeenCalledOnce();
  find(shown, ".close").click();
  expect(close).toHaveBeenCalledOnce();
});
