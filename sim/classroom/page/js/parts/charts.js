/** Charts of the debrief: the chance of a deal, and the questionnaire. */

import { h, setVars, svg } from "../dom.js";
import { percent } from "../format.js";
import { section } from "./section.js";
import { t } from "../../strings.en.js";

/** The forecast after each round as a line, and who was on board as columns. */
export function trend(data) {
  const { rounds } = data;
  const n = rounds.length;
  const of = Object.keys(rounds[0]?.stances ?? {}).length || 1;
  // One point makes no line.
  const forecast = rounds.filter((r) => known(r.deal)).length > 1;
  const told = rounds.map((r) =>
    [
      `${t.debrief.round(r.round)}: ${t.debrief.onBoard(r.on_board, of)}`,
      known(r.deal) ? `${percent(r.deal)} ${t.whatif.deal}` : null,
    ]
      .filter(Boolean)
      .join(", "),
  );
  const column = (r) => {
    const bar = h("i");
    setVars(bar, { "--height": r.on_board / of });
    return h("span", { class: "trend-column" }, bar);
  };
  return section(
    forecast ? t.debrief.trend : t.debrief.board,
    forecast ? t.debrief.trendLead : t.debrief.boardLead,
    h(
      "figure",
      null,
      h(
        "div",
        { class: "trend-chart", role: "img", "aria-label": told.join("; ") },
        h(
          "p",
          { class: "trend-scale" },
          [1, 0.5, 0].map((share) => h("span", null, percent(share))),
        ),
        h(
          "div",
          { class: "trend-field" },
          rounds.map(column),
          svg(
            "svg",
            { viewBox: "0 0 100 100", preserveAspectRatio: "none" },
            forecast
              ? stretches(rounds).map((points) => svg("polyline", { class: "deal-line", points }))
              : null,
          ),
        ),
        h(
          "p",
          { class: "trend-rounds" },
          rounds.map((r, j) => h("span", null, named(j, n) ? r.round : "")),
        ),
      ),
      h(
        "figcaption",
        { class: "legend" },
        forecast ? h("span", null, h("i", { class: "key line" }), t.debrief.trend) : null,
        h("span", null, h("i", { class: "key" }), t.debrief.boardKey),
      ),
    ),
  );
}

function known(share) {
  return typeof share === "number";
}

/** The points of the line, one string for each stretch of rounds that have a forecast. */
function stretches(rounds) {
  const found = [];
  rounds.forEach((r, j) => {
    if (!known(r.deal)) return;
    const point = `${((100 * (j + 0.5)) / rounds.length).toFixed(2)},${(100 - 100 * r.deal).toFixed(2)}`;
    if (j > 0 && known(rounds[j - 1].deal)) found[found.length - 1] += ` ${point}`;
    else found.push(`${point} ${point}`);
  });
  return found;
}

/** Whether a round has room for its number on a phone. */
function named(j, n) {
  const step = Math.ceil(n / 8);
  return j === n - 1 || (j % step === 0 && n - 1 - j >= step);
}

/** Answers before and after, one small chart for each question. */
export function questionnaire(data) {
  const q = data.questionnaire;
  if (!q || !(q.n_before + q.n_after)) return null;
  const columns = (counts, kind) => {
    const most = Math.max(1, ...q.items.flatMap((i) => [...i.before, ...i.after]));
    return h(
      "div",
      {
        class: "answers",
        role: "img",
        data: { kind },
        "aria-label": `${t.debrief[kind]}: ${counts.join(", ")}`,
      },
      counts.map((n) => {
        const bar = h("span", { class: "answer-bar" }, h("b", null, n || ""), h("i"));
        setVars(bar, { "--height": n / most });
        return bar;
      }),
    );
  };
  return section(
    t.debrief.questionnaire,
    t.debrief.questionnaireLead(q.n_before, q.n_after),
    h(
      "ul",
      { class: "answer-list" },
      q.items.map((item) =>
        h(
          "li",
          null,
          h("h3", null, item.words),
          h("p", { class: "soft" }, t.debrief.scale(item.low, item.high)),
          h(
            "div",
            { class: "answer-pair" },
            ["before", "after"].map((kind) =>
              h(
                "div",
                null,
                columns(item[kind], kind),
                h(
                  "p",
                  { class: "answer-scale soft" },
                  [1, 2, 3, 4, 5].map((x) => h("span", null, x)),
                ),
                h("p", { class: "answer-when" }, t.debrief[kind]),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}
