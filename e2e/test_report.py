"""The report in a browser: it loads nothing, runs nothing of a snapshot's, and can be used by
keyboard, on a phone, without a script and on paper."""

import os
import re
import subprocess

import pypdfium2
import pytest
from browser import chromium, opened
from program import ROOT, environment, run

SAMPLES = ["empty", "benign", "hostile", "large"]
ALL = ["demo", *SAMPLES]


@pytest.fixture(scope="module")
def browser():
    with chromium() as b:
        yield b


@pytest.fixture(scope="module")
def reports(tmp_path_factory, home, demo):
    """Reports by name: of the demo account, and of constructed snapshots without findings, with
    2,000 findings and 10,000 resources, and with hostile texts wherever there is a text."""
    folder = tmp_path_factory.mktemp("reports")
    go = os.environ.get("GO", "go")
    subprocess.run([go, "test", "./report", "-count=1", "-run", "^TestSamples$", "-samples", folder], cwd=ROOT, check=True)
    done = run("report", demo, "--out", folder / "demo.html", env=environment(home, credentials=False))
    assert done.returncode == 0, done.stderr
    return {name: folder / f"{name}.html" for name in ALL}


def milliseconds(page):
    """What a reader waits for: the page, and the first letter of a search until it is painted."""
    ready = page.evaluate("Math.round(performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd)")
    if not page.locator("#find").count():
        return f"ready after {ready} ms"
    painted = page.evaluate("""() => new Promise(done => {
        const from = performance.now(), find = document.getElementById('find');
        find.value = 't';
        find.dispatchEvent(new Event('input', {bubbles: true}));
        requestAnimationFrame(() => setTimeout(() => done(Math.round(performance.now() - from))));
    })""")
    return f"ready after {ready} ms, first letter of a search {painted} ms"


@pytest.mark.parametrize("name", ALL)
def test_loads_and_runs_nothing(browser, reports, name):
    with opened(browser, reports[name]) as page:
        took = milliseconds(page)
        page.open_all()
        assert page.requests == [page.url]
        assert page.complaints == []
        assert page.violations() == []
        assert page.evaluate("window.pwned === undefined")
        print(f"{name}: {reports[name].stat().st_size:,} bytes, {page.evaluate('document.querySelectorAll(`*`).length'):,} elements, {took}")


def test_hostile_texts_make_no_markup(browser, reports):
    with opened(browser, reports["hostile"]) as page, opened(browser, reports["benign"]) as benign:
        assert page.shape() == benign.shape()
        page.open_all()
        seen = page.evaluate("document.body.innerText")
        for text in ('</script><img src=x onerror="window.pwned=1">', '{{.Title}}{{template "x"}}', r"evil\u202egpj.exe\u2066\u200b", r"bell\a\x1b[31mred\x00", "long" * 500):
            assert text in seen, f"{text[:60]} cannot be read"
        # The script shows them too.
        page.fill("#inv-find", "<img src=x")
        assert "<img src=x onerror=" in page.inner_text("#inv-table tbody")
        page.fill("#find", "onmouseover=")
        assert page.locator(".finding:visible").count() > 0
        assert page.evaluate("window.pwned === undefined") and page.complaints == [] and page.violations() == []


def test_the_policy_stops_what_would_run(browser, reports, tmp_path):
    """Were a text to become markup after all, it could not run."""
    broken = tmp_path / "broken.html"
    broken.write_text(reports["benign"].read_text().replace("<main ", '<img src="http://127.0.0.1:9/x" onerror="window.pwned=1"><script>window.pwned=1</script><main ', 1))
    with opened(browser, broken) as page:
        assert page.evaluate("window.pwned === undefined")
        assert {v.split()[0] for v in page.violations()} == {"script-src-attr", "script-src-elem", "img-src"}


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("name", ALL)
def test_no_horizontal_scrolling(browser, reports, name, width):
    with opened(browser, reports[name], width=width) as page:
        assert page.overflow() <= 0
        if name != "large":
            page.open_all()
            assert page.overflow() <= 0


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["empty", "benign"])
def test_accessible(browser, reports, name, dark):
    """Contrast, names, tables and landmarks, as axe judges them. The benign one has every part of a page."""
    with opened(browser, reports[name], dark=dark) as page:
        page.open_all()
        assert "\n".join(page.accessibility()) == ""


def test_picture_is_accessible(browser, reports):
    with opened(browser, reports["demo"]) as page:
        assert page.locator("#endpoint1 svg[role=img][aria-label]").count() == 1 and page.locator("#endpoint1 .steps").count() > 0
        assert "\n".join(page.accessibility("#summary", "#gaps", "#endpoint1")) == ""


def test_themes(browser, reports):
    def paper(page):
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    with opened(browser, reports["demo"]) as light, opened(browser, reports["demo"], dark=True) as dark:
        lights, darks = paper(light), paper(dark)
        assert lights != darks
        light.focus("#theme-auto")
        light.keyboard.press("ArrowRight")
        light.keyboard.press("ArrowRight")
        assert light.is_checked("#theme-dark") and paper(light) == darks
        dark.check("#theme-light")
        assert paper(dark) == lights


def shown(page):
    return page.locator(".finding:visible").evaluate_all("all => all.map(e => e.id)")


def test_findings_by_keyboard(browser, reports):
    """Search and filters, with no mouse."""
    with opened(browser, reports["large"]) as page:
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "find"
        page.keyboard.type("training-job-00007")
        want = page.evaluate("[...document.querySelectorAll('.finding')].filter(e => e.textContent.includes('training-job-00007')).map(e => e.id)")
        assert want and shown(page) == want
        assert page.inner_text("#found") == f"{len(want)} of 2,000 findings" and page.get_attribute("#found", "aria-live") == "polite"
        page.keyboard.type("/")  # is a letter in a field
        assert page.input_value("#find").endswith("/") and shown(page) == []
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "by-level"
        page.keyboard.type("high")
        levels = page.evaluate("[...document.querySelectorAll('.finding')].filter(e => !e.hidden).map(e => e.dataset.level)")
        assert set(levels) == {"high"} and len(levels) == page.locator('.finding[data-level="high"]').count()
        page.keyboard.press("Tab")
        page.keyboard.type("check-01")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type("us-east-1")
        left = page.evaluate("[...document.querySelectorAll('.finding')].filter(e => !e.hidden && !e.closest('[hidden]')).map(e => [e.dataset.level, e.closest('.check').dataset.check, e.dataset.region].join())")
        assert left and set(left) == {"high,check-01,us-east-1"}
        page.focus("button[type=reset]")
        page.keyboard.press("Enter")
        page.wait_for_function("document.getElementById('found').textContent === '2,000 findings'")
        assert page.locator(".finding[hidden]").count() == 0


def test_tab_reaches_everything_once(browser, reports):
    """No keyboard traps, the way is that of the page, and where one is can be seen."""
    with opened(browser, reports["demo"]) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        visible = page.evaluate("getComputedStyle(document.activeElement).left")
        assert visible == "0px"
        order = []
        for _ in range(5000):
            at = page.evaluate("""() => {
                const e = document.activeElement;
                if (e === document.body) return null;
                window.all ??= [...document.querySelectorAll('*')];
                const s = getComputedStyle(e), outlined = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0;
                return [all.indexOf(e), outlined, e.outerHTML.slice(0, 80)];
            }""")
            if at is None or order and at[0] == order[0]:
                break
            assert at[1], f"where the focus is cannot be seen: {at[2]}"
            assert at[0] not in order, f"the focus comes back: {at[2]}"
            order.append(at[0])
            page.keyboard.press("Tab")
        else:
            raise AssertionError("the focus never leaves the page")
        assert order == sorted(order)
        last = page.evaluate("Math.max(...[...document.querySelectorAll('a[href], button, input, select, summary')].filter(e => e.checkVisibility({contentVisibilityAuto: false}) && !e.disabled).map(e => all.indexOf(e)))")
        assert order[-1] >= last


def test_links_open_what_is_closed(browser, reports):
    with opened(browser, reports["benign"], anchor="#endpoint3") as page:
        page.locator("#endpoint3[open]").wait_for()
    with opened(browser, reports["large"]) as page:
        page.fill("#find", "check-01")
        hidden = page.get_attribute('.check[data-check="check-02"] .finding >> nth=0', "id")
        page.evaluate("a => { location.hash = a }", hidden)
        page.locator(f"#{hidden}").wait_for(state="visible")


def test_inventory(browser, reports):
    with opened(browser, reports["large"]) as page:
        rows = page.locator("#inv-table tbody tr")
        assert rows.count() == 100 and page.inner_text("#inv-found") == "1 to 100 of 11,200 resources"
        first = rows.first.inner_text()
        page.click("#inv-next")
        assert page.inner_text("#inv-found") == "101 to 200 of 11,200 resources" and rows.first.inner_text() != first
        page.click("#inv-prev")
        assert rows.first.inner_text() == first and page.is_disabled("#inv-prev")
        page.fill("#inv-find", "endpoint-00001")
        assert rows.count() == 1 and "finding" in rows.first.inner_text() and "2026-01-02 02:04" in rows.first.inner_text()
        page.fill("#inv-find", "")
        page.select_option("#inv-kind", label="Endpoint")
        page.select_option("#inv-place", label="012345678901 us-east-1")
        assert page.inner_text("#inv-found") == "1 to 100 of 150 resources"
        page.click("#inv-next")
        assert rows.count() == 50 and page.is_disabled("#inv-next")


def test_without_findings(browser, reports):
    with opened(browser, reports["empty"]) as page:
        assert "22 checks found nothing." in page.inner_text("#findings")
        assert page.locator("#filter").count() == 0
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "inv-find"


@pytest.mark.parametrize("name", ["demo", "large"])
def test_without_a_script(browser, reports, name):
    """All but the list of resources is there, and what is not is said."""
    with opened(browser, reports[name], script=False) as page:
        html = reports[name].read_text()
        assert page.locator(".finding").count() == html.count('<li class="finding')
        assert not page.is_visible("#filter") and not page.is_visible("#list")
        assert "needs JavaScript" in page.inner_text("#noscript") and page.is_visible("#noscript")
        page.click(".check summary >> nth=0")
        assert page.is_visible("#kinds summary") and page.overflow() <= 0


@pytest.mark.parametrize("name, script", [("empty", True), ("benign", True), ("benign", False), ("hostile", False), ("large", True)])
def test_print(browser, reports, tmp_path, name, script):
    """Paper has every finding and its evidence, though all is closed on the screen."""
    with opened(browser, reports[name], script=script) as page:
        page.pdf(path=tmp_path / "report.pdf", format="A4")
    text = re.sub(r"\s+", "", "".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(tmp_path / "report.pdf")))
    assert "Opencloseall" not in text and "Coverageandgaps" in text
    assert "needsJavaScript" in text
    if name in ("empty", "hostile"):
        return
    with opened(browser, reports[name]) as page:
        page.open_all()
        wanted = page.evaluate("[...document.querySelectorAll('.finding')].map(e => [e.querySelector('.name').textContent, e.querySelector('.evidence').textContent])")
    assert wanted
    for resource, evidence in wanted:
        assert re.sub(r"\s+", "", resource) in text and re.sub(r"\s+", "", evidence) in text, (resource, evidence)
