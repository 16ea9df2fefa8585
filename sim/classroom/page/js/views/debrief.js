/** After the summit: what happened, what was expected, what was real, and who moved whom. */

import { h, put, setVars } from "../dom.js";
import { byName, label, percent, sentence } from "../format.js";
import { get } from "../net.js";
import { questionnaire, trend } from "../parts/charts.js";
import { replay, roomOf } from "../parts/replay.js";
import { section } from "../parts/section.js";
import { t } from "../../strings.en.js";

const AGAIN = 1500;
/** Side letters of the model that are worth a word: so many, in such a share of its deals. */
const FEW = 4;
const LIKELY = 0.05;
/** So long a list is shown at once. */
const MOST = 8;

export function debriefView({ me, role, back, turned }) {
  const body = h(
    "div",
    { class: "debrief-body" },
    h("p", { class: "computing", role: "status" }, t.debrief.computing),
  );
  const element = h(
    "main",
    { id: "main", class: "debrief", data: { role } },
    h(
      "header",
      { class: "debrief-head" },
      h("h1", { tabindex: -1 }, t.debrief.title),
      h("button", { onclick: back }, t.debrief.back),
    ),
    body,
  );
  let closed = false;
  let player = null;
  let teacher = null;
  let followed = null;

  async function load() {
    try {
      const data = await get("/api/debrief");
      if (closed || !element.isConnected) return;
      if (!data.ready) setTimeout(load, AGAIN);
      else draw(data);
    } catch (error) {
      put(body, h("p", { class: "problem", role: "alert" }, sentence(error.message)));
    }
  }

  function draw(data) {
    player = replay(data, turned);
    put(
      body,
      hero(data),
      compare(data),
      trend(data),
      player.element,
      h("div", { class: "debrief-two" }, moved(data), holdouts(data)),
      questionnaire(data),
      people(data),
      downloads(me),
    );
    follow(teacher);
  }

  /** The wall turns to the round that the teacher has turned to, once it is there. */
  function follow(round) {
    teacher = round;
    if (!player || teacher === followed) return;
    followed = teacher;
    player.turnTo(teacher);
  }

  // The view is mounted after this call returns.
  setTimeout(load, 0);
  return {
    title: t.debrief.title,
    element,
    update(rules, tick) {
      if (role === "projector") follow(tick.you.round);
    },
    close: () => {
      closed = true;
    },
  };
}

function hero(data) {
  return h(
    "section",
    { class: "hero", data: { outcome: data.outcome } },
    h("p", { class: "hero-word serif" }, t.outcome[data.outcome]),
    h("p", { class: "hero-words serif" }, data.words),
  );
}

/** The three columns: this summit, the model's expectation, and history. */
function compare(data) {
  const past =
    data.past_title && data.compare.some((row) => row.past !== null && row.past !== undefined);
  const yes = (is) => (is === null || is === undefined ? "–" : is ? t.debrief.yes : t.debrief.no);
  const row = (name, cells) =>
    h(
      "tr",
      null,
      h("th", { scope: "row" }, name),
      cells.map((cell, j) => h("td", { data: { column: j } }, cell ?? "–")),
    );
  const { deal } = data;
  // Without a deal, the text that was last on the table.
  const last = new Map(
    data.outcome === "no_deal" ? (data.final ?? []).map((x) => [x.term, x.shown]) : [],
  );
  const title = past ? t.debrief.compare : t.debrief.compareUnreal;
  return section(
    title,
    "",
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": title },
      h(
        "table",
        { class: "compare" },
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            [
              t.debrief.term,
              t.debrief.happened,
              t.debrief.expected,
              ...(past ? [data.past_title] : []),
            ].map((words) => h("th", { scope: "col" }, words)),
          ),
        ),
        h(
          "tbody",
          null,
          row(t.debrief.deal, [
            yes(deal.happened),
            deal.expected ? percent(deal.expected.p) : "–",
            ...(past ? [yes(deal.past)] : []),
          ]),
          data.compare.map((r) =>
            row(label(r), [
              last.has(r.term) ? t.debrief.refused(last.get(r.term)) : r.happened,
              r.expected,
              ...(past ? [r.past] : []),
            ]),
          ),
          sideLetters(data, (cells) => row(t.debrief.letters, past ? cells : cells.slice(0, 2))),
        ),
      ),
    ),
  );
}

/** Who got a side letter: in this summit, in the model's deals, and in history. */
function sideLetters(data, draw) {
  const { names } = roomOf(data);
  const named = (codes) => byName(codes.map((code) => ({ code, name: names[code] ?? code })));
  const listed = (codes) =>
    codes &&
    (named(codes)
      .map((member) => member.name)
      .join(", ") ||
      t.none);
  const granted = [...new Set(data.rounds.flatMap((r) => r.letters))];
  const shares = data.expected?.letters ?? {};
  if (!granted.length && !data.past_letters?.length && !Object.keys(shares).length) return null;
  const likely = named(Object.keys(shares))
    .filter(({ code }) => shares[code] >= LIKELY)
    .sort((a, b) => shares[b.code] - shares[a.code])
    .slice(0, FEW)
    .map(({ code, name }) => t.debrief.letterShare(name, percent(shares[code])));
  return draw([listed(granted), likely.join(", ") || t.none, listed(data.past_letters)]);
}

/** A list of which the rest is shown on demand. */
function shortened(name, items, draw, nothing) {
  const list = h("ol", { class: name }, items.slice(0, MOST).map(draw));
  if (!items.length) list.append(h("li", { class: "soft" }, nothing));
  const rest = items.slice(MOST);
  const all = h("button", { type: "button" }, t.debrief.all(items.length));
  all.addEventListener("click", () => {
    const more = rest.map(draw);
    list.append(...more);
    all.remove();
    more[0].tabIndex = -1;
    more[0].focus();
  });
  return [list, rest.length ? h("div", null, all) : null];
}

function moved(data) {
  const entry = (item) =>
    h(
      "li",
      null,
      h("span", { class: "timeline-round" }, t.debrief.round(item.round)),
      h("p", null, sentence(item.words)),
    );
  const part = (title, items) =>
    section(title, "", shortened("timeline", items, entry, t.debrief.notable));
  return h(
    "div",
    { class: "stack" },
    part(t.debrief.moved, data.moved),
    part(t.debrief.turned, data.turned),
  );
}

function holdouts(data) {
  const bar = (deal, words, kind) => {
    const box = h("span", { class: "cost-bar", data: { kind }, "aria-hidden": "true" }, h("i"));
    setVars(box, { "--share": deal.p });
    return h(
      "p",
      { class: "cost-row" },
      h("span", null, words),
      box,
      h("b", null, percent(deal.p)),
    );
  };
  const cost = (x) =>
    h(
      "li",
      null,
      h(
        "p",
        { class: "head" },
        h("strong", null, x.name),
        h(
          "span",
          { class: "soft" },
          [t.debrief.rounds(x.rounds), x.letter ? t.debrief.letter : ""].filter(Boolean).join(", "),
        ),
      ),
      bar(x.deal_with, t.debrief.with, "with"),
      bar(x.deal_without, t.debrief.without(x.name), "without"),
      x.words ? h("p", { class: "soft" }, x.words) : null,
    );
  return section(
    t.debrief.holdouts,
    t.debrief.holdoutsLead,
    shortened("costs", data.holdouts, cost, t.debrief.nobody),
  );
}

function people(data) {
  if (!data.people?.length) return null;
  const names = roomOf(data).names;
  return section(
    t.debrief.people,
    "",
    h(
      "ul",
      { class: "chips" },
      byName(
        data.people.map((p) => ({ code: p.seat, name: names[p.seat] ?? p.seat, people: p.names })),
      ).map(({ code, name, people: who }) =>
        h("li", null, h("strong", null, code === "chair" ? t.chair : name), ` ${who.join(", ")}`),
      ),
    ),
  );
}

function downloads(me) {
  const link = (href, words) => h("a", { class: "button", href, download: "" }, words);
  return section(
    t.debrief.downloads,
    "",
    h(
      "div",
      { class: "row" },
      link("/api/report.html", t.debrief.report),
      link("/api/record.yaml", t.debrief.record),
      link("/api/rounds.csv", t.debrief.table),
      me.host ? link("/api/questionnaire.csv", t.debrief.answers) : null,
    ),
  );
}
