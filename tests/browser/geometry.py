"""Measures whether anything of the chat is cut off or lies over something else."""

from playwright.sync_api import Page

# What is to be read or pressed; the first that holds it says where it may be: an open menu, the dialog, the page.
MEASURE = """() => {
  const root = document.querySelector('mbc-chat').shadowRoot;
  const menu = root.querySelector('.list:not([hidden])'), dialog = root.querySelector('dialog');
  const place = menu ?? dialog;
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const meet = (a, b) => ({ left: Math.max(a.left, b.left), top: Math.max(a.top, b.top),
                            right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom) });
  const empty = (r) => r.right - r.left <= 1 || r.bottom - r.top <= 1;
  const name = (e) => `${e.localName} "${(e.getAttribute('aria-label') || e.innerText || e.id).trim().slice(0, 40)}"`;
  const parts = 'button, a, input, textarea, p, dt, dd, label, h2, .form-bar span, .feedback span';
  const shown = [...(place ?? root).querySelectorAll(parts)].filter((e) =>
    !e.closest('.vh, [hidden]') && e.checkVisibility() && !empty(e.getBoundingClientRect()));
  const found = [];
  const seen = shown.map((e) => {
    const box = e.getBoundingClientRect(), log = e.closest('.log'), scrolls = log ?? e.closest('.list');
    const room = meet(place ? place.getBoundingClientRect() : screen, screen);
    const tall = scrolls && scrolls.scrollHeight > scrolls.clientHeight + 1;
    const limits = tall ? { ...room, top: -1e9, bottom: 1e9 } : room;
    for (const side of ['left', 'top']) if (box[side] < limits[side] - 1) found.push(`cut off at ${side}: ${name(e)}`);
    for (const side of ['right', 'bottom'])
      if (box[side] > limits[side] + 1) found.push(`cut off at ${side}: ${name(e)}`);
    const flows = getComputedStyle(e).display !== 'inline';
    if (flows && e.scrollWidth > e.clientWidth + 1) found.push(`too wide for itself: ${name(e)}`);
    if (e.localName === 'button' && e.scrollHeight > e.clientHeight + 1) found.push(`too tall: ${name(e)}`);
    return meet(box, log ? log.getBoundingClientRect() : room);
  });
  shown.forEach((one, i) => shown.slice(i + 1).forEach((other, j) => {
    if (one.contains(other) || other.contains(one)) return;
    if (!empty(seen[i]) && !empty(seen[i + 1 + j]) && !empty(meet(seen[i], seen[i + 1 + j])))
      found.push(`${name(one)} lies over ${name(other)}`);
  }));
  return found;
}"""


def misplaced(page: Page) -> list[str]:
    """Return what is cut off or overlaps: in the menu while it is open, else in the dialog, else on the page."""
    return page.evaluate(MEASURE)
