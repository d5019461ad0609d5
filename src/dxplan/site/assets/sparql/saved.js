// The saved questions, with values in them: what an address asks for, the text that is run, and the way back from both.
import { nearest, plain, resolve } from "./values.js";

// saved: what assets/sparql/questions.json holds.
export class Questions {
  constructor(saved) {
    this.saved = saved;
    this.byName = new Map(saved.questions.map((question) => [question.name, question]));
  }

  // The permitted values of a parameter: [term, Japanese name, English name, other names…] of each.
  permitted(parameter) {
    return this.saved.lists[parameter.list].map((at) => this.saved.things[at]);
  }

  // The question that a query says in its first line that it is.
  of(text) {
    return this.byName.get(/^# ([a-z0-9-]+): /.exec(text)?.[1]);
  }

  // What an address asks for: {question, values, lang, wrong}. Each of wrong is [word, …] for say(); where there is any,
  // nothing may be run, since it would be the answer to something else.
  // name: of the question, where the page is about one; lang: of the page.
  asked(search, lang, name) {
    const given = [...new URLSearchParams(search)];
    const wrong = [];
    const found = { question: undefined, values: {}, lang, wrong };
    const once = (key) => {
      const texts = given.filter(([each]) => each === key).map(([, text]) => text);
      if (texts.length > 1) wrong.push(["twice", key]);
      return texts[0];
    };
    const wanted = name ?? once("question");
    if (wanted) {
      found.question = this.byName.get(wanted);
      if (!found.question) wrong.push(["noQuestion", wanted, nearest(wanted, this.byName.keys())]);
    }
    const language = once("lang");
    if (language === "ja" || language === "en") found.lang = language;
    else if (language !== undefined) wrong.push(["noLanguage", language]);
    const parameters = found.question?.parameters ?? [];
    for (const [key, text] of given) {
      if (key === "lang" || (key === "question" && name === undefined)) continue;
      const parameter = parameters.find((each) => [each.name, each.option, each.option.replaceAll("-", "_")].includes(key));
      if (found.question && !parameter) wrong.push(["noParameter", key, parameters.map((each) => each.option)]);
      else if (!found.question && !wanted) wrong.push(["needless", key]);
      else if (parameter && parameter.name in found.values) wrong.push(["twice", key]);
      else if (parameter) found.values[parameter.name] = this.#meant(parameter, text, wrong);
    }
    return found;
  }

  #meant(parameter, text, wrong) {
    const { term, several, years, near, some } = resolve(parameter, this.permitted(parameter), text, this.saved);
    if (several) wrong.push(["several", parameter.option, text, several]);
    else if (years) wrong.push(["noYear", parameter.option, text, ...years]);
    else if (near?.length) wrong.push(["near", parameter.option, text, near]);
    else if (some) wrong.push(["some", parameter.option, text, some]);
    return term;
  }

  // The address that asks a question with values, as that of a page in a language; without what goes without saying.
  address(question, values, lang, page) {
    const own = question.parameters.filter(({ name, default: first }) => (values[name] ?? first) !== first);
    const parts = own.map(({ name }) => [name, plain(values[name])]);
    if (lang !== page) parts.push(["lang", lang]);
    return new URLSearchParams([["question", question.name], ...parts]);
  }

  // The query: every value stands as a serialised term where the question has a place for it.
  bound(question, values, lang) {
    const terms = { ...this.defaults(question), ...values, lang: `"${lang}"` };
    const text = question.text.map((piece, at) => (at % 2 ? terms[piece] : piece)).join("");
    return `# ${question.name}: ${question.title[lang]}\n${text}`;
  }

  defaults(question) {
    return Object.fromEntries(question.parameters.map((parameter) => [parameter.name, parameter.default]));
  }

  // The question, values and language that a query was made of, undefined for one that was changed since. A query without
  // names in it says no language.
  read(text) {
    const question = this.of(text);
    if (!question) return undefined;
    let rest = text.slice(text.indexOf("\n") + 1);
    const terms = {};
    for (const [at, piece] of question.text.entries()) {
      const next = at % 2 ? TERM.exec(rest)?.[0] : piece;
      if (next === undefined || !rest.startsWith(next) || (at % 2 && (terms[piece] ??= next) !== next)) return undefined;
      rest = rest.slice(next.length);
    }
    const { lang, ...values } = terms;
    const known = question.parameters.every((each) => this.permitted(each).some(([term]) => term === values[each.name]));
    const spoken = [undefined, '"ja"', '"en"'].includes(lang);
    return known && spoken && rest === "" ? { question, values, lang: lang?.slice(1, -1) } : undefined;
  }
}

// A serialised IRI or literal.
const TERM = /^(?:<[^<>]*>|"(?:[^"\\\n]|\\.)*"(?:@[\w-]+|\^\^<[^<>]*>)?)/;
// Signs of SPARQL as far as it takes to know what is no comment, no text and no IRI.
const TOKEN = /#.*|<[^<>"{}|^`\\\s]*>|"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[?$]?\w+|\s+|[^]/gu;

// A query of one's own for readers of the other language: its labels are wanted in that one.
export function inLanguage(text, lang) {
  const tokens = text.match(TOKEN) ?? [];
  const signs = [...tokens.keys()].filter((at) => !/^(?:\s|#)/.test(tokens[at]));
  signs.forEach((at, n) => {
    const [values, name, open, , close] = signs.slice(n, n + 5).map((each) => tokens[each]);
    const place = signs[n + 3];
    if (/^values$/i.test(values) && name === "?lang" && open === "{" && close === "}" && /^["'](?:ja|en)["']$/.test(tokens[place])) {
      tokens[place] = `"${lang}"`;
    }
  });
  return tokens.join("");
}
