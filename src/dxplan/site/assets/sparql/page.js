// The SPARQL page: chooses who answers, offers the saved questions, and joins the workbench to both.
import { csv, save } from "./answer.js";
import { endpoint, inBrowser, Failure, Stopped } from "./engine.js";
import { plainBench } from "./plain.js";
import { lang, say } from "./words.js";
import { yasguiBench } from "./yasgui.js";

const at = (path) => new URL(path, document.baseURI).href;
const read = async (path) => (await fetch(at(path), { cache: "no-cache" })).json();
const $ = (id) => document.getElementById(id);

const [saved, service] = await Promise.all([read("assets/sparql/questions.json"), read("assets/sparql/endpoint.json")]);
const questions = new Map(saved.questions.map((question) => [question.name, question]));
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
  const question = questions.get(/^# ([a-z0-9-]+): /.exec(query)?.[1]);
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

function bound(question, values) {
  let text = question.text;
  for (const [name, value] of Object.entries({ ...values, lang: `"${lang}"` })) {
    text = text.replace(new RegExp(`VALUES\\s+\\?${name}\\s*\\{[^{}]*\\}`), () => `VALUES ?${name} { ${value} }`);
  }
  return `# ${question.name}: ${question.title[lang]}\n${text}`;
}

function chosen() {
  return Object.fromEntries([...$("parameters").querySelectorAll("select")].map((each) => [each.name, each.value]));
}

function show(question, given = new URLSearchParams()) {
  $("describe").textContent = question?.description[lang] ?? "";
  $("parameters").replaceChildren(...(question?.parameters ?? []).map((parameter) => {
    const meant = given.get(parameter.name);
    const select = Object.assign(document.createElement("select"), { name: parameter.name });
    for (const [term, ja, en] of saved.lists[parameter.list]) {
      // A value is named by its IRI, its key or, where it is a text, by itself.
      const is = [`<${meant}>`, `"${meant}"`].includes(term) || term.endsWith(`/${meant}>`);
      select.append(new Option(lang === "ja" ? ja : en, term, false, meant === null ? term === parameter.default : is));
    }
    const label = document.createElement("label");
    label.append(`${parameter.label[lang]} `, select);
    return label;
  }));
  $("open").disabled = !question;
}

const given = new URLSearchParams(location.search);
const asked = questions.get(given.get("question"));
const bench = (engine && window.Yasgui ? yasguiBench : plainBench)($("workbench"), {
  execute, context, problem, prefixes: saved.prefixes, terms: saved.terms, blank: !asked,
});

function open() {
  const question = questions.get($("question").value);
  if (!question) return;
  const values = chosen();
  bench.open(question.name, bound(question, values));
  const own = question.parameters.filter((each) => values[each.name] !== each.default);
  const search = new URLSearchParams([["question", question.name], ...own.map((each) => [each.name, values[each.name].replace(/^<(.*)>$/, "$1")])]);
  history.replaceState(null, "", `?${search}`);
}

$("question").addEventListener("change", () => show(questions.get($("question").value)));
$("ask").addEventListener("submit", (event) => { event.preventDefault(); open(); if (engine) bench.run(); });
$("run").addEventListener("click", () => bench.run());
$("stop").addEventListener("click", () => bench.stop());
const taken = (make, type, ending) => () => {
  const json = bench.answer();
  if (json?.head) save(make(json), type, `${questions.has($("question").value) ? $("question").value : "answer"}.${ending}`);
};
$("csv").addEventListener("click", taken(csv, "text/csv", "csv"));
$("json").addEventListener("click", taken((json) => JSON.stringify(json, null, 1), "application/sparql-results+json", "json"));

$("run").disabled = !engine;
$("controls").hidden = false;
status(say(service.endpoint ? "there" : engine ? "here" : "none"));

if (asked) {
  $("question").value = asked.name;
  show(asked, given);
  open();
  if (engine) bench.run();
} else {
  show(undefined);
}
