// The page of a question shows the answer for the values that the question has of itself. An address that asks for others
// is led to where they are answered, or is told what is wrong with it; what stands on the page is not shown as theirs.
import { Questions } from "./saved.js";
import { plain } from "./values.js";
import { lang, say } from "./words.js";

const told = document.getElementById("told");
const linked = (href, text) => Object.assign(document.createElement("a"), { href, textContent: text });

function line(...parts) {
  const made = document.createElement("p");
  made.append(...parts);
  told.append(made);
}

function hide(is) {
  for (const each of document.querySelectorAll("[data-default]")) each.hidden = is;
  told.hidden = !is;
}

// Returns whether the page answers what is asked for.
function answers(questions) {
  const { question, values, lang: wanted, wrong } = questions.asked(location.search, lang, told.dataset.question);
  const fields = document.getElementById("choose")?.elements;
  for (const [name, term] of Object.entries(values)) {
    if (term) fields.namedItem(name).value = plain(term);
  }
  const address = questions.address(question, values, wanted, lang);
  if (wrong.length) {
    for (const each of wrong) line(say(...each));
  } else if ([...address.keys()].length > 1) {
    line(say("elsewhere", question.parameters.map((parameter) => {
      const [, ja, en] = questions.permitted(parameter).find(([term]) => term === (values[parameter.name] ?? parameter.default));
      return `${parameter.label[lang]}: ${lang === "ja" ? ja : en}`;
    })));
    line(linked(`${told.dataset.sparql}?${address}`, say("answerThere")));
  } else {
    return true;
  }
  line(linked(location.pathname, say("defaults")));
  return false;
}

if (location.search) {
  hide(true);
  document.querySelector("a.switch").search = location.search;
  try {
    const found = await fetch(new URL("questions.json", import.meta.url), { cache: "no-cache" });
    if (answers(new Questions(await found.json()))) hide(false);
  } catch {
    line(say("load"));
  }
}
