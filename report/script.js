"use strict";
// Filters what stands in the page, and shows the inventory page by page. Texts are set
// as text: nothing here makes markup of a text, and the page's policy forbids it.
(() => {
  const $ = (id) => document.getElementById(id);
  document.documentElement.classList.add("js");
  for (const part of document.querySelectorAll(".script")) part.hidden = false;

  const plain = (text) => text.toLowerCase();
  const grouped = (n) => n.toLocaleString("en-US");

  function findings() {
    const form = $("filter");
    if (!form) return;
    const find = $("find"), level = $("by-level"), check = $("by-check"), account = $("by-account"), region = $("by-region"), waived = $("by-waived");
    const groups = [...document.querySelectorAll(".check")].map((element) => ({
      element, name: element.dataset.check, count: element.querySelector("summary .count"), wasOpen: element.open,
      about: plain(element.querySelector("summary").textContent + " " + element.querySelector(".about").textContent),
      items: [...element.querySelectorAll(".finding")].map((item) => ({ element: item, data: item.dataset, waived: item.classList.contains("waived"), text: null })),
    }));
    const all = groups.reduce((n, g) => n + g.items.length, 0);
    let filtered = false;

    function fits(item, group, words) {
      const d = item.data;
      if (level.value && d.level !== level.value || account.value && d.account !== account.value || region.value && d.region !== region.value) return false;
      if (waived && (waived.value === "no" && item.waived || waived.value === "only" && !item.waived)) return false;
      if (words.length === 0) return true;
      if (item.text === null) item.text = plain(item.element.textContent);
      return words.every((w) => item.text.includes(w) || group.about.includes(w));
    }

    function apply() {
      const words = plain(find.value).split(/\s+/).filter(Boolean);
      const active = words.length > 0 || [level, check, account, region, waived].some((s) => s && s.value);
      let shown = 0;
      for (const g of groups) {
        let n = 0;
        const asked = !check.value || check.value === g.name;
        for (const item of g.items) {
          const ok = asked && fits(item, g, words);
          if (item.element.hidden === ok) item.element.hidden = !ok;
          if (ok) n++;
        }
        g.element.hidden = n === 0;
        g.count.textContent = n === g.items.length ? grouped(n) : grouped(n) + " of " + grouped(g.items.length);
        if (active && !filtered) g.wasOpen = g.element.open;
        if (active) g.element.open = n > 0 && (shown < 200 || g.element.open);
        else if (filtered) g.element.open = g.wasOpen;
        shown += n;
      }
      filtered = active;
      $("found").textContent = (active ? grouped(shown) + " of " : "") + grouped(all) + (all === 1 ? " finding" : " findings");
    }

    form.addEventListener("input", apply);
    form.addEventListener("submit", (e) => e.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    $("open-all").addEventListener("click", () => groups.forEach((g) => { g.element.open = true; }));
    $("close-all").addEventListener("click", () => groups.forEach((g) => { g.element.open = false; }));
    apply();
  }

  // What the keys / and Escape do, and what they leave alone: fields are typed into.
  function keys() {
    document.addEventListener("keydown", (e) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName) && e.target.type !== "radio";
      if (e.key === "/" && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) {
        const field = $("find") || $("inv-find");
        e.preventDefault();
        field.scrollIntoView({ block: "center" });
        field.focus();
        field.select();
      }
    });
  }

  // A link into what is closed, or filtered away, opens it.
  function links() {
    function reveal() {
      let target = null;
      try { target = location.hash.length > 1 && $(decodeURIComponent(location.hash.slice(1))); } catch { return; }
      if (!target) return;
      if (target.closest("[hidden]") && $("filter")) $("filter").reset();
      setTimeout(() => { // after the reset
        for (let e = target; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
        target.scrollIntoView();
      });
    }
    window.addEventListener("hashchange", reveal);
    reveal();
  }

  function printing() {
    let opened = [];
    window.addEventListener("beforeprint", () => {
      opened = [...document.querySelectorAll("details:not([open])")];
      for (const d of opened) d.open = true;
    });
    window.addEventListener("afterprint", () => {
      for (const d of opened) d.open = false;
      opened = [];
    });
  }

  const KIND = 0, NAME = 1, PLACE = 2, STATE = 3, CREATED = 4, ID = 5, REFERRED = 6, ANCHORS = 7;
  const perPage = 100;

  function inventory() {
    const data = JSON.parse($("inventory-data").textContent);
    const find = $("inv-find"), kind = $("inv-kind"), place = $("inv-place"), state = $("inv-state"), previous = $("inv-prev"), next = $("inv-next");
    const body = $("inv-table").tBodies[0];
    fill(kind, data.kinds);
    fill(place, data.places.map((p) => p.filter(Boolean).join(" ")));
    fill(state, data.states.map((s) => s || "(none)"));
    let rows = data.rows, page = 0;

    function select() {
      const words = plain(find.value).split(/\s+/).filter(Boolean);
      rows = data.rows.filter((r) => (kind.value === "" || r[KIND] === +kind.value) && (place.value === "" || r[PLACE] === +place.value) &&
        (state.value === "" || r[STATE] === +state.value) && words.every((w) => plain(r[NAME] + " " + r[ID] + " " + data.kinds[r[KIND]]).includes(w)));
      page = 0;
      show();
    }

    function show() {
      const from = page * perPage, some = rows.slice(from, from + perPage);
      body.replaceChildren(...some.map((r) => line(r, data)));
      previous.disabled = page === 0;
      next.disabled = from + perPage >= rows.length;
      $("inv-found").textContent = rows.length === 0 ? "none" : grouped(from + 1) + " to " + grouped(from + some.length) + " of " + grouped(rows.length) + (rows.length === 1 ? " resource" : " resources");
    }

    const turn = (by) => () => { page += by; show(); };
    $("inventory-filter").addEventListener("input", select);
    $("inventory-filter").addEventListener("submit", (e) => e.preventDefault());
    previous.addEventListener("click", turn(-1));
    next.addEventListener("click", turn(1));
    show();
  }

  function fill(list, names) {
    const order = names.map((name, i) => [name, i]).sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    list.append(...order.map(([name, i]) => new Option(name, i)));
  }

  const columns = [...$("inv-table").tHead.rows[0].cells].map((c) => c.textContent);
  const words = { f: "finding", e: "endpoint", p: "pipeline", o: "endpoint" };

  function line(r, data) {
    const tr = document.createElement("tr");
    const cell = (text, tag = "td") => {
      const td = document.createElement(tag);
      td.append(text);
      tr.append(td);
      return td;
    };
    cell(data.kinds[r[KIND]]);
    const name = cell(span("name", r[NAME]), "th");
    name.scope = "row";
    if (r[ID] !== r[NAME]) name.append(span("id block", r[ID]));
    cell(data.places[r[PLACE]][0]);
    cell(data.places[r[PLACE]][1]);
    cell(r[REFERRED] ? "only referred to" : data.states[r[STATE]]);
    cell(r[CREATED]);
    const occurs = cell("");
    occurs.className = "occurs";
    [...tr.cells].forEach((c, i) => { if (i !== 1) c.dataset.column = columns[i]; });
    for (const anchor of r[ANCHORS]) {
      const a = document.createElement("a"), word = anchor.replace(/\d+$/, "");
      a.href = "#" + anchor;
      a.textContent = words[word] || word;
      occurs.append(a, " ");
    }
    return tr;
  }

  function span(name, text) {
    const s = document.createElement("span");
    s.className = name;
    s.textContent = text;
    return s;
  }

  findings();
  inventory();
  keys();
  links();
  printing();
})();
