/** The horseshoe of seats: who is on board sits left, who breaks silence right; seats move across. */

import { h, keyed, say, svg } from "../dom.js";
import { t } from "../../strings.en.js";

const WIDE = 440;
const HIGH = 232;

/** Places of n seats on two arcs, ordered from the left end to the right end. */
export function places(n) {
  const rows = n > 18 ? 2 : 1;
  const radii = rows === 2 ? [196, 160] : [186];
  const whole = radii.reduce((a, b) => a + b, 0);
  const counts = radii.map((r) => Math.round((n * r) / whole));
  counts[0] += n - counts.reduce((a, b) => a + b, 0);
  const all = [];
  counts.forEach((count, row) => {
    for (let j = 0; j < count; j += 1) {
      const angle = Math.PI * (count === 1 ? 0.5 : j / (count - 1));
      all.push({
        angle,
        x: WIDE / 2 - radii[row] * Math.cos(angle),
        y: 212 - radii[row] * Math.sin(angle),
      });
    }
  });
  return all.sort((a, b) => a.angle - b.angle || a.y - b.y);
}

const ORDER = { passes: 0, unknown: 1, breaks: 2 };

export function createArc() {
  const seats = svg("g");
  const picture = svg(
    "svg",
    { class: "arc", viewBox: `0 0 ${WIDE} ${HIGH}`, "aria-hidden": "true" },
    seats,
  );
  const number = h("span", { class: "arc-number" });
  const of = h("span", { class: "arc-of" });
  const rule = h("p", { class: "arc-rule soft" });
  const element = h(
    "div",
    { class: "arc-box" },
    h("div", { class: "arc-seats" }, picture, h("p", { class: "arc-count" }, number, of)),
    rule,
  );

  function update(list, ruleWords) {
    const where = places(list.length);
    const radius = list.length > 18 ? 12.5 : 16;
    const sorted = [...list].sort(
      (a, b) => ORDER[a.stance] - ORDER[b.stance] || (a.name < b.name ? -1 : 1),
    );
    const at = new Map(sorted.map((seat, j) => [seat.code, where[j]]));
    keyed(
      seats,
      list,
      (s) => s.code,
      (s) =>
        svg(
          "g",
          { class: "seat-dot" },
          svg("title", null, s.name),
          svg("circle", { r: radius }),
          svg("path", { d: "M-6 0L6 0" }),
        ),
      (dot, seat) => {
        const { x, y } = at.get(seat.code);
        dot.style.transform = `translate(${x}px, ${y}px)`;
        dot.setAttribute("data-stance", seat.stance);
      },
    );
    const answered = list.some((seat) => seat.stance !== "unknown");
    const passing = list.filter((seat) => seat.stance === "passes").length;
    say(number, answered ? String(passing) : "–");
    say(of, t.arc.of(list.length));
    say(rule, ruleWords);
  }

  return { element, update };
}
