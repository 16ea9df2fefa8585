/** What the draft costs a delegation: the parts of it against what it can swallow. */

import { h, keyed, say, setVars, show } from "../dom.js";
import { plain, words } from "../format.js";
import { t } from "../../strings.en.js";

const EDGE = 0.1;

export function createHurts() {
  const verdict = h("p", { class: "verdict serif" });
  const segments = h("div", { class: "balance-parts" });
  const mark = h("i", { class: "balance-mark" });
  const scale = h(
    "div",
    { class: "balance", role: "img" },
    segments,
    mark,
    h("span", { class: "balance-label", "aria-hidden": "true" }, t.hurts.swallow),
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

  function update(hurts) {
    element.hidden = !hurts;
    if (!hurts) return;
    const { pain, tolerance } = hurts;
    const over = pain - tolerance;
    say(verdict, over > EDGE ? t.hurts.over : over > -EDGE ? t.hurts.close : t.hurts.under);
    element.dataset.verdict = over > EDGE ? "over" : over > -EDGE ? "close" : "under";
    const adding = hurts.parts.filter((p) => p.pain > 0).sort((a, b) => b.pain - a.pain);
    const relief = hurts.parts.filter((p) => p.pain < 0);
    const sum = adding.reduce((all, p) => all + p.pain, 0);
    const whole = 1.12 * Math.max(pain, tolerance, 0.01);
    // Relief shortens the bar as a whole, so that its end is the pain.
    const shrink = sum > 0 ? Math.max(0, pain) / sum : 0;
    keyed(
      segments,
      adding,
      (p) => p.part,
      (p) => h("i", { data: { part: p.part } }),
      (box, p) => setVars(box, { "--width": (p.pain * shrink) / whole }),
    );
    setVars(scale, { "--at": Math.max(0, Math.min(1, tolerance / whole)) });
    scale.setAttribute("aria-label", t.hurts.says(plain(pain), plain(tolerance)));
    const most = adding[0]?.pain ?? 1;
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
        row.dataset.relief = p.pain < 0 ? "yes" : "no";
        row.dataset.part = p.part;
        say(row.children[0], t.parts[p.part] ?? words(p.part));
        setVars(row.children[1].firstChild, { "--width": Math.min(1, Math.abs(p.pain) / most) });
        say(row.children[2], p.words);
      },
    );
    show(painless, !hurts.parts.length);
    say(advice, hurts.advice?.words ?? "");
    show(advice, hurts.advice?.words);
  }

  return { element, update };
}
