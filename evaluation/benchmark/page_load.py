"""Time until the website chat can be used, on a slow network and a slow processor."""

import shutil

from evaluation.benchmark.measurements import Times

# A phone far from a mast: 1.6 Mbit/s, a processor four times slower than this one.
BYTES_PER_SECOND = 1_600_000 / 8
LATENCY = 150  # ms
SLOW_DOWN = 4
LAUNCHER = "mbc-chat button"


def measure_page(url: str, times: int = 5) -> Times | None:
    """Open the demo page with an empty cache and wait until the launcher can be pressed.

    Args:
        url: The demo page.
        times: How often.

    Returns:
        Milliseconds from the beginning of the navigation, or None without Chromium and Playwright.
    """
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if chromium is None:
        return None
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(times):
            page = browser.new_context().new_page()
            devtools = page.context.new_cdp_session(page)
            devtools.send("Network.enable")
            network = {"offline": False, "latency": LATENCY, "uploadThroughput": BYTES_PER_SECOND}
            devtools.send("Network.emulateNetworkConditions", {**network, "downloadThroughput": BYTES_PER_SECOND})
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_DOWN})
            page.goto(url, wait_until="commit")
            page.locator(LAUNCHER).first.click(trial=True)
            taken.append(float(page.evaluate("performance.now()")))
            page.context.close()
        browser.close()
    return Times("website chat usable, 1.6 Mbit/s, 4 times slower processor", taken)
