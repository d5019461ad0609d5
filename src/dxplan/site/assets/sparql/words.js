// What the page says, in the language of the page.
export const lang = document.documentElement.lang === "en" ? "en" : "ja";

const WORDS = {
  answer: ["答え", "Answer"],
  tab: ["問合せ", "Query"],
  table: ["表（全列）", "Table (every column)"],
  response: ["応答", "Response"],
  closeTab: ["タブを閉じる", "Close tab"],
  addTab: ["タブを加える", "Add a tab"],
  editor: ["SPARQL の問合せ。Tab キーで次の部品へ移る。Ctrl+Enter で実行。", "SPARQL query. Tab moves on; Ctrl+Enter runs it."],
  yes: ["はい", "Yes"],
  no: ["いいえ", "No"],
  nothing: ["当てはまるものはありません。", "Nothing matches."],
  more: [(rows) => `残り${rows}行も表示`, (rows) => `Show the other ${rows} rows`],
  rows: [(rows, seconds) => `${rows}行（${seconds}秒）`, (rows, seconds) => `${rows} ${rows === 1 ? "row" : "rows"} (${seconds} s)`],
  done: [(seconds) => `終わりました（${seconds}秒）`, (seconds) => `Done (${seconds} s)`],
  running: ["問い合わせています…", "Asking…"],
  loading: [(done, all) => `データを読み込んでいます（${done} / ${all} MB）…`, (done, all) => `Loading the data (${done} of ${all} MB)…`],
  opening: ["データを開いています…", "Opening the data…"],
  stopped: ["止めました。", "Stopped."],
  here: ["このブラウザの中で答えます。データは最初の実行のときに一度だけ読み込みます。", "Answered inside this browser; the data is loaded once, at the first run."],
  there: ["このサイトのサーバが答えます。", "Answered by the server of this site."],
  mistake: ["問合せを実行できません。示された行と桁の前後を直してください。", "The query cannot be run. Mend what stands about the line and column named."],
  time: ["時間の上限に達したので止めました。条件を絞るか、上限を延ばしてください。", "Stopped at the time limit. Narrow the query, or allow more time."],
  load: ["データを読み込めませんでした。ページを開き直してください。", "The data could not be loaded. Open the page anew."],
  browser: ["このブラウザは必要な機能（Web Worker、WebAssembly、DecompressionStream）を持ちません。新しい版を使うか、ダンプを手元で使ってください。", "This browser lacks what is needed (Web Workers, WebAssembly, DecompressionStream). Use a newer one, or the dump on your own machine."],
  server: ["サーバが答えませんでした。しばらくしてからもう一度実行してください。", "The server did not answer. Run it again after a while."],
  none: ["このサイトには、ページの中で SPARQL を実行する部品が含まれていません。問合せは保存して、手元の道具で実行できます。", "This site does not include what runs SPARQL in the page. The query can be copied and run with tools of your own."],
  told: ["エンジンのことば", "In the words of the engine"],
};

export function say(word, ...values) {
  const text = WORDS[word][lang === "ja" ? 0 : 1];
  return typeof text === "function" ? text(...values) : text;
}
