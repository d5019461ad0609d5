// The store of the page: Oxigraph in a thread of its own, so that a long query freezes nothing and can be ended.
// It is told {id, open: {module, dump}} once and {id, ask: {query, accept}} after that, and answers each with one message
// of the same id.
import init, { Store } from "../vendor/oxigraph/web.js";

let store;

async function open({ module, dump }) {
  await init({ module_or_path: module });
  store = new Store();
  store.load(new Uint8Array(dump), { format: "application/n-quads", no_transaction: true });
  return { triples: store.size };
}

function ask({ query, accept }) {
  // Every question is asked of the union of all graphs, as the command line does.
  const content = store.query(query, { use_default_graph_as_union: true, results_format: accept });
  return { content, type: accept };
}

onmessage = async ({ data }) => {
  try {
    postMessage({ id: data.id, ...(data.open ? await open(data.open) : ask(data.ask)) });
  } catch (error) {
    postMessage({ id: data.id, mistake: String(error?.message ?? error) });
  }
};
