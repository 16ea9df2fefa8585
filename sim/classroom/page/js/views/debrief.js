/** After the summit: what happened, what was expected, what was real, and who moved whom. */

import { h, put, say, setVars, svg } from "../dom.js";
import { day, percent } from "../format.js";
import { get } from "../net.js";
import { createArc } from "../parts/arc.js";
import { createMap, legend } from "../parts/map.js";
import { createSheet } from "../parts/sheet.js";
import { t } from "../../strings.en.js";

const AGAIN = 1500;
const BEAT = 1400;

export function debriefView({ go, me, back }) {
  const body = h("div", { class: "debrief-body" }, h("p", { class: "computing", role: "status" }, t.debrief.computing));
  const element = h("main", { id: "main", class: "debrief" },
    h("header", { class: "debrief-head" }, h("h1", { tabindex: -1 }, t.debrief.title),
      h("button", { onclick: () => go(back) }, t.debrief.back)), body);
  let closed = false;

  async function load() {
    try {
      const data = await get("/api/debrief");
      if (closed || !element.isConnected) return;
      if (!data.ready) setTimeout(load, AGAIN);
      else draw(data);
    } catch (error) {
      put(body, h("p", { class: "problem", role: "alert" }, error.message));
    }
  }

  function draw(data) {
    put(body, hero(data), compare(data), trend(data), replay(data),
      h("div", { class: "debrief-two" }, moved(data), holdouts(data)),
      questionnaire(data), people(data), downloads(me));
  }

  // The view is mounted after this call returns.
  setTimeout(load, 0);
  return { title: t.debrief.title, element, close: () => { closed = true; } };
}

function section(title, lead, ...content) {
  return h("section", { class: "panel stack" }, h("div", null, h("h2", null, title),
    lead ? h("p", { class: "soft" }, lead) : null), content);
}

function hero(data) {
  return h("section", { class: "hero", data: { outcome: data.outcome } },
    h("p", { class: "hero-word serif" }, t.outcome[data.outcome]),
    h("p", { class: "hero-words serif" }, data.words));
}

/** The three columns: this summit, the model's expectation, and history. */
function compare(data) {
  const past = data.past_title && data.compare.some((row) => row.past !== null && row.past !== undefined);
  const yes = (is) => (is === null || is === undefined ? "–" : is ? t.debrief.yes : t.debrief.no);
  const row = (name, cells) => h("tr", null, h("th", { scope: "row" }, name),
    cells.map((cell, j) => h("td", { data: { column: j } }, cell ?? "–")));
  const { deal } = data;
  return section(t.debrief.compare, "", h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t.debrief.compare },
    h("table", { class: "compare" },
      h("thead", null, h("tr", null, [t.debrief.term, t.debrief.happened, t.debrief.expected, ...(past ? [data.past_title] : [])]
        .map((words) => h("th", { scope: "col" }, words)))),
      h("tbody", null,
        row(t.debrief.deal, [yes(deal.happened), deal.expected ? percent(deal.expected.p) : "–", ...(past ? [yes(deal.past)] : [])]),
        data.compare.map((r) => row(t.terms[r.term]?.label ?? r.label, [r.happened, r.expected, ...(past ? [r.past] : [])]))))));
}

/** The forecast after each round as a line, and who was on board as columns. */
function trend(data) {
  const rounds = data.rounds;
  const n = Math.max(1, rounds.length);
  const of = Object.keys(rounds[0]?.stances ?? {}).length || 1;
  const wide = 900;
  const x = (j) => ((j + 0.5) * wide) / n;
  const y = (share) => 190 - 170 * share;
  const line = rounds.map((r, j) => [x(j), r.deal]).filter(([, p]) => typeof p === "number")
    .map(([at, p]) => `${at.toFixed(1)},${y(p).toFixed(1)}`).join(" ");
  const last = rounds[rounds.length - 1];
  return section(t.debrief.trend, t.debrief.trendLead, h("figure", { class: "trend-figure" },
    svg("svg", { viewBox: "-46 0 960 226", role: "img",
      "aria-label": rounds.map((r) => `${t.debrief.replayRound} ${r.round}: ${t.debrief.onBoard(r.on_board, of)}, ${percent(r.deal)}`).join("; ") },
    [0, 0.5, 1].map((share) => svg("g", null,
      svg("path", { class: "trend-grid", d: `M0 ${y(share)}H${wide}` }),
      svg("text", { class: "axis", x: -8, y: y(share) + 5, "text-anchor": "end" }, percent(share)))),
    rounds.map((r, j) => svg("rect", { class: "on-board", x: x(j) - (0.36 * wide) / n, width: (0.72 * wide) / n,
      y: y(r.on_board / of), height: 170 * (r.on_board / of) })),
    svg("polyline", { class: "deal-line", points: line }),
    rounds.filter((_, j) => j === 0 || j === n - 1 || (n > 8 && j % Math.ceil(n / 6) === 0 && n - j > 2)).map((r) =>
      svg("text", { class: "axis", x: x(rounds.indexOf(r)), y: 214, "text-anchor": "middle" }, String(r.round)))),
    h("figcaption", { class: "legend" },
      h("span", null, h("i", { class: "key line" }), t.debrief.trend),
      h("span", null, h("i", { class: "key column-key" }), t.debrief.onBoard(last?.on_board ?? 0, of)))));
}

/** The summit again, round by round. */
function replay(data) {
  const map = createMap();
  const arc = createArc();
  const sheet = createSheet({ level: "h3" });
  const facts = h("ul", { class: "facts", "aria-live": "polite" });
  const where = h("output", { class: "replay-where" });
  const slider = h("input", { type: "range", id: "replay", min: 0, max: data.rounds.length - 1, step: 1, value: 0 });
  const button = h("button", { type: "button" }, t.debrief.play);
  const room = roomOf(data);
  let timer = null;

  function show() {
    const r = data.rounds[Number(slider.value)];
    const letters = new Set(r.letters);
    const seats = room.members.map(({ code, name }) => ({ code, name,
      stance: r.stances[code]?.passed ? "passes" : "breaks", human: r.stances[code]?.person, letter: letters.has(code) }));
    map.update(seats);
    arc.update(seats, "");
    sheet.update(room, { values: r.values, changes: r.changes }, { roundWords: t.sheet.draft(r.round),
      letterNames: r.letters.map((code) => room.names[code] ?? code), id: `${r.round}`,
      outcome: r === data.rounds[data.rounds.length - 1] ? data.outcome : null });
    say(where, `${t.debrief.replayRound} ${r.round}, ${day(r.date)}`);
    slider.setAttribute("aria-valuetext", `${t.debrief.replayRound} ${r.round}, ${day(r.date)}`);
    put(facts, (r.news ?? []).map((words) => h("li", null, words)));
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
    show();
    timer = setInterval(() => {
      if (!button.isConnected || slider.value === slider.max) {
        stop();
        return;
      }
      slider.value = Number(slider.value) + 1;
      show();
    }, BEAT);
  });
  slider.addEventListener("input", () => {
    stop();
    show();
  });
  slider.value = data.rounds.length - 1;
  show();
  return section(t.debrief.replay, "",
    h("div", { class: "replay-bar" }, button, h("label", { for: "replay", class: "unseen" }, t.debrief.replayRound), slider, where),
    h("div", { class: "replay" }, h("div", { class: "tight" }, h("div", { class: "replay-map" }, map.element), legend()),
      h("div", { class: "stack" }, h("div", { class: "replay-arc" }, arc.element), sheet.element, facts)));
}

/** What the parts need to know of the room, from the debrief alone. */
function roomOf(data) {
  const names = { ...Object.fromEntries((data.members ?? []).map((m) => [m.code, m.name])) };
  const first = data.rounds[0];
  const members = Object.keys(first.stances).map((code) => ({ code, name: names[code] ?? code }));
  const terms = data.compare.filter((r) => r.term in first.values)
    .map((r) => ({ name: r.term, label: r.label, unit: r.unit ?? UNITS[r.term] ?? "" }));
  const headline = "core_pct_gdp" in first.values && "broader_pct_gdp" in first.values;
  return { members, names, terms, has_headline: headline };
}

const UNITS = { core_pct_gdp: "% GDP", broader_pct_gdp: "% GDP", deadline_year: "year", review_year: "year", annual_increment_pp: "pp / year" };

function moved(data) {
  const list = (items, draw) => h("ol", { class: "timeline" }, items.length ? items.map(draw)
    : h("li", { class: "soft" }, t.debrief.notable));
  const entry = (item, words) => h("li", null, h("span", { class: "timeline-round" }, item.round), h("p", null, words));
  return h("div", { class: "stack" },
    section(t.debrief.moved, "", list(data.moved, (m) => entry(m, m.words))),
    section(t.debrief.turned, "", list(data.turned, (m) => entry(m, m.words))));
}

function holdouts(data) {
  const bar = (deal, words, kind) => {
    const box = h("span", { class: "cost-bar", data: { kind }, "aria-hidden": "true" }, h("i"));
    setVars(box, { "--share": deal.p });
    return h("p", { class: "cost-row" }, h("span", null, words), box, h("b", null, percent(deal.p)));
  };
  return section(t.debrief.holdouts, t.debrief.holdoutsLead, h("ol", { class: "costs" }, data.holdouts.length
    ? data.holdouts.map((x) => h("li", null,
      h("p", { class: "head" }, h("strong", null, x.name), h("span", { class: "soft" },
        [t.debrief.rounds(x.rounds), x.letter ? t.debrief.letter : ""].filter(Boolean).join(", "))),
      bar(x.deal_with, t.debrief.with, "with"), bar(x.deal_without, t.debrief.without, "without"),
      x.words ? h("p", { class: "soft" }, x.words) : null))
    : h("li", { class: "soft" }, t.debrief.nobody)));
}

/** Answers before and after, one small chart for each question. */
function questionnaire(data) {
  const q = data.questionnaire;
  if (!q || !(q.n_before + q.n_after)) return null;
  const columns = (counts, kind) => {
    const most = Math.max(1, ...q.items.flatMap((i) => [...i.before, ...i.after]));
    return h("div", { class: "answers", role: "img", data: { kind },
      "aria-label": `${t.debrief[kind]}: ${counts.join(", ")}` }, counts.map((n) => {
      const bar = h("span", { class: "answer-bar" }, h("b", null, n || ""), h("i"));
      setVars(bar, { "--height": n / most });
      return bar;
    }));
  };
  return section(t.debrief.questionnaire, t.debrief.questionnaireLead(q.n_before, q.n_after),
    h("ul", { class: "answer-list" }, q.items.map((item) => h("li", null, h("h3", null, item.words),
      h("div", { class: "answer-pair" },
        ["before", "after"].map((kind) => h("div", null, columns(item[kind], kind),
          h("p", { class: "answer-scale soft" }, [1, 2, 3, 4, 5].map((x) => h("span", null, x))),
          h("p", { class: "answer-when" }, t.debrief[kind]))))))));
}

function people(data) {
  if (!data.people?.length) return null;
  const names = roomOf(data).names;
  return section(t.debrief.people, "", h("ul", { class: "chips" }, data.people.map((p) =>
    h("li", null, h("strong", null, p.seat === "chair" ? t.chair : names[p.seat] ?? p.seat), ` ${p.names.join(", ")}`))));
}

function downloads(me) {
  const link = (href, words) => h("a", { class: "button", href, download: "" }, words);
  return section(t.debrief.downloads, "", h("div", { class: "row" },
    link("/api/report.html", t.debrief.report), link("/api/record.yaml", t.debrief.record),
    link("/api/rounds.csv", t.debrief.table), me.host ? link("/api/questionnaire.csv", t.debrief.answers) : null));
}
