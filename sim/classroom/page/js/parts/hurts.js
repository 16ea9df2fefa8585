/** What the draft costs a delegation: the parts of it against what refusing costs. */

import { h, keyed, say, setVars, show } from "../dom.js";
import { plain, words } from "../format.js";
import { t } from "../../strings.en.js";

export function createHurts() {
  const verdict = h("p", { class: "verdict serif" });
  const segments = h("div", { class: "balance-parts" });
  const marks = ["today", "lastDay"].map((when) => [
    h("i", { class: "balance-mark", data: { when } }),
    h("span", { class: "balance-label", data: { when }, "aria-hidden": "true" }, t.hurts[when]),
  ]);
  const scale = h(
    "div",
    { class: "balance", role: "img" },
    segments,
    marks.flat(),
  );
  const parts = h("ul", { class: "parts" });
  const painless = h("p", { class: "soft" }, t.hurts.none);
  const advice = h("p", { class: "advice" });
  const element = h(
    "section",
    { class: "panel stack hurts" },
    h("h2", null, t.hurts.title),
    verdict,
    scale,
    painless,
    parts,
    advice,
  );

  function update(hurts, holdsLetter) {
    element.hidden = !hurts;
    if (!hurts) return;
    const { net_loss: net, refusal_cost: today, full_cost: lastDay } = hurts;
    const judged = judge(hurts, holdsLetter);
    say(verdict, t.hurts[judged]);
    element.dataset.verdict = judged;
    const adding = hurts.parts.filter((p) => p.loss > 0).sort((a, b) => b.loss - a.loss);
    const relief = hurts.parts.filter((p) => p.loss < 0);
    const sum = adding.reduce((all, p) => all + p.loss, 0);
    const whole = 1.12 * Math.max(net, lastDay, 0.01);
    // Relief shortens the bar as a whole, so that its end is the net loss.
    const shrink = sum > 0 ? Math.max(0, net) / sum : 0;
    keyed(
      segments,
      adding,
      (p) => p.part,
      (p) => h("i", { data: { part: p.part } }),
      (box, p) => setVars(box, { "--width": (p.loss * shrink) / whole }),
    );
    setVars(scale, { "--today": Math.max(0, today) / whole, "--last-day": Math.max(0, lastDay) / whole });
    scale.dataset.lastDay = today === lastDay ? "yes" : "no";
    scale.setAttribute("aria-label", t.hurts.says(plain(net), plain(today), plain(lastDay)));
    const most = adding[0]?.loss ?? 1;
    keyed(
      parts,
      [...adding, ...relief],
      (p) => p.part,
      () =>
        h(
          "li",
          null,
          h("span", { class: "part-name" }),
          h("span", { class: "part-bar" }, h("i")),
          h("span", { class: "part-words" }),
        ),
      (row, p) => {
        row.dataset.relief = p.loss < 0 ? "yes" : "no";
        row.dataset.part = p.part;
        say(row.children[0], t.parts[p.part] ?? words(p.part));
        setVars(row.children[1].firstChild, { "--width": Math.min(1, Math.abs(p.loss) / most) });
        say(row.children[2], p.words);
      },
    );
    show(painless, !hurts.parts.length);
    say(advice, hurts.advice?.words ?? "");
    show(advice, hurts.advice?.words);
  }

  return { element, update };
}

/** Whether the model would let it pass in the place of the delegation, today or on the last day. */
function judge({ net_loss, refusal_cost, full_cost, crosses }, holdsLetter) {
  if (holdsLetter) return "letter";
  if (crosses) return "crosses";
  if (net_loss <= Math.max(0, refusal_cost)) return "under";
  return net_loss <= full_cost ? "close" : "over";
}
