/** After the summit: what happened, what was expected, what was real, and who moved whom. */

import { h, put, setVars } from "../dom.js";
import { byName, label, percent } from "../format.js";
import { get } from "../net.js";
import { questionnaire, trend } from "../parts/charts.js";
import { replay, roomOf } from "../parts/replay.js";
import { section } from "../parts/section.js";
import { t } from "../../strings.en.js";

const AGAIN = 1500;
const MOST = 6;

export function debriefView({ me, back }) {
  const body = h(
    "div",
    { class: "debrief-body" },
    h("p", { class: "computing", role: "status" }, t.debrief.computing),
  );
  const element = h(
    "main",
    { id: "main", class: "debrief" },
    h(
      "header",
      { class: "debrief-head" },
      h("h1", { tabindex: -1 }, t.debrief.title),
      h("button", { onclick: back }, t.debrief.back),
    ),
    body,
  );
  let closed = false;

  async function load() {
    try {
      const data = await get("/api/debrief");
      if (closed || !element.isConnected) return;
      if (!data.ready) setTimeout(load, AGAIN);
      else draw(data);
    } catch (error) {
      put(body, h("p", { class: "problem", role: "alert" }, error.message));
    }
  }

  function draw(data) {
    put(
      body,
      hero(data),
      compare(data),
      trend(data),
      replay(data),
      h("div", { class: "debrief-two" }, moved(data), holdouts(data)),
      questionnaire(data),
      people(data),
      downloads(me),
    );
  }

  // The view is mounted after this call returns.
  setTimeout(load, 0);
  return {
    title: t.debrief.title,
    element,
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
            row(label(r), [r.happened, r.expected, ...(past ? [r.past] : [])]),
          ),
        ),
      ),
    ),
  );
}

function moved(data) {
  const list = (items, draw) =>
    h(
      "ol",
      { class: "timeline" },
      items.length ? items.map(draw) : h("li", { class: "soft" }, t.debrief.notable),
    );
  const entry = (item, words) =>
    h("li", null, h("span", { class: "timeline-round" }, item.round), h("p", null, words));
  return h(
    "div",
    { class: "stack" },
    section(
      t.debrief.moved,
      "",
      list(data.moved, (m) => entry(m, m.words)),
    ),
    section(
      t.debrief.turned,
      "",
      list(data.turned, (m) => entry(m, m.words)),
    ),
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
  return section(
    t.debrief.holdouts,
    t.debrief.holdoutsLead,
    h(
      "ol",
      { class: "costs" },
      data.holdouts.length
        ? data.holdouts
            .slice(0, MOST)
            .map((x) =>
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
                    [t.debrief.rounds(x.rounds), x.letter ? t.debrief.letter : ""]
                      .filter(Boolean)
                      .join(", "),
                  ),
                ),
                bar(x.deal_with, t.debrief.with, "with"),
                bar(x.deal_without, t.debrief.without, "without"),
                x.words ? h("p", { class: "soft" }, x.words) : null,
              ),
            )
        : h("li", { class: "soft" }, t.debrief.nobody),
    ),
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
