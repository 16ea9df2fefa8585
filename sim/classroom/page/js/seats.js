/** The members at the table as the parts of the page show them. */

import { byName } from "./format.js";
import { t } from "../strings.en.js";

/** One seat for each member in the order of names, with its last public answer. */
export function seatsOf(room, tick) {
  const letters = new Set(tick.letters);
  return byName(room.members).map(({ code, name }) => {
    const stance = tick.stances[code] ?? {};
    return {
      code,
      name,
      stance: stance.last ?? "unknown",
      words: wish(room, stance),
      human: stance.people > 0,
      people: stance.people ?? 0,
      answered: stance.answered,
      letter: letters.has(code) || stance.letter,
      lean: stance.lean,
    };
  });
}

/** The name of a seat, the chair's included. */
export function nameOf(room, code) {
  if (code === "chair") return t.chair;
  return room.members.find((m) => m.code === code)?.name ?? code;
}

/** What an objection asks for, in words. */
export function wish(room, { term: name, direction, words }) {
  const term = room.terms.find((x) => x.name === name);
  if (!term || !direction) return words ?? "";
  return way(term, direction);
}

/** A direction of a term in words: "a later deadline", "no review" where the text has one. */
export function way(term, direction, current) {
  const last = term.values.length - 1;
  if (current !== undefined && term.values[last] === null) {
    const place = term.values.indexOf(current);
    if (place === last) return t.atAll(term.label);
    if (place + direction === last) return t.without(term.label);
  }
  const { lower, higher } = t.ways[term.name] ?? t.ways.others;
  return direction < 0 ? lower(term.label) : higher(term.label);
}
