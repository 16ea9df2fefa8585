/** The forecast: how thousands of simulated continuations of exactly this state end. */

import { h, keyed, mark, put, say, setVars, show, svg } from "../dom.js";
import { label, percent, value } from "../format.js";
import { t } from "../../strings.en.js";

/** Bars of one distribution over the values of a term. */
export function bars(shares, { at = -1, name = "", shown = [] } = {}) {
  const top = Math.max(...shares, 0.0001);
  const box = h("div", {
    class: "bars",
    role: "img",
    "aria-label": t.forecast.bars(name, shares, shown),
  });
  fillBars(box, shares, top, at);
  return box;
}

function fillBars(box, shares, top, at) {
  keyed(
    box,
    shares.map((share, j) => ({ share, j })),
    (b) => b.j,
    () => h("span", { class: "bar" }, h("i")),
    (bar, { share, j }) => {
      setVars(bar, { "--height": share / top });
      mark(bar, "data-here", j === at);
      mark(bar, "data-top", share === top);
    },
  );
}

function most(shares) {
  return shares.reduce((best, share, j) => (share > shares[best] ? j : best), 0);
}

function histogram() {
  return h(
    "div",
    { class: "histogram" },
    h("p", { class: "histogram-name" }, h("span"), h("strong")),
    h("div", { class: "bars", role: "img" }),
    h("p", { class: "histogram-ends", "aria-hidden": "true" }, h("span"), h("span")),
  );
}

function updateHistogram(box, { name, shares, shown, at }) {
  const top = most(shares);
  const [title, picture, ends] = box.children;
  say(title.children[0], name);
  say(title.children[1], `${shown[top]} · ${percent(shares[top])}`);
  picture.setAttribute("aria-label", t.forecast.bars(name, shares, shown));
  fillBars(picture, shares, Math.max(...shares, 0.0001), at);
  say(ends.children[0], shown[0]);
  say(ends.children[1], shown[shown.length - 1]);
}

/** The chance of a deal from round to round; there is nothing to draw before the second. */
function trend() {
  const line = svg("polyline", { class: "trend-line" });
  const picture = svg(
    "svg",
    { class: "trend", viewBox: "0 0 300 64", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "trend-grid", d: "M0 4H300M0 32H300M0 60H300" }),
    line,
  );
  const end = h("span", { "aria-hidden": "true" });
  const element = h(
    "figure",
    { class: "trend-box" },
    h(
      "p",
      { class: "trend-ends", "aria-hidden": "true" },
      [1, 0].map((p) => h("span", null, percent(p))),
    ),
    picture,
    h("figcaption", null, h("span", { "aria-hidden": "true" }, "1"), t.forecast.trend, end),
  );

  function update(points, rounds) {
    show(element, points.length > 1);
    say(end, rounds);
    const xy = points.map(([round, p]) => [
      (300 * (round - 1)) / Math.max(1, rounds - 1),
      60 - 56 * p,
    ]);
    line.setAttribute("points", xy.map((p) => p.join(",")).join(" "));
  }
  return { element, update };
}

export function createForecast() {
  const number = h("strong", { class: "deal-number" });
  const change = h("span", { class: "deal-change" });
  const interval = h("p", { class: "soft deal-interval" });
  const dots = h(
    "div",
    { class: "hundred", "aria-hidden": "true" },
    Array.from({ length: 100 }, () => h("i")),
  );
  const path = trend();
  const terms = h("div", { class: "histograms" });
  const letters = h("ul", { class: "chips" });
  const lettersTitle = h("p", { class: "histogram-name" }, t.forecast.letters);
  const state = h("p", { class: "eyebrow forecast-state" });
  const covered = h("p", { class: "forecast-hidden", hidden: true }, t.forecast.hidden);
  const body = h(
    "div",
    { class: "forecast-body" },
    h(
      "div",
      { class: "deal" },
      h(
        "div",
        null,
        h("p", { class: "deal-words" }, number, h("span", null, t.forecast.deal)),
        interval,
        h("p", { class: "deal-move" }, change),
      ),
      path.element,
    ),
    dots,
    terms,
    h("div", { class: "letters-likely" }, lettersTitle, letters),
  );
  const element = h(
    "section",
    { class: "panel forecast", "aria-labelledby": "forecast-title" },
    h("header", { class: "head" }, h("h2", { id: "forecast-title" }, t.forecast.title), state),
    covered,
    body,
  );

  function update(room, tick) {
    const f = tick.forecast;
    covered.hidden = !tick.forecast_hidden;
    body.hidden = tick.forecast_hidden || !f?.deal;
    say(state, tick.forecast_hidden ? "" : freshness(tick));
    element.classList.toggle("stale", Boolean(f) && stale(tick));
    if (body.hidden) return;
    const p = f.deal.p;
    say(number, percent(p));
    say(interval, t.forecast.interval(percent(f.deal.low), percent(f.deal.high)));
    [...dots.children].forEach((dot, j) => mark(dot, "data-on", j < Math.round(100 * p)));
    const past = tick.history
      .filter((r) => typeof r.deal === "number")
      .map((r) => [r.round, r.deal]);
    const last = past.length ? past[past.length - 1][1] : null;
    const moved = last === null ? 0 : Math.round(100 * (p - last));
    say(change, moved ? t.forecast.change(moved) : "");
    change.dataset.way = moved > 0 ? "up" : "down";
    const before = past.filter(([round]) => round < tick.round);
    path.update([...before, [Math.max(tick.round, 1), p]], tick.rounds);
    const drawn = distributions(room, tick);
    setVars(terms, { "--columns": Math.min(3, drawn.length) });
    keyed(terms, drawn, (d) => d.key, histogram, updateHistogram);
    const likely = Object.entries(f.letters ?? {})
      .filter(([, q]) => q >= 0.005)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 6);
    lettersTitle.parentElement.hidden = !likely.length;
    keyed(
      letters,
      likely,
      ([code]) => code,
      () => h("li"),
      (chip, [code, q]) => put(chip, h("strong", null, nameOf(room, code)), " ", percent(q)),
    );
  }

  return { element, update };
}

function nameOf(room, code) {
  return room.members.find((m) => m.code === code)?.name ?? code;
}

function stale(tick) {
  return !tick.forecast.fresh || tick.forecast.state < tick.state;
}

function freshness(tick) {
  if (!tick.forecast) return tick.phase === "ended" ? "" : t.forecast.computing;
  return stale(tick) ? t.forecast.updating : t.forecast.runs(tick.forecast.runs);
}

/** What is worth a histogram: the headline and every term of which a deal could hold two values. */
export function distributions(room, tick) {
  const f = tick.forecast;
  const list = [];
  for (const term of room.terms) {
    const shares = f.terms?.[term.name];
    if (!shares || shares.every((s) => s === 0)) continue;
    list.push({
      key: term.name,
      name: label(term),
      shares,
      shown: term.values.map((x) => value(term, x).replace(/[“”]/g, "")),
      at: term.values.indexOf(tick.text?.values?.[term.name] ?? null),
    });
  }
  return list;
}
