// The workbench without YASGUI, where a site has an endpoint but not the parts that are built with npm.
import { announce, drawn, graphText } from "./answer.js";
import { say } from "./words.js";

export function plainBench(parent, { execute, context, problem, changed }) {
  const editor = Object.assign(document.createElement("textarea"), { className: "plain-editor", rows: 20, spellcheck: false });
  editor.setAttribute("aria-label", say("editor"));
  const result = document.createElement("div");
  parent.append(editor, result);
  let controller;
  let last;
  const run = async () => {
    controller?.abort();
    controller = new AbortController();
    last = undefined;
    result.replaceChildren();
    const asked = editor.value;
    const graph = /^\s*(CONSTRUCT|DESCRIBE)\b/im.test(asked.replace(/^\s*#.*$/gm, ""));
    try {
      const { content } = await execute(asked, graph ? "text/turtle" : "application/sparql-results+json", controller.signal);
      last = graph ? undefined : JSON.parse(content);
      result.replaceChildren(graph ? graphText(content) : await drawn(last, context(asked)));
      announce(asked, last);
    } catch (error) {
      if (error.message !== "Aborted") result.replaceChildren(problem(error.message));
    }
  };
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
  });
  editor.addEventListener("input", changed);
  return {
    open: (_name, text) => { editor.value = text; },
    text: () => editor.value,
    run,
    stop: () => controller?.abort(),
    answer: () => last,
  };
}
