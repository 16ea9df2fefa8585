/** What if: the forecast after each possible move, with the same luck. */

import { h, put, setVars } from "../dom.js";
import { percent, value } from "../format.js";
import { t } from "../../strings.en.js";

/**
 * The effect of one move, to stand beside it; empty without an option. With a term, also what a
 * deal would most likely say about it.
 */
export function effect(option, term = null) {
  const box = h("span", { class: "effect" });
  if (!option?.deal) return box;
  const points = Math.round(100 * (option.change?.p ?? 0));
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
      h(
        "small",
        { data: { way: points > 0 ? "up" : points < 0 ? "down" : "" } },
        t.whatif.change(points),
      ),
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

/**
 * Asks the room for the effects of moves, and again whenever the state moves on while it is open.
 *
 * @param {{ask: () => Promise<{options: object[]}>, draw: (options: Map<string, object>) => void}} how
 */
export function createWhatIf({ ask, draw }) {
  const status = h("p", { class: "soft", role: "status" }, t.whatif.lead);
  const button = h(
    "button",
    { type: "button", onclick: toggle, "aria-pressed": "false" },
    t.whatif.ask,
  );
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
  let options = new Map();

  function toggle() {
    open = !open;
    button.setAttribute("aria-pressed", String(open));
    if (open) request();
    else {
      options = new Map();
      draw(options);
      put(status, t.whatif.lead);
    }
  }

  async function request() {
    asked = state;
    put(status, t.whatif.computing);
    try {
      const answer = await ask();
      options = new Map(answer.options.map((o) => [o.key, o]));
      put(status, t.whatif.lead);
    } catch (error) {
      options = new Map();
      put(status, error.error === "not_now" ? t.whatif.stale : error.message);
    }
    draw(options);
  }

  /** Follow the state of the room; `key` changes whenever the answers would. */
  function update(key, possible) {
    element.hidden = !possible;
    const moved = state !== key;
    state = key;
    if (open && possible && moved && asked !== key) {
      clearTimeout(timer);
      timer = setTimeout(request, 600);
    }
  }

  return { element, update };
}
