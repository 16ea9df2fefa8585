/** What if: the forecast after each possible move, with the same luck. */

import { h, put, say, setVars, show } from "../dom.js";
import { percent, sentence, value } from "../format.js";
import { t } from "../../strings.en.js";

/**
 * The effect of one move, to stand beside it, or that it was not played out. With a term, also what
 * a deal would most likely say about it.
 */
export function effect(option, term = null) {
  const box = h("span", { class: "effect" });
  if (!option?.deal) return put(box, h("small", null, t.whatif.unplayed));
  const bar = h("span", { class: "effect-bar", "aria-hidden": "true" }, h("i"));
  setVars(bar, { "--share": option.deal.p });
  put(
    box,
    bar,
    h(
      "span",
      null,
      h("b", null, percent(option.deal.p)),
      ` ${t.whatif.deal} `,
      option.change ? difference(option.change) : null,
    ),
    typeof option.letter === "number"
      ? h("span", { class: "effect-letter" }, `${percent(option.letter)} ${t.whatif.letter}`)
      : null,
  );
  const shares = term && option.terms?.[term.name];
  if (shares?.some((share) => share > 0)) {
    const likeliest = term.values[shares.indexOf(Math.max(...shares))];
    box.append(h("small", null, t.whatif.then(value(term, likeliest))));
  }
  return box;
}

/** How far the chance of a deal moves; what may as well be nothing is no clear change. */
function difference({ p, low, high }) {
  const [by, least, most] = [p, low, high].map((share) => Math.round(100 * share));
  const interval = h("span", { class: "effect-interval" }, ` ${t.whatif.interval(least, most)}`);
  if (by === 0 || (low <= 0 && high >= 0))
    return h("small", null, t.whatif.unclear, low < high ? interval : null);
  return h("small", { data: { way: by > 0 ? "up" : "down" } }, t.whatif.change(by), interval);
}

/**
 * Asks the room for the effects of moves, and again whenever the state moves on while it is open.
 *
 * @param {{ask: () => Promise<{options: object[]}>, draw: (options: Map<string, object>|null) => void}} how
 */
export function createWhatIf({ ask, draw }) {
  const status = h("p", { class: "soft", role: "status" }, t.whatif.lead);
  const button = h("button", { type: "button", onclick: toggle }, t.whatif.ask);
  const element = h(
    "section",
    { class: "whatif tight" },
    h("h3", null, t.whatif.title),
    status,
    h("div", { class: "row" }, button),
  );
  let open = false;
  let state = null;
  let asked = null;
  let timer = null;
  let covered = false;

  function toggle() {
    if (open) close();
    else {
      open = true;
      say(button, t.whatif.hide);
      request();
    }
  }

  function close() {
    open = false;
    clearTimeout(timer);
    say(button, t.whatif.ask);
    say(status, covered ? t.whatif.covered : t.whatif.lead);
    draw(null);
  }

  async function request() {
    asked = state;
    say(status, t.whatif.computing);
    let options = null;
    let told = t.whatif.lead;
    try {
      const [first, ...others] = (await ask()).options;
      // The others are compared with the first.
      options = new Map([{ ...first, change: null }, ...others].map((o) => [o.key, o]));
    } catch (error) {
      told = error.error === "not_now" ? t.whatif.stale : sentence(error.message);
    }
    if (!open) return;
    say(status, told);
    draw(options);
  }

  /** Follow the state of the room; `key` changes whenever the answers would. */
  function update(key, possible, hidden) {
    element.hidden = !possible && !hidden;
    show(button, !hidden);
    if (covered !== hidden) {
      covered = hidden;
      close();
    }
    const moved = state !== key;
    state = key;
    if (open && possible && moved && asked !== key) {
      clearTimeout(timer);
      timer = setTimeout(request, 600);
    }
  }

  return { element, update };
}
