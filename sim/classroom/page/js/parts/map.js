/** The Alliance as a map, each state in the colour of its answer; who breaks silence is hatched. */

import { h, keyed, mark, put, svg } from "../dom.js";
import { t } from "../../strings.en.js";

const outlines = fetch(new URL("../../data/map.json", import.meta.url)).then((r) => r.json());

let serial = 0;

/**
 * @returns {{element: HTMLElement, update: (seats: Seat[], options?: {you?: string}) => void}}
 *
 * A seat is `{code, name, stance, human, letter}`, its stance one of `passes`, `breaks`, `unknown`.
 */
export function createMap({ onpick } = {}) {
  const hatch = `hatch-${(serial += 1)}`;
  const states = svg("g");
  const names = svg("g", { class: "map-names" });
  const ripples = svg("g", { class: "map-ripples" });
  const picture = svg(
    "svg",
    { class: "map", role: "img", preserveAspectRatio: "xMidYMid meet" },
    svg(
      "defs",
      null,
      svg(
        "pattern",
        {
          id: hatch,
          width: 18,
          height: 18,
          patternUnits: "userSpaceOnUse",
          patternTransform: "rotate(45)",
        },
        svg("rect", { class: "hatch-line", width: 7, height: 18 }),
      ),
    ),
    states,
    names,
    ripples,
  );
  const tiles = h("ul", { class: "map-tiles", "aria-hidden": "true" });
  const element = h("div", { class: "map-box" }, picture, tiles);
  const held = new Map();
  const places = new Map();
  const across = [];
  let frame = null;
  let latest = null;

  outlines.then((all) => {
    frame = all;
    for (const state of all.states) draw(state);
    if (latest) update(...latest);
  });

  function draw(state) {
    const group = svg(
      "g",
      { class: "state", data: { code: state.code } },
      svg("path", { class: "land", d: state.d }),
      svg("path", { class: "hatch", d: state.d, fill: `url(#${hatch})` }),
    );
    // An outline without a name is Greenland, across the Atlantic.
    if ((state.at?.[0] ?? 0) < frame.panels.europe[0]) across.push(group);
    states.append(group);
    const parts = held.get(state.code) ?? { groups: [] };
    parts.groups.push(group);
    held.set(state.code, parts);
    if (state.at) places.set(state.code, state);
  }

  function name(seat) {
    const place = places.get(seat.code);
    const [x, y] = place.at;
    const group = svg("g", { class: "map-name", transform: `translate(${x} ${y})` });
    if (place.dot) group.append(svg("circle", { class: "map-dot", r: 14 }));
    mark(group, "data-small", place.small || place.dot);
    group.append(
      svg(
        "text",
        {
          class: "code",
          x: place.dot ? 20 : 0,
          y: place.dot ? 20 : 12,
          "text-anchor": place.dot ? "start" : "middle",
        },
        seat.code,
      ),
      svg("g", { class: "map-letter", transform: "translate(0 38)" }, envelope()),
      svg("circle", { class: "map-human", transform: "translate(0 -38)", r: 11 }),
    );
    return group;
  }

  function update(seats, options = {}) {
    latest = [seats, options];
    if (!frame) return;
    look(seats);
    const present = new Map(seats.map((seat) => [seat.code, seat]));
    for (const [code, parts] of held) {
      const seat = present.get(code);
      const before = parts.stance;
      parts.stance = seat?.stance ?? "none";
      for (const group of parts.groups) {
        group.dataset.stance = parts.stance;
        mark(group, "data-you", seat && options.you === code);
      }
      if (parts.stance === "breaks" && before && before !== "breaks") ripple(code);
      parts.groups.forEach((group) => {
        group.onclick = seat && onpick ? () => onpick(code) : null;
      });
    }
    keyed(
      names,
      seats.filter((s) => places.has(s.code)),
      (s) => s.code,
      name,
      (group, seat) => {
        group.setAttribute("data-stance", seat.stance);
        mark(group, "data-letter", seat.letter);
        mark(group, "data-human", seat.human);
        mark(group, "data-answered", seat.human && seat.answered);
      },
    );
    keyed(
      tiles,
      seats.filter((s) => !places.has(s.code)),
      (s) => s.code,
      () => h("li", { class: "tile" }),
      (tile, seat) => {
        tile.dataset.stance = seat.stance;
        put(tile, element.dataset.tiles === undefined ? seat.code : seat.name);
      },
    );
    const said = t.map.says(seats);
    if (picture.getAttribute("aria-label") !== said) picture.setAttribute("aria-label", said);
  }

  /** Show the panels where members are; members with no outline stand on tiles. */
  function look(seats) {
    const drawn = seats.filter((seat) => places.has(seat.code));
    const [x, , wide] = frame.panels.europe;
    const overseas = drawn.some((seat) => places.get(seat.code).at[0] < x);
    for (const group of across) mark(group, "hidden", !overseas);
    picture.setAttribute(
      "viewBox",
      `${overseas ? 0 : x} 0 ${overseas ? x + wide : wide} ${frame.size[1]}`,
    );
    const blank = seats.length > 0 && !drawn.length;
    mark(picture, "hidden", blank);
    mark(element, "data-tiles", blank);
  }

  function ripple(code) {
    const place = places.get(code);
    if (!place) return;
    const ring = svg("circle", { class: "ripple", cx: place.at[0], cy: place.at[1], r: 120 });
    ripples.append(ring);
    setTimeout(() => ring.remove(), 1500);
  }

  return { element, update };
}

/** The mark of a side letter. */
function envelope() {
  return [
    svg("rect", { x: -19, y: -13, width: 38, height: 26, rx: 4 }),
    svg("path", { d: "M-17 -10L0 4L17 -10" }),
  ];
}

/** What the colours and marks mean; of a summit that is over every answer is known. */
export function legend({ live = true } = {}) {
  const item = (kind, words, content) =>
    h(
      "li",
      null,
      h("span", { class: "swatch", data: { kind }, "aria-hidden": "true" }, content),
      words,
    );
  return h(
    "ul",
    { class: "legend" },
    item("passes", t.stance.passes),
    item("breaks", t.stance.breaks),
    live && item("unknown", t.stance.unknown),
    item("letter", t.map.letter, svg("svg", { viewBox: "-21 -15 42 30" }, envelope())),
    item("human", t.map.human),
    live && item("answered", t.map.answered),
  );
}
