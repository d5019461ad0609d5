// An answer as people read it: a table with labels and links, and the same as CSV and JSON to take away.
import { say } from "./words.js";

const BASE = "https://w3id.org/dxplan/";
const SHOWN = 1000; // rows; the rest on demand, since a browser is slow with more

// The page of a thing of ours, else its IRI: what site/addresses.py does.
export function link(iri, lang) {
  if (!iri.startsWith(BASE)) return iri;
  const [address, fragment] = iri.slice(BASE.length).split("#");
  const path = (address || "index").split("/").map(encodeURIComponent).join("/");
  return `${path}${lang === "en" ? ".en" : ""}.html${fragment ? `#${fragment}` : ""}`;
}

export function shorten(iri, prefixes) {
  let best = ["", ""];
  for (const [name, space] of Object.entries(prefixes)) {
    if (iri.startsWith(space) && iri.length > space.length && space.length > best[1].length) best = [name, space];
  }
  return best[1] ? `${best[0]}:${iri.slice(best[1].length)}` : iri;
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function cell(term, label, { lang, prefixes, words, labels }) {
  if (!term) return document.createTextNode(label?.value ?? "");
  if (term.type !== "uri") {
    const text = words[term.value]?.[lang] ?? (term.type === "bnode" ? `_:${term.value}` : term.value);
    return term["xml:lang"] ? element("span", { lang: term["xml:lang"] }, text) : document.createTextNode(text);
  }
  const text = label?.value ?? labels?.[term.value] ?? shorten(term.value, prefixes);
  if (!/^https?:/.test(term.value)) return document.createTextNode(text);
  return element("a", { href: link(term.value, lang), title: term.value, rel: "noopener noreferrer" }, text);
}

// Columns that people see: a label column stands in the column that it names.
export function columns(json) {
  const all = json.head.vars;
  return all.filter((name) => !(name.endsWith("Label") && all.includes(name.slice(0, -"Label".length))));
}

// The things of ours that stand in an answer without a label beside them.
export function unnamed(json) {
  const found = new Set();
  for (const row of json.results?.bindings.slice(0, SHOWN) ?? []) {
    for (const [name, term] of Object.entries(row)) {
      if (term.type === "uri" && term.value.startsWith(BASE) && !row[`${name}Label`]) found.add(term.value);
    }
  }
  return [...found];
}

// context: {lang, prefixes, words, headings, title, labels}
export function table(json, context) {
  const shown = columns(json);
  const rows = json.results.bindings;
  const head = element("tr", {}, ...shown.map((name) =>
    element("th", { scope: "col" }, context.headings[name]?.[context.lang] ?? name)));
  const body = element("tbody");
  const draw = (from, to) => body.append(...rows.slice(from, to).map((row) =>
    element("tr", {}, ...shown.map((name) => {
      const numeric = row[name]?.datatype && /#(integer|decimal|double)$/.test(row[name].datatype);
      return element("td", { className: numeric ? "number" : "" }, cell(row[name], row[`${name}Label`], context));
    }))));
  draw(0, SHOWN);
  const made = element("table", { className: "answer" }, element("thead", {}, head), body);
  if (context.title) made.prepend(element("caption", {}, context.title));
  const frame = element("div", { className: "answer-frame", tabIndex: 0, role: "region" }, made);
  frame.setAttribute("aria-label", say("answer"));
  if (rows.length <= SHOWN) return frame;
  const more = element("button", { type: "button", className: "answer-more" }, say("more", rows.length - SHOWN));
  more.addEventListener("click", () => { draw(SHOWN, rows.length); more.remove(); });
  return element("div", {}, frame, more);
}

// context.named(iris) gives what things are called, as far as that is known without waiting for a store.
export async function drawn(json, context) {
  const without = unnamed(json);
  return shown(json, { ...context, labels: without.length ? await context.named(without) : {} });
}

function shown(json, context) {
  if (typeof json.boolean === "boolean") return element("p", { className: "answer-truth" }, say(json.boolean ? "yes" : "no"));
  return json.results.bindings.length ? table(json, context) : element("p", {}, say("nothing"));
}

export function graphText(text) {
  return element("pre", { className: "answer-graph", tabIndex: 0 }, text);
}

// Tells scripts that an answer is shown: the event "answered" of the document, with the query and what was found.
export function announce(query, json) {
  document.dispatchEvent(new CustomEvent("answered", { detail: { query, json } }));
}

// https://www.w3.org/TR/sparql11-results-csv-tsv/
export function csv(json) {
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const value = (term) => (term ? quoted(term.type === "bnode" ? `_:${term.value}` : term.value) : "");
  const lines = [json.head.vars.map(quoted), ...json.results.bindings.map((row) => json.head.vars.map((name) => value(row[name])))];
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}

export function save(text, type, name) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
