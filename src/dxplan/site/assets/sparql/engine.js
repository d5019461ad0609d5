// Who answers: the endpoint of a server where there is one, else Oxigraph here on the dump of this site.
// Both look alike: ask(query, accept, signal) gives {content, type} or throws a Failure; ready says whether it answers at
// once.

import { lang } from "./words.js";

export class Failure extends Error {
  // kind: "mistake" (of the query), "time", "load", "browser" or "server"; told: what the engine says itself.
  constructor(kind, told = "") {
    super(JSON.stringify({ kind, told })); // YASGUI hands on nothing of an error but its message
    this.kind = kind;
    this.told = told;
  }
}

export class Stopped extends Error {
  constructor() {
    super("Aborted"); // the word by which YASGUI knows that there is nothing to draw
  }
}

export function endpoint(url, request = fetch) {
  return {
    ready: true,
    async ask(query, accept, signal) {
      try {
        const response = await request(url, {
          method: "POST",
          headers: { Accept: accept, "Accept-Language": lang, "Content-Type": "application/sparql-query" },
          body: query,
          signal,
        });
        const content = await response.text();
        if (response.ok) return { content, type: response.headers.get("Content-Type") ?? accept };
        throw new Failure(response.status === 400 ? "mistake" : "server", content || response.statusText);
      } catch (error) {
        if (signal?.aborted) throw why(signal);
        throw error instanceof Failure ? error : new Failure("server", error.message);
      }
    },
  };
}

// Loads when first asked. progress(bytes, total) is called while the dump arrives.
export function inBrowser({ wasm, worker, dump, size }, progress) {
  let material; // kept when a query is ended, so that only the store has to be filled again
  let running;
  let opened;

  async function load() {
    if (!globalThis.DecompressionStream || !globalThis.Worker || !globalThis.WebAssembly) {
      throw new Failure("browser");
    }
    const [module, bytes] = await Promise.all([compiled(wasm), unpacked(dump, size, progress)]);
    return { module, dump: bytes };
  }

  const waiting = new Map(); // what was asked of the thread and is not answered yet
  let last = 0;

  function end(reason) {
    running?.terminate();
    running = opened = undefined;
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  }

  function start() {
    running = new Worker(worker, { type: "module" });
    running.onmessage = ({ data }) => {
      const { resolve, reject, kind } = waiting.get(data.id);
      waiting.delete(data.id);
      if ("mistake" in data) reject(new Failure(kind, data.mistake));
      else resolve(data);
    };
    running.onerror = (event) => {
      event.preventDefault();
      end(new Failure("load", event.message ?? "")); // memory ran out, or the thread itself could not be loaded
    };
  }

  function tell(message, kind, signal) {
    return new Promise((resolve, reject) => {
      last += 1;
      const id = last;
      waiting.set(id, { resolve, reject, kind });
      signal?.addEventListener("abort", () => { if (waiting.has(id)) end(why(signal)); }, { once: true });
      running.postMessage({ id, ...message });
    });
  }

  async function ready() {
    material ??= load();
    const found = await material.catch((error) => {
      material = undefined;
      throw error instanceof Failure ? error : new Failure("load", error.message);
    });
    if (!running) {
      start();
      opened = tell({ open: found }, "load");
    }
    await opened;
  }

  return {
    get ready() {
      return Boolean(running);
    },
    async ask(query, accept, signal) {
      await unless(signal, ready());
      return tell({ ask: { query, accept } }, "mistake", signal);
    },
  };
}

function why(signal) {
  return signal.reason === "time" ? new Failure("time") : new Stopped();
}

// What is promised, unless it is stopped before.
function unless(signal, promise) {
  if (!signal) return promise;
  const stopped = new Promise((_, reject) => {
    if (signal.aborted) reject(why(signal));
    signal.addEventListener("abort", () => reject(why(signal)), { once: true });
  });
  stopped.catch(() => {});
  promise.catch(() => {});
  return Promise.race([promise, stopped]);
}

async function compiled(url) {
  const response = await found(url);
  // A host that does not know .wasm gives it another type, which streaming refuses.
  return response.headers.get("Content-Type") === "application/wasm"
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

async function unpacked(url, size, progress) {
  const reader = (await found(url)).body.getReader();
  const parts = [];
  let arrived = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    arrived += part.value.length;
    progress(Math.min(arrived, size), size);
  }
  const blob = new Blob(parts);
  const [first, second] = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  // Some hosts send .gz as an encoding, which the browser has undone already.
  const packed = first === 0x1f && second === 0x8b;
  return packed
    ? new Response(blob.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer()
    : blob.arrayBuffer();
}

async function found(url) {
  const response = await fetch(url, { cache: "no-cache" }); // asks anew whether it changed
  if (!response.ok) throw new Failure("load", `${url}: ${response.status} ${response.statusText}`);
  return response;
}
