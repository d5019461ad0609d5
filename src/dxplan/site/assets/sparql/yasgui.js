// The workbench with YASGUI (https://github.com/rdfjs/Yasgui): a tab for each query, and our own view of an answer.
import { announce, drawn } from "./answer.js";
import { lang, say } from "./words.js";

// Returns {open(name, text), text(), run(), stop(), answer()}. blank: whether a first visit begins with a query to change.
// execute(query, accept, signal) gives {content, type}; context(query) is what answer.js needs to draw an answer.
// changed() is called when the query is written, selected() when another tab is looked at.
export function yasguiBench(parent, { execute, context, problem, prefixes, terms, blank, sample, changed, selected }) {
  const { Yasgui } = window;
  const url = new URL("sparql", document.baseURI).href;
  reroute(url, execute);
  // What is given to Yasgui itself does not reach the view of an answer.
  Object.assign(Yasgui.Yasr.defaults, {
    pluginOrder: ["answer", "table", "response"],
    defaultPlugin: "answer",
    errorRenderers: [async (error) => problem(error.text)],
  });
  const completers = complete(Yasgui.Yasqe, prefixes, terms);
  Yasgui.Yasr.registerPlugin("answer", answerView(context));

  const bench = new Yasgui(parent, {
    persistenceId: `dxplan_sparql_${lang}_${new URL(".", document.baseURI).pathname}`,
    tabName: say("tab"),
    populateFromUrl: false,
    autoAddOnInit: blank,
    copyEndpointOnNewTab: true,
    autofocus: false,
    endpointCatalogueOptions: { getData: () => [], keys: [] },
    requestConfig: {
      endpoint: () => url,
      method: "POST",
      acceptHeaderSelect: "application/sparql-results+json",
      acceptHeaderGraph: "text/turtle",
    },
    yasqe: {
      value: sample,
      autocompleters: completers,
      prefixCcApi: null,
      showQueryButton: false,
      editorHeight: "22rem",
      extraKeys: { Tab: false, "Shift-Tab": false }, // the keyboard must not be trapped in the editor
    },
    yasr: { prefixes, defaultPlugin: "answer" },
  });

  const listened = new WeakSet();
  const prepare = (tab) => {
    const yasqe = tab?.getYasqe();
    if (!yasqe) return;
    if (!listened.has(yasqe)) {
      listened.add(yasqe);
      yasqe.on("change", changed);
    }
    yasqe.getInputField().setAttribute("aria-label", say("editor"));
    for (const name of ["table", "response"]) {
      const shown = tab.getYasr()?.rootEl.querySelector(`.select_${name}`);
      if (!shown) continue;
      shown.title = say(name);
      shown.setAttribute("aria-label", say(name));
      shown.querySelector("span").textContent = say(name);
    }
    for (const close of parent.querySelectorAll(".closeTab")) close.setAttribute("aria-label", say("closeTab"));
    const add = parent.querySelector(".addTab");
    add?.setAttribute("title", say("addTab"));
    add?.setAttribute("aria-label", say("addTab"));
    // It stands in a list of tabs, where only tabs may stand.
    add?.setAttribute("role", "tab");
    add?.setAttribute("aria-selected", "false");
  };
  bench.on("tabSelect", () => setTimeout(() => { prepare(bench.getTab()); selected(); }));
  prepare(bench.getTab());
  const text = () => bench.getTab()?.getYasqe()?.getValue();

  return {
    open(name, wanted) {
      // Yasgui itself takes a tab whose answer was looked at for another one; and what it wrote down of a tab may be older
      // than what was written into it.
      const ids = bench.persistentConfig.getTabs();
      const known = ids.find((id) => bench.persistentConfig.getTab(id).yasqe.value === wanted);
      if (known) bench.selectTabId(known);
      if (text() !== wanted) bench.addTab(true, { ...Yasgui.Tab.getDefaults(bench), name, yasqe: { value: wanted } });
      bench.getTab().show();
      prepare(bench.getTab());
    },
    text,
    // What goes wrong is told where the answer would stand.
    run: () => bench.getTab()?.query().catch(() => {}),
    stop: () => bench.getTab()?.getYasqe()?.abortQuery(),
    answer: () => bench.getTab()?.getYasr()?.results?.getAsJson(),
  };
}

// YASGUI asks with fetch; what it asks of the endpoint of this site goes to our engine instead.
function reroute(url, execute) {
  const native = window.fetch.bind(window);
  window.fetch = async (input, options) => {
    if (!(input instanceof Request) || input.url !== url) return native(input, options);
    const given = new URLSearchParams(await input.text());
    const query = given.get("query") ?? given.get("update") ?? "";
    const { content, type } = await execute(query, input.headers.get("Accept"), input.signal);
    return new Response(content, { headers: { "Content-Type": type } });
  };
}

// What is offered while writing: our prefixes, classes and properties, none of which needs a service elsewhere.
function complete(Yasqe, prefixes, terms) {
  const lines = Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`).sort();
  Yasqe.forkAutocompleter("prefixes", { name: "prefixes-here", bulk: true, persistenceId: null, get: () => lines });
  for (const [kind, fork] of [["class", "classes"], ["property", "properties"]]) {
    Yasqe.forkAutocompleter(kind, { name: `${kind}-here`, bulk: true, persistenceId: null, get: () => terms[fork] });
  }
  return ["prefixes-here", "class-here", "property-here", "variables"];
}

function answerView(context) {
  return class {
    priority = 20;
    label = say("answer");
    constructor(yasr) {
      this.yasr = yasr;
    }
    canHandleResults() {
      const results = this.yasr.results;
      return Boolean(results && !results.getError() && (results.getBindings() || typeof results.getBoolean() === "boolean"));
    }
    async draw() {
      const query = this.yasr.rootEl.closest(".tabPanel")?.querySelector(".CodeMirror")?.CodeMirror?.getValue() ?? "";
      const json = this.yasr.results.getAsJson();
      this.yasr.resultsEl.replaceChildren(await drawn(json, context(query)));
      announce(query, json);
    }
    getIcon() {
      return undefined;
    }
  };
}
