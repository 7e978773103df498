/**
 * What the widget does to the page around it: copy, print, leave.
 *
 * Kept apart because each of them needs the browser's help, and may not get it.
 */

/** True when the text is on the clipboard. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or a page without HTTPS
  }
}

/** Prints one element and nothing else of the page, on white: a dark page's background may be printed too. */
export function printOnly(element: HTMLElement): void {
  const name = element.localName;
  const sheet = new CSSStyleSheet();
  const alone = `body :not(:has(${name}), ${name}) { display: none !important; }`;
  sheet.replaceSync(`@media print { ${alone} html, body { background: #fff !important; } }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  element.toggleAttribute("printing", true);
  const restore = (): void => {
    element.toggleAttribute("printing", false);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
  addEventListener("afterprint", restore, { once: true });
  print();
}

/** Leaves the page without leaving it in the tab's history. */
export function leaveFor(address: string): void {
  location.replace(address);
}
