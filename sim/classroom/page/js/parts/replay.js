/** The summit again, round by round. */

import { h, put, say } from "../dom.js";
import { byName, day } from "../format.js";
import { createArc } from "./arc.js";
import { createMap, legend } from "./map.js";
import { section } from "./section.js";
import { createSheet } from "./sheet.js";
import { t } from "../../strings.en.js";

const BEAT = 1400;

/**
 * A slider through the rounds, with the map, the seats and the text of each. `turned` is told which
 * round somebody turns to; `turnTo` turns to one from outside.
 */
export function replay(data, turned = () => {}) {
  const map = createMap();
  const arc = createArc();
  const sheet = createSheet({ level: "h3" });
  const facts = h("ul", { class: "facts", "aria-live": "polite" });
  const where = h("output", { class: "replay-where" });
  const slider = h("input", {
    type: "range",
    id: "replay",
    min: 0,
    max: data.rounds.length - 1,
    step: 1,
    value: 0,
  });
  const button = h("button", { type: "button" }, t.debrief.play);
  const room = roomOf(data);
  let timer = null;

  function show() {
    const place = Number(slider.value);
    const r = data.rounds[place];
    // A letter that is granted is kept.
    const letters = new Set(data.rounds.slice(0, place + 1).flatMap((past) => past.letters));
    const seats = room.members.map(({ code, name }) => ({
      code,
      name,
      stance: r.stances[code]?.passed ? "passes" : "breaks",
      human: r.stances[code]?.person,
      letter: letters.has(code),
    }));
    map.update(seats);
    arc.update(seats, "");
    sheet.update(
      room,
      { values: r.values, changes: r.changes },
      {
        roundWords: t.sheet.draft(r.round),
        letterNames: [...letters].map((code) => room.names[code] ?? code),
        id: `${r.round}`,
        outcome: r === data.rounds[data.rounds.length - 1] ? data.outcome : null,
      },
    );
    const when = `${t.debrief.round(r.round)}, ${day(r.date)}`;
    say(where, when);
    slider.setAttribute("aria-valuetext", when);
    put(facts, [
      ...r.news.map((words) => h("li", null, words)),
      ...r.asked.map(({ n, words }) => h("li", null, t.debrief.asked(n, words))),
    ]);
  }

  function turn() {
    show();
    turned(data.rounds[Number(slider.value)].round);
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    say(button, t.debrief.play);
  }

  button.addEventListener("click", () => {
    if (timer) {
      stop();
      return;
    }
    if (slider.value === slider.max) slider.value = 0;
    say(button, t.debrief.stop);
    turn();
    timer = setInterval(() => {
      if (!button.isConnected || slider.value === slider.max) {
        stop();
        return;
      }
      slider.value = Number(slider.value) + 1;
      turn();
    }, BEAT);
  });
  slider.addEventListener("input", () => {
    stop();
    turn();
  });
  slider.value = data.rounds.length - 1;
  show();
  const element = section(
    t.debrief.replay,
    "",
    h(
      "div",
      { class: "replay-bar" },
      button,
      h("label", { for: "replay", class: "unseen" }, t.debrief.replay),
      slider,
      where,
    ),
    h(
      "div",
      { class: "replay" },
      h("div", { class: "tight" }, h("div", { class: "replay-map" }, map.element), legend({ live: false })),
      h(
        "div",
        { class: "stack" },
        h("div", { class: "replay-arc" }, arc.element),
        sheet.element,
        facts,
      ),
    ),
  );

  function turnTo(round) {
    const place = data.rounds.findIndex((r) => r.round === round);
    if (place < 0) return;
    stop();
    slider.value = place;
    show();
    element.scrollIntoView({ block: "start" });
  }

  return { element, turnTo };
}

/** What the parts need to know of the room, from the debrief alone. */
export function roomOf(data) {
  const names = { ...Object.fromEntries((data.members ?? []).map((m) => [m.code, m.name])) };
  const first = data.rounds[0];
  const members = byName(
    Object.keys(first.stances).map((code) => ({ code, name: names[code] ?? code })),
  );
  const terms = data.compare
    .filter((r) => r.term in first.values)
    .map((r) => ({ name: r.term, label: r.label, unit: r.unit ?? UNITS[r.term] ?? "" }));
  const headline = "core_pct_gdp" in first.values && "broader_pct_gdp" in first.values;
  return { members, names, terms, has_headline: headline };
}

const UNITS = {
  core_pct_gdp: "% GDP",
  broader_pct_gdp: "% GDP",
  deadline_year: "year",
  review_year: "year",
  annual_increment_pp: "pp / year",
};
