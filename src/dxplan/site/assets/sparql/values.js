// Which permitted value a person means by a text: an IRI, a prefixed name, a key, a label in any spelling, or a year.
// The same as dxplan.asking.parameters, with dxplan.folding and dxplan.years, so that an address means everywhere what
// it means on the command line.

const IGNORED = /[\s「」『』“”"'’‘()\[\]【】・･\-‐‑–—−_/,、。]/g;
const WESTERN = /^(?:fy:?)?(\d{4})(?:年度?)?$/;
const NEAR = 5; // so many names are told

export function fold(text) {
  const folded = text.normalize("NFKC").toUpperCase().toLowerCase().replace(IGNORED, "");
  return folded === text ? folded : fold(folded);
}

// The Western year in which a fiscal year begins, undefined for what is no year.
export function fiscalYear(text, eras) {
  const folded = text.normalize("NFKC").replace(/\s+/g, "").toLowerCase();
  const western = WESTERN.exec(folded);
  if (western) return Number(western[1]);
  const names = Object.keys(eras).sort((a, b) => b.length - a.length).join("|");
  const era = new RegExp(`^(${names})\\.?(元|\\d{1,2})(?:年度?)?$`).exec(folded);
  const number = era && (era[2] === "元" ? 1 : Number(era[2]));
  return number ? eras[era[1]] + number : undefined;
}

// What stands between the signs of a serialised term.
export function plain(term) {
  return term.startsWith("<") ? term.slice(1, -1) : JSON.parse(/^"(?:[^"\\]|\\.)*"/.exec(term)[0]);
}

// Returns {term} for a value that is permitted; else {several} with the terms that are meant alike, {years} with the
// first and the last of fiscal years, or {near} and {some} with names to choose from.
// permitted: [term, Japanese name, English name, other names…] of each.
export function resolve({ kind, default: first }, permitted, text, { prefixes, eras }) {
  const sought = fold(text);
  let meant;
  if (first.startsWith("<")) {
    const found = [iri(kind, text, prefixes, eras), kind && prefixes[kind] + text].find((each) => each);
    meant = permitted.filter(([term]) => term === `<${found}>`);
    if (!meant.length) meant = permitted.filter(([, ...names]) => names.some((name) => fold(name) === sought));
  } else {
    meant = permitted.filter(([term]) => fold(plain(term)) === sought);
  }
  if (meant.length === 1) return { term: meant[0][0] };
  if (meant.length) return { several: meant.map(([term]) => plain(term)) };
  if (kind === "fy" && permitted.length) {
    const years = permitted.map(([term]) => term.slice(1, -1).split("/").at(-1)).sort();
    return { years: [years[0], years.at(-1)] };
  }
  return { near: nearest(text, permitted.flatMap(([, ...names]) => names)), some: permitted };
}

function iri(kind, text, prefixes, eras) {
  if (text.startsWith("<") && text.endsWith(">")) return text.slice(1, -1);
  if (/^https?:\/\//.test(text)) return text;
  const [prefix] = text.split(":", 1);
  if (prefix !== text && Object.hasOwn(prefixes, prefix)) {
    return prefixes[prefix] + text.slice(prefix.length + 1).replace(/\\(.)/gu, "$1");
  }
  const year = kind === "fy" ? fiscalYear(text, eras) : undefined;
  return year === undefined ? undefined : prefixes.fy + year;
}

// The names most like a text: those that contain it or stand in it, then those that share half of their pairs of letters.
export function nearest(text, names) {
  const sought = fold(text);
  if (!sought) return [];
  const known = new Map(names.map((name) => [fold(name), name]));
  const containing = [...known.keys()].filter((name) => name && (name.includes(sought) || sought.includes(name)));
  containing.sort((a, b) => a.length - b.length);
  const alike = [...known.keys()].map((name) => [likeness(name, sought), name]).filter(([like]) => like >= 0.5);
  alike.sort((a, b) => b[0] - a[0]);
  return [...new Set([...containing, ...alike.map(([, name]) => name)])].slice(0, NEAR).map((name) => known.get(name));
}

function likeness(one, other) {
  const pairs = (text) => Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2));
  const left = pairs(other);
  const all = pairs(one).length + left.length;
  let shared = 0;
  for (const pair of pairs(one)) {
    const at = left.indexOf(pair);
    if (at >= 0) {
      left.splice(at, 1);
      shared += 1;
    }
  }
  return all ? (2 * shared) / all : 0;
}
