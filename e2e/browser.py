"""Opens reports in headless Chromium, and notes whatever it asks for or complains about."""

import os
import shutil
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

# The rules of WCAG 2.2 up to AA, and what axe calls good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium():
    """A browser; it is always closed."""
    assert CHROMIUM, "there is no Chromium: install it (Debian: chromium), or name one with CHROMIUM=…"
    with sync_playwright() as p:
        # As root, which CI may be, its sandbox cannot work; what it opens is ours.
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        try:
            yield browser
        finally:
            browser.close()


class Opened:
    """A report that is open, and what happened meanwhile."""

    def __init__(self, page, path, anchor=""):
        self.page, self.requests, self.complaints = page, [], []
        page.on("request", lambda r: self.requests.append(r.url))
        page.on("console", lambda m: self.complaints.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: self.complaints.append(f"error: {e}"))
        page.add_init_script("window.violations = []; document.addEventListener('securitypolicyviolation', e => violations.push(e.violatedDirective + ' ' + e.blockedURI))")
        self.url = path.resolve().as_uri()
        page.goto(self.url + anchor)

    def __getattr__(self, name):
        return getattr(self.page, name)

    def violations(self):
        return self.page.evaluate("window.violations")

    def open_all(self):
        """Opens all that can be opened, and has all of it rendered."""
        self.page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true; for (const e of document.querySelectorAll('.check, .endpoint, .pipeline')) e.style.contentVisibility = 'visible'")

    def overflow(self):
        """How many pixels the page is wider than its window."""
        return self.page.evaluate("document.scrollingElement.scrollWidth - innerWidth")

    def shape(self):
        """The elements with the names of their attributes, as the browser has parsed them."""
        return set(self.page.evaluate("[...document.querySelectorAll('*')].flatMap(e => [e.localName, ...e.getAttributeNames().map(a => e.localName + ' ' + a)])"))

    def accessibility(self, *parts):
        """What axe finds wrong, in some parts or in all, a line each."""
        self.page.evaluate(AXE_SCRIPT + "; undefined")
        found = self.page.evaluate("([parts, rules]) => axe.run(parts.length ? {include: parts} : document, {runOnly: rules})", [parts, RULES])
        return [f"{v['id']}: {v['help']}: {n['html'][:160]}: {n['failureSummary']}" for v in found["violations"] for n in v["nodes"][:5]]


@contextmanager
def opened(browser, path, width=1280, height=900, dark=False, script=True, anchor=""):
    """A report, opened in a window of a size; nothing is shared with other windows."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", java_script_enabled=script, offline=True)
    try:
        yield Opened(context.new_page(), path, anchor)
    finally:
        context.close()
