/** Charts of the debrief: the chance of a deal, and the questionnaire. */

import { h, setVars, svg } from "../dom.js";
import { percent } from "../format.js";
import { section } from "./section.js";
import { t } from "../../strings.en.js";

/** The forecast after each round as a line, and who was on board as columns. */
export function trend(data) {
  const rounds = data.rounds;
  const n = Math.max(1, rounds.length);
  const of = Object.keys(rounds[0]?.stances ?? {}).length || 1;
  const wide = 900;
  const x = (j) => ((j + 0.5) * wide) / n;
  const y = (share) => 190 - 170 * share;
  const line = rounds
    .map((r, j) => [x(j), r.deal])
    .filter(([, p]) => typeof p === "number")
    .map(([at, p]) => `${at.toFixed(1)},${y(p).toFixed(1)}`)
    .join(" ");
  return section(
    t.debrief.trend,
    t.debrief.trendLead,
    h(
      "figure",
      { class: "trend-figure" },
      svg(
        "svg",
        {
          viewBox: "-46 0 960 226",
          role: "img",
          "aria-label": rounds
            .map(
              (r) =>
                `${t.debrief.replayRound} ${r.round}: ${t.debrief.onBoard(r.on_board, of)}, ${percent(r.deal)}`,
            )
            .join("; "),
        },
        [0, 0.5, 1].map((share) =>
          svg(
            "g",
            null,
            svg("path", { class: "trend-grid", d: `M0 ${y(share)}H${wide}` }),
            svg(
              "text",
              { class: "axis", x: -8, y: y(share) + 5, "text-anchor": "end" },
              percent(share),
            ),
          ),
        ),
        rounds.map((r, j) =>
          svg("rect", {
            class: "on-board",
            x: x(j) - (0.36 * wide) / n,
            width: (0.72 * wide) / n,
            y: y(r.on_board / of),
            height: 170 * (r.on_board / of),
          }),
        ),
        svg("polyline", { class: "deal-line", points: line }),
        rounds
          .filter(
            (_, j) => j === 0 || j === n - 1 || (n > 8 && j % Math.ceil(n / 6) === 0 && n - j > 2),
          )
          .map((r) =>
            svg(
              "text",
              { class: "axis", x: x(rounds.indexOf(r)), y: 214, "text-anchor": "middle" },
              String(r.round),
            ),
          ),
      ),
      h(
        "figcaption",
        { class: "legend" },
        h("span", null, h("i", { class: "key line" }), t.debrief.trend),
        h("span", null, h("i", { class: "key column-key" }), t.debrief.boardKey),
      ),
    ),
  );
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
