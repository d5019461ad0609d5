// The SPARQL page: chooses who answers, offers the saved questions, and joins the workbench, the form and the address to
// both. What the address asks for is asked, or it is told why not.
import { csv, save } from "./answer.js";
import { endpoint, inBrowser, Failure, Stopped } from "./engine.js";
import { plainBench } from "./plain.js";
import { Questions, inLanguage } from "./saved.js";
import { lang, say } from "./words.js";
import { yasguiBench } from "./yasgui.js";

const at = (path) => new URL(path, document.baseURI).href;
const read = async (path) => (await fetch(at(path), { cache: "no-cache" })).json();
const $ = (id) => document.getElementById(id);

const [saved, service] = await Promise.all([read("assets/sparql/questions.json"), read("assets/sparql/endpoint.json")]);
const questions = new Questions(saved);
const status = (text) => { $("status").textContent = text; };

// ---- who answers
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
const native = window.fetch.bind(window);
const engine = service.endpoint
  ? endpoint(at(service.endpoint), native)
  : window.Yasgui && inBrowser(
    {
      wasm: at("assets/vendor/oxigraph/web_bg.wasm"),
      worker: at("assets/sparql/worker.js"),
      dump: at(saved.dump.path),
      size: saved.dump.size,
    },
    (done, all) => {
      $("loading").hidden = done === all;
      $("loading").value = done / all;
      status(done < all ? say("loading", megabytes(done), megabytes(all)) : say("opening"));
    },
  );

async function execute(query, accept, signal) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort("time"), Number($("limit").value) * 1000);
  const stop = () => controller.abort("stop");
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  const begun = performance.now();
  busy(true);
  status(say("running"));
  try {
    const { content, type } = await engine.ask(query, accept, controller.signal);
    const seconds = ((performance.now() - begun) / 1000).toFixed(2);
    const rows = type.includes("json") ? JSON.parse(content).results?.bindings.length : undefined;
    status(rows === undefined ? say("done", seconds) : say("rows", rows, seconds));
    return { content, type };
  } catch (error) {
    status(error instanceof Stopped ? say("stopped") : say(error.kind ?? "server"));
    throw error;
  } finally {
    clearTimeout(timer);
    $("loading").hidden = true;
    busy(false);
  }
}

function busy(is) {
  $("run").disabled = is;
  $("stop").disabled = !is;
}

// What went wrong, in words, with what the engine says below it.
function problem(message) {
  let failure = new Failure("server", message);
  try {
    failure = { ...JSON.parse(message) };
  } catch { /* an error of the page itself */ }
  const shown = Object.assign(document.createElement("div"), { className: "problem" });
  shown.setAttribute("role", "alert");
  shown.append(Object.assign(document.createElement("p"), { textContent: say(failure.kind) }));
  if (failure.told) {
    shown.append(
      Object.assign(document.createElement("p"), { textContent: say("told") }),
      Object.assign(document.createElement("pre"), { textContent: failure.told, lang: service.endpoint ? lang : "en" }),
    );
  }
  return shown;
}

// ---- saved questions
// A query says in its first line which question it is, so that a tab is still known after the page was left.
function context(query) {
  const question = questions.of(query);
  return {
    lang,
    prefixes: saved.prefixes,
    headings: question?.headings ?? {},
    words: question?.words ?? {},
    title: question?.title[lang],
    named,
  };
}

// What things are called that an answer names by their IRI alone. Nobody waits for a store only to read that, so what was
// found is kept for readers who come back.
const NAMES = `dxplan_names_${lang}`;

async function named(iris) {
  const known = kept();
  if (!engine?.ready) return known;
  const values = iris.map((iri) => `<${iri}>`).join(" ");
  const query = `SELECT ?node ?label WHERE { VALUES ?node { ${values} } ?node <${saved.prefixes.rdfs}label> ?label FILTER (lang(?label) = "${lang}") }`;
  const late = new Promise((_, reject) => { setTimeout(reject, 5000); });
  try {
    const { content } = await Promise.race([engine.ask(query, "application/sparql-results+json"), late]);
    const found = Object.fromEntries(JSON.parse(content).results.bindings.map(({ node, label }) => [node.value, label.value]));
    localStorage.setItem(NAMES, JSON.stringify(Object.fromEntries(Object.entries({ ...known, ...found }).slice(-2000))));
    return found;
  } catch {
    return known;
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(NAMES)) ?? {};
  } catch {
    return {}; // a browser may keep nothing
  }
}

// ---- the form
// Shows a question with values; where one is missing that was asked for, it is left to be chosen.
function show(question, values = {}) {
  $("question").value = question?.name ?? "";
  $("describe").textContent = question?.description[lang] ?? "";
  $("parameters").replaceChildren(...(question?.parameters ?? []).map((parameter) => {
    const chosen = parameter.name in values ? values[parameter.name] : parameter.default;
    const select = Object.assign(document.createElement("select"), { name: parameter.name, required: true });
    if (chosen === undefined) select.append(new Option(say("choose"), "", true, true));
    for (const [term, ja, en] of questions.permitted(parameter)) {
      select.append(new Option(lang === "ja" ? ja : en, term, false, term === chosen));
    }
    const label = document.createElement("label");
    label.append(`${parameter.label[lang]} `, select);
    return label;
  }));
  $("open").disabled = !question;
}

// Says why nothing is run, in place of the workbench: what stands in it answers something else.
function tell(wrong) {
  const lines = wrong.length ? [...wrong.map((each) => say(...each)), say("notRun")] : [];
  $("told").replaceChildren(...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
  $("told").hidden = !wrong.length;
  $("controls").hidden = $("workbench").hidden = wrong.length > 0;
}

// ---- the address
const OWN = "#query="; // after the sign that is not sent, since a query may be longer than a host takes
const other = lang === "ja" ? "en" : "ja";
const beyond = document.querySelector("a.switch");
const sample = `${["dx", "rdfs"].map((name) => `PREFIX ${name}: <${saved.prefixes[name]}>`).join("\n")}

SELECT ?plan ?planLabel WHERE {
  ?plan a dx:Plan ; rdfs:label ?planLabel .
  FILTER (lang(?planLabel) = "${lang}")
}
LIMIT 100
`;

// Where the query that is looked at is found again, on the page in a language.
function place(page) {
  const text = bench.text() ?? "";
  const read = questions.read(text);
  if (read) return `?${questions.address(read.question, read.values, page === lang ? read.lang ?? page : page, page)}`;
  if (!text.trim() || text === sample) return "";
  return OWN + encodeURIComponent(page === lang ? text : inLanguage(text, page));
}

// Notes in the address, and in the link to the other language, what is looked at.
function note(change = "replaceState") {
  if ($("workbench").hidden) return;
  const now = place(lang);
  if (now !== here) history[change](null, "", location.pathname + now);
  here = now;
  lead();
}

function lead(to = place(other)) {
  beyond.href = beyond.pathname + to;
}

const asks = () => location.search + (location.hash.startsWith(OWN) ? location.hash : "");
let here = asks();
let writing;
const bench = (engine && window.Yasgui ? yasguiBench : plainBench)($("workbench"), {
  execute, context, problem, prefixes: saved.prefixes, terms: saved.terms, blank: !here, sample,
  changed() {
    clearTimeout(writing);
    writing = setTimeout(note, 400);
  },
  selected() {
    const read = questions.read(bench.text() ?? "");
    show(read?.question, read?.values);
    note();
  },
});

function open({ question, values, lang: wanted }, change) {
  tell([]);
  bench.open(question.name, questions.bound(question, values, wanted));
  note(change);
  if (engine) bench.run();
}

// Does what the address asks for.
function arrive() {
  here = asks();
  const wrong = [];
  const text = here.startsWith(OWN) ? decoded(here.slice(OWN.length), wrong) : undefined;
  const asked = text === undefined ? questions.asked(location.search, lang) : questions.read(text) ?? {};
  wrong.push(...asked.wrong ?? []);
  show(asked.question, asked.values);
  tell(wrong);
  if (wrong.length) {
    lead(location.search + location.hash);
    return;
  }
  if (text === undefined) {
    if (asked.question) open(asked);
    return;
  }
  bench.open(questions.of(text)?.name ?? say("tab"), text);
  note();
  if (engine) bench.run();
}

function decoded(text, wrong) {
  try {
    return decodeURIComponent(text);
  } catch {
    wrong.push(["noQuery"]);
    return undefined;
  }
}

// Also where only the address changes; a leap within the page asks for nothing.
window.addEventListener("popstate", () => {
  const leap = location.hash && !location.hash.startsWith(OWN);
  if (!leap && asks() !== here) arrive();
});

$("question").addEventListener("change", () => show(questions.byName.get($("question").value)));
$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const values = Object.fromEntries([...$("parameters").querySelectorAll("select")].map((each) => [each.name, each.value]));
  open({ question: questions.byName.get($("question").value), values, lang }, "pushState");
});
$("run").addEventListener("click", () => { note(); bench.run(); });
$("stop").addEventListener("click", () => bench.stop());
$("copy").addEventListener("click", async () => {
  note();
  try {
    await navigator.clipboard.writeText(location.href);
    status(say("copied"));
  } catch { // a browser lets a page write there only where the host is trusted
    status(say("copy", location.href));
  }
});
const taken = (make, type, ending) => () => {
  const json = bench.answer();
  if (json?.head) save(make(json), type, `${questions.of(bench.text())?.name ?? "answer"}.${ending}`);
};
$("csv").addEventListener("click", taken(csv, "text/csv", "csv"));
$("json").addEventListener("click", taken((json) => JSON.stringify(json, null, 1), "application/sparql-results+json", "json"));

$("run").disabled = !engine;
$("controls").hidden = false;
status(say(service.endpoint ? "there" : engine ? "here" : "none"));
lead();
arrive();
