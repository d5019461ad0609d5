// Search by name as one types: over all labels, other spellings and printed titles, folded as dxplan.folding does.
"use strict";
(() => {
  const form = document.querySelector("form[data-index]");
  const field = document.getElementById("query");
  const kinds = document.getElementById("kinds");
  const status = document.getElementById("status");
  const results = document.getElementById("results");
  const english = document.documentElement.lang === "en";
  const shown = 60;
  const ignored = /[\s「」『』“”"'’‘()\[\]【】・･\-‐‑–—−_/,、。]/g;
  const japanese = /[々〆\u3040-\u30ff\u3400-\u9fff]/;

  const fold = (text) => {
    const folded = text.normalize("NFKC").toLowerCase().replace(ignored, "");
    return folded === text ? folded : fold(folded);
  };
  const say = (text, ...values) => text.replace(/\{(\d?)\}/g, (_, at) => values[at === "" ? 0 : at]);

  let index = null;
  let entries = [];

  const read = (found) => {
    index = found;
    entries = found.rows.map(([link, kind, city, ja, en, ...others]) => ({
      link, kind, city, ja, en, names: [ja, en, ...others].filter(Boolean).map((name) => [name, fold(name)]),
    }));
    const words = new Map(found.kinds.map((words, number) => [words[+english], number]));
    for (const [word, number] of [...words].sort((a, b) => a[0].localeCompare(b[0]))) {
      kinds.append(new Option(word, String(number)));
    }
  };

  // 0 for a whole name, 1 for its beginning, 2 for a part of it; a label goes before another spelling.
  const rank = (entry, words, whole) => {
    let best = null;
    entry.names.forEach(([name, folded], at) => {
      if (!words.every((word) => folded.includes(word))) return;
      const fits = folded === whole ? 0 : folded.startsWith(whole) ? 1 : 2;
      const found = { order: fits * 4 + (at > 1 ? 2 : 0), length: folded.length, name };
      if (!best || found.order < best.order) best = found;
    });
    return best;
  };

  const element = (name, text, lang) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (lang) made.lang = lang;
    return made;
  };
  const lang = (text) => (english && japanese.test(text) ? "ja" : "");

  const line = (entry, matched) => {
    const item = document.createElement("li");
    const name = (english ? entry.en : entry.ja) || entry.ja || entry.en;
    const link = element("a", name, lang(name));
    link.href = english ? entry.link.replace(/\.html(?=#|$)/, ".en.html") : entry.link;
    item.append(link, " ");
    const told = [index.kinds[entry.kind][+english]];
    if (entry.city >= 0) told.push(index.cities[entry.city][+english]);
    const beside = element("span", told.join(english ? ", " : "、"), "");
    beside.className = "where";
    item.append(beside);
    if (matched !== name) {
      const other = element("span", matched, lang(matched));
      other.className = "where";
      item.append(" (", other, ")");
    }
    return item;
  };

  const look = () => {
    const words = field.value.split(/\s+/).map(fold).filter(Boolean);
    results.replaceChildren();
    if (!index || words.length === 0) {
      status.textContent = "";
      return;
    }
    const whole = fold(field.value);
    const kind = kinds.value === "" ? null : index.kinds[Number(kinds.value)][+english];
    const found = [];
    entries.forEach((entry, at) => {
      if (kind !== null && index.kinds[entry.kind][+english] !== kind) return;
      const best = rank(entry, words, whole);
      if (best) found.push({ entry, at, ...best });
    });
    found.sort((a, b) => a.order - b.order || a.at - b.at || a.length - b.length);
    results.append(...found.slice(0, shown).map((each) => line(each.entry, each.name)));
    const { none, some, more } = status.dataset;
    status.textContent = found.length === 0 ? none : found.length > shown ? say(more, found.length, shown)
      : say(some, found.length);
    const address = new URL(location.href);
    address.searchParams.set("q", field.value);
    history.replaceState(null, "", address);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 120);
  });
  kinds.addEventListener("change", look);
  // Arrow keys go from the field through the results and back.
  form.parentElement.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (event.target === kinds) return;
    const stops = [field, ...results.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  });

  field.value = new URLSearchParams(location.search).get("q") || "";
  fetch(form.dataset.index)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
    .then((found) => {
      read(found);
      look();
      if (!field.value) field.focus();
    })
    .catch(() => { status.textContent = status.dataset.failed; });
})();
