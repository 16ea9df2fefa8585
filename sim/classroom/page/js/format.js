/** Numbers, terms and dates as the page shows them. */

import { t } from "../strings.en.js";

/** A number without trailing zeros: 3.5, 5, 0.25. */
export function plain(number, digits = 2) {
  return String(Number(Number(number).toFixed(digits)));
}

/** A share as a percentage; what is possible is never shown as 0, what is open never as 100. */
export function percent(share) {
  if (share === null || share === undefined || Number.isNaN(share)) return "–";
  const rounded = Math.round(100 * share);
  if (rounded === 0 && share > 0) return "<1%";
  if (rounded === 100 && share < 1) return ">99%";
  return `${rounded}%`;
}

/** The name of a term where it stands alone; within a sentence it is `term.label`. */
export function label(term) {
  return sentence(term.label);
}

/** Words that stand alone begin with a capital. */
export function sentence(text) {
  return text.charAt(0).toLocaleUpperCase(t.locale) + text.slice(1);
}

/** A key of a scenario as words: `allies_commit` is "allies commit". */
export function words(name) {
  return String(name).replaceAll("_", " ");
}

/** A value of a term with its unit. */
export function value(term, x) {
  if (x === null || x === undefined) return t.none;
  if (typeof x === "string") return t.levels[x] ?? words(x);
  if (term.unit === "year") return plain(x, 0);
  if (term.unit === "% GDP") return `${plain(x)}%`;
  if (term.unit === "pp / year") return x === 0 ? t.none : t.ppYear(plain(x));
  return term.unit ? `${plain(x)} ${term.unit}` : plain(x);
}

const LONG = { day: "numeric", month: "long", year: "numeric" };
const SHORT = { day: "numeric", month: "short" };

/** A date such as 2025-06-25 in words. */
export function day(iso, short = false) {
  return new Date(`${iso}T12:00:00`).toLocaleDateString(t.locale, short ? SHORT : LONG);
}

/** The first sentence of a text. */
export function firstSentence(text) {
  return text.trim().match(/^.*?[.!?](?=\s|$)/s)?.[0] ?? text.trim();
}

/** In the order of names, as people sort them; the chair comes first. */
export function byName(items, name = (item) => item.name) {
  const key = (item) => (item.code === "chair" ? "" : name(item));
  return [...items].sort((a, b) => key(a).localeCompare(key(b), t.locale));
}
