/** The desk of a delegation: the text, what it costs, the moves, and what each would bring. */

import { h, keyed, mark, put, say, setVars, show } from "../dom.js";
import { label, value } from "../format.js";
import { nameOf, way } from "../seats.js";
import { attempt } from "../toast.js";
import { createBriefing } from "../parts/briefing.js";
import { createHurts } from "../parts/hurts.js";
import { createSheet } from "../parts/sheet.js";
import { createTalk } from "../parts/talk.js";
import { createWhatIf, effect } from "../parts/whatif.js";
import { t } from "../../strings.en.js";

export function memberDesk({ room, send, seat }) {
  const sheet = createSheet();
  const hurts = createHurts();
  const briefing = createBriefing();
  const talk = createTalk({ send, room });
  const whatIf = createWhatIf({
    ask: () => send("what_if"),
    draw: (options) => answer.effects(options),
  });
  const answer = createAnswer({ room, send, seat, whatIf });

  function update(rules, tick) {
    const { you } = tick;
    briefing.load(seat, `${tick.game}:${tick.round}`);
    sheet.element.hidden = tick.phase === "lobby";
    sheet.update(rules, tick.text, {
      roundWords: tick.phase === "ended" ? t.sheet.final(tick.round) : t.sheet.draft(tick.round),
      letterNames: tick.letters.map((code) => nameOf(rules, code)),
      outcome: tick.outcome,
      id: `${tick.round}`,
    });
    hurts.update(tick.phase === "ended" ? null : you.hurts, you.holds_letter);
    answer.update(rules, tick);
    whatIf.update(`${tick.state}`, you.can.includes("what_if"), tick.forecast_hidden);
    talk.update(tick, false);
  }

  return {
    update,
    panes: {
      decide: [h("div", { class: "column" }, sheet.element, hurts.element), answer.element],
      briefing: [briefing.element],
      talk: [talk.element],
    },
  };
}

/** The moves of a member. */
function createAnswer({ room, send, seat, whatIf }) {
  const now = h("p", { class: "answer-now", role: "status" });
  const pass = move(t.decide.pass, t.decide.passHint, () => give({ silence: "passes" }));
  const breaks = move(t.decide.break, t.decide.breakHint, async () => {
    // What must change may be below the fold of a phone.
    if (await give({ silence: "breaks" })) asking = true;
  });
  const chips = h("div", { class: "wishes", role: "group", "aria-label": t.decide.on });
  const on = h("div", { class: "tight on", hidden: true }, h("h3", null, t.decide.on), chips);
  const letter = move("", "", () =>
    attempt(() => send("letter", { asks: !latest.you.asks_letter })),
  );
  const held = h("p", { class: "letter-held", hidden: true }, t.decide.letterHeld);
  const amendment = createAmendment({ room, send });
  const element = h(
    "section",
    { class: "panel stack answer" },
    // On a phone this part stays in sight, above the tabs.
    h(
      "div",
      { class: "stack answer-hold" },
      h("h2", null, t.decide.title),
      now,
      h("div", { class: "moves" }, pass.element, breaks.element),
    ),
    h(
      "div",
      { class: "stack answer-more" },
      h("p", { class: "soft" }, t.decide.lead),
      whatIf.element,
      on,
      letter.element,
      held,
      amendment.element,
    ),
  );
  const wishes = room.terms.flatMap((term, row) =>
    [-1, 1].map((direction) => ({ term, direction, row })),
  );
  let latest = null;
  let options = null;
  let asking = false;

  function give(body) {
    return attempt(() => send("answer", body), t.decide.confirmed);
  }

  function update(rules, tick) {
    latest = tick;
    const { you } = tick;
    const can = (what) => you.can.includes(what);
    const given = you.answer;
    element.hidden = tick.phase === "lobby" || tick.phase === "ended";
    pass.press(given?.silence === "passes", can("answer"));
    breaks.press(given?.silence === "breaks", can("answer"));
    show(on, given?.silence === "breaks");
    if (asking && !on.hidden) {
      asking = false;
      on.scrollIntoView({ block: "nearest" });
    }
    const asked = given?.term
      ? wishes.find((w) => w.term.name === given.term && w.direction === given.direction)
      : null;
    const wanted = asked
      ? way(asked.term, asked.direction, latest.text?.values[asked.term.name])
      : t.decide.mostHurts;
    const said = can("answer") ? (given?.silence ?? "none") : "closed";
    say(now, t.decide.now[said](you.asks_letter, wanted));
    element.dataset.answer = given?.silence ?? "none";
    keyed(
      chips,
      wishes.filter(open),
      (w) => `${w.term.name}:${w.direction}`,
      (w) =>
        h(
          "button",
          {
            type: "button",
            class: "wish",
            data: { way: w.direction },
            onclick: () => give({ silence: "breaks", term: w.term.name, direction: w.direction }),
          },
          h("span"),
          h("span", { class: "effect-place" }),
        ),
      (chip, w) => {
        setVars(chip, { "--row": w.row + 1 });
        mark(chip, "data-alone", !open({ ...w, direction: -w.direction }));
        say(chip.firstChild, way(w.term, w.direction, latest.text?.values[w.term.name]));
        mark(chip, "aria-pressed", w === asked ? "true" : "false");
        chip.disabled = !can("answer");
        put(chip.lastChild, outcome(`breaks:${w.term.name}:${w.direction}`, w.term));
      },
    );
    show(held, you.holds_letter);
    letter.element.hidden = room.max_letters === 0 || you.holds_letter || !can("letter");
    letter.label(you.asks_letter ? t.decide.letterAsked : t.decide.letter, "");
    letter.press(Boolean(you.asks_letter), can("letter"));
    amendment.update(rules, tick);
    pass.effect(outcome("pass"));
    const ofLetter = outcome("letter");
    letter.effect(ofLetter && [h("small", null, t.whatif.alsoBreaks), ofLetter]);
    const wish = asked ? given : (you.hurts?.advice ?? {});
    breaks.effect(outcome(`breaks:${wish.term}:${wish.direction}`));
  }

  /** What a move would bring, once what-ifs are shown. */
  function outcome(key, term) {
    return options && effect(options.get(key), term);
  }

  /** Whether the term can still move that way. */
  function open({ term, direction }) {
    const place = term.values.indexOf(latest.text?.values[term.name] ?? null);
    return place < 0 || (place + direction >= 0 && place + direction < term.values.length);
  }

  /** Take what each move would bring, or null; who holds a letter, or can hold none, asks not about one. */
  function effects(found) {
    const bare = latest?.you.holds_letter || room.demanders.includes(seat);
    options =
      found && new Map([...found].map(([key, o]) => [key, bare ? { ...o, letter: null } : o]));
    if (latest) update(room, latest);
  }

  return { element, update, effects };
}

/** A big button with a hint and the place for its forecast. */
function move(words, hint, act) {
  const title = h("strong", null, words);
  const small = h("small", null, hint);
  const place = h("span", { class: "effect-place" });
  const element = h(
    "button",
    { type: "button", class: "move", onclick: act },
    h("span", null, title, small),
    place,
  );
  return {
    element,
    label: (w, s) => {
      say(title, w);
      say(small, s);
    },
    press(pressed, possible) {
      mark(element, "aria-pressed", pressed ? "true" : "false");
      element.disabled = !possible;
    },
    effect: (...content) => put(place, content),
  };
}

/** An amendment: any terms of the text with other values. */
function createAmendment({ room, send }) {
  const fields = Object.fromEntries(
    room.terms.map((term) => [
      term.name,
      h(
        "select",
        { id: `amend-${term.name}` },
        term.values.map((x, j) => h("option", { value: j }, value(term, x))),
      ),
    ]),
  );
  const mine = h("p", { class: "row mine", hidden: true });
  const form = h(
    "form",
    { class: "amend", novalidate: true },
    room.terms.map((term) =>
      h("div", null, h("label", { for: `amend-${term.name}` }, label(term)), fields[term.name]),
    ),
    h("div", { class: "row" }, h("button", null, t.decide.send)),
  );
  const element = h(
    "details",
    { class: "amendment" },
    h("summary", null, t.decide.propose),
    mine,
    form,
  );
  let base = null;
  let round = null;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = {};
    for (const term of room.terms) {
      const x = term.values[Number(fields[term.name].value)];
      if (x !== base[term.name]) values[term.name] = x;
    }
    attempt(() => send("propose", { values }), t.decide.confirmed);
  });

  function update(rules, tick) {
    show(element, Boolean(tick.text) && tick.you.can.includes("propose"));
    if (!tick.text) return;
    base = tick.text.values;
    if (round !== tick.round) {
      round = tick.round;
      for (const term of rules.terms) {
        fields[term.name].value = String(
          term.values.indexOf(tick.you.proposes?.[term.name] ?? base[term.name]),
        );
      }
    }
    const proposed = tick.you.proposes;
    show(mine, Boolean(proposed));
    const told = JSON.stringify(proposed);
    if (proposed && mine.dataset.told !== told) {
      mine.dataset.told = told;
      const said = rules.terms
        .filter((x) => x.name in proposed)
        .map((x) => `${x.label} ${value(x, proposed[x.name])}`)
        .join(", ");
      put(
        mine,
        t.decide.proposed(said),
        h(
          "button",
          {
            type: "button",
            class: "quiet",
            onclick: () => attempt(() => send("propose", { values: {} })),
          },
          t.decide.takeBack,
        ),
      );
    }
  }

  return { element, update };
}
