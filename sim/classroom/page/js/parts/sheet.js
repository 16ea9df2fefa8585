/** The text on the table: one sheet of paper; what changed is struck out and written anew. */

import { flash, h, keyed, mark, put, say, setVars } from "../dom.js";
import { label, plain, value } from "../format.js";
import { t } from "../../strings.en.js";

/** Headline of a text: core and broader spending together; null for other scenarios. */
export function headline(room, values) {
  if (!room.has_headline || values.core_pct_gdp === undefined) return null;
  return values.core_pct_gdp + values.broader_pct_gdp;
}

export function createSheet({ level = "h2" } = {}) {
  const title = h(level, { class: "sheet-title" });
  const round = h("p", { class: "sheet-round" });
  const total = h("p", { class: "sheet-total" });
  const rows = h("dl", { class: "sheet-terms" });
  const letters = h("p", { class: "sheet-letters" });
  const amendments = h("ul", { class: "sheet-amendments" });
  const stamp = h("p", { class: "sheet-stamp", hidden: true });
  const element = h(
    "section",
    { class: "sheet" },
    h("header", { class: "sheet-head" }, h("div", null, round, title), total),
    rows,
    h("footer", { class: "sheet-foot" }, letters, amendments, stamp),
  );
  let drawn = null;

  function row(term) {
    return h(
      "div",
      { class: "term" },
      h(
        "dt",
        null,
        label(term),
        term.unit === "pp / year" ? h("small", { class: "term-unit" }, t.ppMeans) : null,
      ),
      h("dd", null, h("del", { class: "was" }), h("ins", { class: "is" })),
    );
  }

  function update(
    room,
    text,
    { roundWords, letterNames = [], proposals = [], outcome = null, id = "" } = {},
  ) {
    say(title, t.sheet.title);
    say(round, roundWords);
    if (!text) return;
    setVars(rows, { "--columns": Math.min(3, room.terms.length) });
    const changed = new Map((text.changes ?? []).map((c) => [c.term, c]));
    const fresh = drawn !== null && drawn !== id;
    keyed(
      rows,
      room.terms,
      (term) => term.name,
      row,
      (element_, term) => {
        const now = value(term, text.values[term.name]);
        const change = changed.get(term.name);
        const was = element_.querySelector(".was");
        const is = element_.querySelector(".is");
        const moved = is.textContent !== "" && is.textContent !== now;
        say(was, change ? value(term, change.before) : "");
        was.hidden = !change;
        say(is, now);
        mark(is, "role", change ? null : "none");
        element_.classList.toggle("changed", Boolean(change));
        if (moved && fresh) flash(element_, "writing");
      },
    );
    const sum = headline(room, text.values);
    put(total, sum === null ? null : [h("strong", null, `${plain(sum)}%`), " ", t.sheet.ofGdp]);
    say(letters, letterNames.length ? t.sheet.letters(letterNames) : "");
    letters.hidden = !letterNames.length;
    keyed(
      amendments,
      proposals,
      (words) => words,
      (words) => h("li", null, words),
    );
    stamp.hidden = !outcome;
    stamp.dataset.outcome = outcome ?? "";
    say(stamp, outcome ? t.outcome[outcome] : "");
    drawn = id;
  }

  return { element, update };
}
