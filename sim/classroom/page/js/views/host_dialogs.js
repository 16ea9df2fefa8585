/** Dialogs of the teacher: people, messages, and what is seldom needed. */

import { h, keyed, put, say, show } from "../dom.js";
import { byName, firstSentence } from "../format.js";
import { get, post } from "../net.js";
import { openDialog, sure } from "../dialog.js";
import { attempt } from "../toast.js";
import { t } from "../../strings.en.js";
import { messageItem } from "../parts/talk.js";

/** Who is here, in which seat; seats are handed over and people taken out. */
export function peopleDialog(state, control) {
  const list = h("ul", { class: "people-list" });
  const nobody = h("p", { class: "soft" }, t.peopleDialog.nobody);
  const dialog = openDialog(t.peopleDialog.title, () => [list, nobody], { wide: true });
  update();

  /** Follow the room; the focus stays where it is, or goes to the title with the person it was on. */
  function update() {
    const { room, tick } = state();
    const people = byName(tick.you.people ?? []);
    const focused = list.contains(document.activeElement);
    keyed(
      list,
      people,
      (p) => p.id,
      (p) => person(room, p),
      (row, p) => tell(row, p, tick.phase),
    );
    show(nobody, !people.length);
    if (focused && !list.contains(document.activeElement)) dialog.title.focus();
  }

  function person(room, p) {
    const seats = h(
      "select",
      {
        "aria-label": `${t.peopleDialog.seat}: ${p.name}`,
        onchange: () => control("hand_over", { person: p.id, seat: seats.value || null }),
      },
      h("option", { value: "" }, t.peopleDialog.none),
      h("option", { value: "chair" }, t.chair),
      byName(room.members).map((m) => h("option", { value: m.code }, m.name)),
    );
    return h(
      "li",
      null,
      h("strong", null, p.name),
      h("span", { class: "soft" }),
      seats,
      h(
        "button",
        {
          type: "button",
          onclick: () =>
            sure(t.peopleDialog.kickSure(p.name), t.peopleDialog.kick, () =>
              control("kick", { person: p.id }),
            ),
        },
        t.peopleDialog.kick,
      ),
    );
  }

  function tell(row, p, phase) {
    const [, doing, seats] = row.children;
    const asked = p.seat && p.seat !== "chair" && phase === "answering";
    const says = !p.connected ? "gone" : p.answered ? "answered" : asked ? "waiting" : null;
    say(doing, says && t.peopleDialog[says]);
    // Only when the room has moved somebody: what is being chosen stays.
    if (row.dataset.seat !== (p.seat ?? "")) seats.value = p.seat ?? "";
    row.dataset.seat = p.seat ?? "";
  }

  return update;
}

/** What delegations write to the chair. */
export function messagesDialog(state) {
  const list = h("ol", { class: "talk-list" });
  const none = h("p", { class: "soft" }, t.talk.none);
  openDialog(t.host.messages, () => [list, none]);
  update();

  function update() {
    const { room, tick } = state();
    const messages = [...(tick.you.messages ?? [])].reverse();
    keyed(
      list,
      messages,
      (m) => m.n,
      (m) => messageItem(room, m),
    );
    show(none, !messages.length);
  }

  return update;
}

/** Lock, restart, another scenario, downloads. */
export function moreDialog({ state, control, debrief }) {
  const { room, tick } = state();
  const you = tick?.you ?? {};
  openDialog(t.host.more, (close) =>
    h(
      "div",
      { class: "stack" },
      h(
        "div",
        { class: "row" },
        h(
          "button",
          {
            onclick: () => {
              close();
              control("lock", { on: !you.locked });
            },
          },
          you.locked ? t.host.unlock : t.host.lock,
        ),
        h(
          "button",
          {
            onclick: () => {
              close();
              scenarioDialog(room, control);
            },
          },
          t.host.scenario,
        ),
        h(
          "button",
          {
            onclick: () => {
              close();
              sure(t.host.restartSure, t.host.restart, () => control("restart"));
            },
          },
          t.host.restart,
        ),
        tick?.phase === "ended"
          ? h(
              "button",
              {
                class: "main",
                onclick: () => {
                  close();
                  debrief();
                },
              },
              t.stage.debrief,
            )
          : null,
        h("a", { class: "button", href: "/projector", target: "_blank" }, t.stage.projector),
        h(
          "button",
          {
            onclick: () => {
              close();
              document.documentElement.requestFullscreen?.();
            },
          },
          t.stage.fullscreen,
        ),
      ),
      tick?.round > 0
        ? h(
            "div",
            { class: "row" },
            h("a", { class: "button", href: "/api/record.yaml", download: "" }, t.host.record),
            h("a", { class: "button", href: "/api/report.html", download: "" }, t.host.report),
          )
        : null,
      h("p", null, t.host.questionnaire(you.before ?? 0, you.after ?? 0)),
      h("p", { class: "soft" }, t.host.keys),
    ),
  );
}

/** What a scenario is about: its first sentence, and the rest for those who want to know. */
function about(description) {
  const first = firstSentence(description);
  return [
    h("p", null, first),
    first.length < description.length
      ? h(
          "details",
          { class: "scenario-words" },
          h("summary", null, t.host.about),
          h("p", null, description.slice(first.length)),
        )
      : null,
  ];
}

/** Another summit: a shipped one, or a file. */
async function scenarioDialog(room, control) {
  const list = await attempt(() => get("/api/scenarios"));
  if (!list) return;
  openDialog(
    t.host.scenarioTitle,
    (close) => {
      const problems = h("div", { role: "alert" });
      const upload = h("input", {
        type: "file",
        id: "scenario-file",
        accept: ".yaml,.yml",
        onchange: async () => {
          const [file] = upload.files;
          if (!file) return;
          try {
            await post("/api/scenario", await file.text(), "application/yaml");
            close();
          } catch (error) {
            put(problems, h("p", { class: "problem pre" }, error.message));
          }
        },
      });
      return h(
        "div",
        { class: "stack" },
        h(
          "ul",
          { class: "scenario-list" },
          list.map((s) =>
            h(
              "li",
              { class: "panel" },
              h("h3", null, s.title),
              h("p", { class: "soft" }, t.host.rounds(s.members, s.rounds)),
              about(s.description),
              s.name === room.scenario ? h("p", { class: "eyebrow" }, t.host.current) : null,
              h(
                "button",
                {
                  onclick: () => {
                    close();
                    control("scenario", { name: s.name });
                  },
                },
                t.host.scenarioPick,
              ),
            ),
          ),
        ),
        h("div", null, h("label", { for: "scenario-file" }, t.host.scenarioUpload), upload),
        problems,
      );
    },
    { wide: true },
  );
}
