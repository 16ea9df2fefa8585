/** The Secretary General's chair: a slider for each term, the odds, letters, requests. */

import { h, keyed, mark, put, say, setVars, show } from "../dom.js";
import { byName, label, percent, value } from "../format.js";
import { nameOf } from "../seats.js";
import { attempt } from "../toast.js";
import { createArc } from "../parts/arc.js";
import { createBriefing } from "../parts/briefing.js";
import { createSheet } from "../parts/sheet.js";
import { createTalk } from "../parts/talk.js";
import { createWhatIf, effect } from "../parts/whatif.js";
import { t } from "../../strings.en.js";

const PAUSE = 180;
/** Members to whom a side letter is suggested, unless they ask for one. */
const SUGGESTED = 5;

export function chairDesk({ room, send, seat }) {
  const sheet = createSheet();
  const arc = createArc();
  const briefing = createBriefing();
  const talk = createTalk({ send, room });
  const sliders = Object.fromEntries(room.terms.map((term) => [term.name, slider(term, changed)]));
  const status = h("p", { class: "soft", role: "status" });
  const table = h(
    "button",
    {
      type: "button",
      class: "main big",
      onclick: () => attempt(() => send("table", body()), t.chairView.tabled),
    },
    t.chairView.table,
  );
  const model = h(
    "button",
    { type: "button", onclick: () => take(latest.you.model_draft) },
    t.chairView.useModel,
  );
  const reset = h(
    "button",
    { type: "button", onclick: () => take({ values: latest.text.values, letters: [] }) },
    t.chairView.reset,
  );
  const effects = h("ul", { class: "chair-effects" });
  const whatIf = createWhatIf({
    ask: () => send("what_if", body()),
    draw: (options) =>
      put(
        effects,
        [...(options?.values() ?? [])].map((o) =>
          h("li", null, h("strong", null, t.whatif.moves[o.key] ?? o.words), effect(o)),
        ),
      ),
  });
  whatIf.element.append(effects);
  const odds = h("ol", { class: "odds" });
  const oddsTitle = h("h2", null, t.chairView.odds);
  const letters = h("div", { class: "letters" });
  const lettersLeft = h("p", { class: "soft" });
  const even = h("p", { class: "soft", hidden: true }, t.chairView.lettersEven);
  const requests = h("ul", { class: "requests" });
  const draftPanel = h(
    "section",
    { class: "panel stack" },
    h("h2", null, t.chairView.draft),
    h("p", { class: "soft" }, t.chairView.lead),
    status,
    h(
      "div",
      { class: "sliders" },
      Object.values(sliders).map((s) => s.element),
    ),
    h(
      "div",
      { class: "tight letters-box" },
      h("h3", null, t.chairView.letters),
      lettersLeft,
      even,
      letters,
    ),
    whatIf.element,
    h("div", { class: "row" }, table, model, reset),
  );
  const oddsPanel = h(
    "section",
    { class: "panel stack" },
    oddsTitle,
    h(
      "p",
      { class: "soft" },
      t.chairView.oddsLead[room.knowledge],
    ),
    h("div", { class: "odds-arc" }, arc.element),
    odds,
  );
  const requestPanel = h(
    "section",
    { class: "panel stack" },
    h("h2", null, t.chairView.requests),
    requests,
  );
  const work = h("div", { class: "column" }, draftPanel, requestPanel);
  let latest = null;
  let chosen = new Set();
  let timer = null;
  let writing = null;
  briefing.load(seat, null); // the same throughout

  function body() {
    return {
      values: Object.fromEntries(room.terms.map((term) => [term.name, sliders[term.name].get()])),
      letters: [...chosen],
    };
  }

  /** Tell the room of the draft once the slider rests. */
  function changed() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (latest?.you.can.includes("draft")) attempt(() => send("draft", body()));
    }, PAUSE);
  }

  function take(draft) {
    for (const [name, x] of Object.entries(draft.values)) sliders[name]?.set(x);
    if (draft.letters) chosen = new Set(draft.letters);
    drawLetters();
    changed();
  }

  function update(rules, tick) {
    latest = tick;
    const { you } = tick;
    const can = you.can.includes("draft");
    // A new phase brings a new draft; while one is written, the sliders are the chair's own.
    const key = `${tick.round}:${tick.phase}`;
    if (writing !== key) {
      writing = key;
      const draft = you.draft ?? { values: tick.text?.values ?? {}, letters: [] };
      for (const [name, x] of Object.entries(draft.values)) sliders[name]?.set(x);
      chosen = new Set(draft.letters ?? []);
    }
    for (const term of rules.terms) {
      sliders[term.name].element.toggleAttribute(
        "data-moved",
        Boolean(tick.text) && sliders[term.name].get() !== tick.text.values[term.name],
      );
      sliders[term.name].current(tick.text?.values[term.name]);
      sliders[term.name].enable(can);
    }
    say(status, t.chairView.waiting[tick.phase] ?? "");
    for (const button of [table, model, reset]) button.disabled = !can;
    model.hidden = !you.model_draft;
    const ended = tick.phase === "ended";
    show(work, !ended);
    sheet.element.hidden = tick.phase === "lobby";
    sheet.update(rules, tick.text, {
      roundWords: ended ? t.sheet.final(tick.round) : t.sheet.draft(tick.round),
      outcome: tick.outcome,
      letterNames: tick.letters.map((code) => nameOf(rules, code)),
      id: `${tick.round}`,
    });
    drawLetters();
    drawOdds(rules, ended ? null : you.odds);
    drawRequests(rules, you.requests ?? []);
    whatIf.update(`${tick.state}`, you.can.includes("what_if"), tick.forecast_hidden);
    talk.update(tick, true);
  }

  function drawLetters() {
    const held = new Set(latest?.letters ?? []);
    const left = latest?.letters_left ?? 0;
    say(lettersLeft, t.chairView.lettersLeft(left));
    const wanting = new Set(
      (latest?.you.requests ?? []).filter((r) => r.kind === "letter").map((r) => r.seat),
    );
    const answers = latest?.you.odds ?? {};
    const asked = byName(room.members.filter((m) => m.code in answers)).sort(
      (a, b) => answers[a.code] - answers[b.code],
    );
    const worst = asked.slice(0, SUGGESTED).map((m) => m.code);
    const next = asked[SUGGESTED];
    show(even, next && answers[next.code] === answers[worst[0]]);
    const shown = [...new Set([...held, ...chosen, ...wanting, ...worst])].filter(
      (c) => !room.demanders.includes(c),
    );
    show(letters.parentElement, room.max_letters > 0);
    keyed(
      letters,
      shown,
      (code) => code,
      (code) =>
        h(
          "button",
          {
            type: "button",
            onclick: () => {
              chosen = new Set(chosen.has(code) ? [] : [code]);
              drawLetters();
              changed();
            },
          },
          nameOf(room, code),
        ),
      (button, code) => {
        mark(button, "aria-pressed", chosen.has(code) || held.has(code) ? "true" : "false");
        button.disabled = held.has(code) || !latest?.you.can.includes("draft") || left <= 0;
      },
    );
  }

  function drawOdds(rules, answers) {
    show(oddsPanel, Boolean(answers));
    if (!answers) return;
    const list = byName(rules.members)
      .filter((m) => m.code in answers)
      .map((m) => ({ ...m, passes: answers[m.code] }));
    const seats = list.map((m) => ({ ...m, stance: m.passes >= 0.5 ? "passes" : "breaks" }));
    arc.update(
      seats,
      t.chairView.would(seats.filter((s) => s.stance === "passes").length, seats.length),
    );
    keyed(
      odds,
      [...list].sort((a, b) => a.passes - b.passes),
      (m) => m.code,
      (m) =>
        h(
          "li",
          null,
          h("span", { class: "odds-name" }, m.name),
          h("span", { class: "odds-bar" }, h("i")),
          h("b"),
        ),
      (row, m) => {
        row.dataset.stance = m.passes >= 0.5 ? "passes" : "breaks";
        setVars(row.children[1].firstChild, { "--width": m.passes });
        say(row.children[2], percent(m.passes));
      },
    );
  }

  function drawRequests(rules, list) {
    const told = JSON.stringify([list, latest.you.can, [...chosen]]);
    if (requests.dataset.told === told) return;
    requests.dataset.told = told;
    const can = latest.you.can.includes("draft");
    put(
      requests,
      list.length
        ? list.map((r) =>
            h(
              "li",
              { class: "row" },
              h(
                "p",
                null,
                r.kind === "letter"
                  ? t.chairView.wantsLetter(nameOf(rules, r.seat))
                  : t.chairView.wantsText(nameOf(rules, r.seat), r.words),
              ),
              h(
                "button",
                {
                  type: "button",
                  disabled:
                    !can || (r.kind === "letter" && (chosen.has(r.seat) || !latest.letters_left)),
                  onclick: () => {
                    if (r.kind === "letter") {
                      chosen = new Set([r.seat]);
                      drawLetters();
                      changed();
                    } else take({ values: r.values });
                  },
                },
                r.kind === "letter"
                  ? chosen.has(r.seat)
                    ? t.chairView.granted
                    : t.chairView.grant
                  : t.chairView.take,
              ),
            ),
          )
        : h("li", { class: "soft" }, t.chairView.noRequests),
    );
  }

  return {
    update,
    panes: {
      decide: [
        work,
        h("div", { class: "column" }, sheet.element, oddsPanel),
      ],
      briefing: [briefing.element],
      talk: [talk.element],
    },
  };
}

/** One term on the drafting grid. */
function slider(term, changed) {
  const id = `slide-${term.name}`;
  const last = term.values.length - 1;
  const field = h("input", { type: "range", id, min: 0, max: last, step: 1 });
  const shown = h("output", { for: id, class: "serif", "aria-live": "off" });
  const tick = h("i", { class: "slider-now", title: t.chairView.now });
  const element = h(
    "div",
    { class: "slider" },
    h("label", { for: id }, h("span", null, label(term)), shown),
    h("div", { class: "slider-track" }, field, tick),
    h(
      "p",
      { class: "histogram-ends", "aria-hidden": "true" },
      h("span", null, value(term, term.values[0])),
      h("span", null, value(term, term.values[last])),
    ),
  );
  const draw = () => {
    const words = value(term, term.values[Number(field.value)]);
    say(shown, words);
    field.setAttribute("aria-valuetext", words);
  };
  field.addEventListener("input", () => {
    draw();
    changed();
  });
  return {
    element,
    get: () => term.values[Number(field.value)],
    set(x) {
      const place = term.values.indexOf(x);
      if (place >= 0) field.value = String(place);
      draw();
    },
    current(x) {
      setVars(tick, { "--at": Math.max(0, term.values.indexOf(x ?? null)) / Math.max(1, last) });
    },
    enable: (can) => {
      field.disabled = !can;
    },
  };
}
