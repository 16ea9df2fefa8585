/** Dialogs of the teacher: people, messages, and what is seldom needed. */

import { h, put } from "../dom.js";
import { get, post } from "../net.js";
import { openDialog, sure } from "../dialog.js";
import { attempt } from "../toast.js";
import { t } from "../../strings.en.js";
import { messageItem } from "../parts/talk.js";

/** Who is here, in which seat; seats are handed over and people taken out. */
export function peopleDialog(state, control) {
  const list = h("ul", { class: "people-list" });
  const dialog = openDialog(t.peopleDialog.title, () => list, { wide: true });
  let drawn = "";
  const timer = setInterval(draw, 500);
  dialog.element.addEventListener("close", () => clearInterval(timer));
  draw();

  function draw() {
    const { room, tick } = state();
    const people = tick?.you?.people ?? [];
    const now = JSON.stringify([tick?.phase, people]);
    if (now === drawn || list.contains(document.activeElement)) return;
    drawn = now;
    put(
      list,
      people.length
        ? people.map((p) => person(room, p))
        : h("li", { class: "soft" }, t.peopleDialog.nobody),
    );
  }

  function person(room, p) {
    const seats = h(
      "select",
      {
        "aria-label": `${t.peopleDialog.seat}: ${p.name}`,
        onchange: () => {
          control("hand_over", { person: p.id, seat: seats.value || null });
          seats.blur();
        },
      },
      h("option", { value: "" }, t.peopleDialog.none),
      h("option", { value: "chair" }, t.chair),
      room.members.map((m) => h("option", { value: m.code }, m.name)),
    );
    seats.value = p.seat ?? "";
    const asked = p.seat && p.seat !== "chair" && state().tick.phase === "answering";
    const doing = !p.connected
      ? t.peopleDialog.gone
      : p.answered
        ? t.peopleDialog.answered
        : asked
          ? t.peopleDialog.waiting
          : "";
    return h(
      "li",
      null,
      h("strong", null, p.name),
      h("span", { class: "soft" }, doing),
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
}

/** What delegations write to the chair. */
export function messagesDialog(state) {
  const { room, tick } = state();
  const messages = tick?.you?.messages ?? [];
  openDialog(t.host.messages, () =>
    h(
      "ol",
      { class: "talk-list" },
      messages.length
        ? [...messages].reverse().map((m) => messageItem(room, m))
        : h("li", { class: "soft" }, t.talk.none),
    ),
  );
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
              h("p", { class: "scenario-words" }, s.description),
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
