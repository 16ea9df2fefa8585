/** Members in words: one of them, or all in a table, for those who cannot read the map. */

import { h } from "../dom.js";
import { percent, sentence } from "../format.js";
import { openDialog } from "../dialog.js";
import { seatsOf } from "../seats.js";
import { t } from "../../strings.en.js";

/** One member, when its place on the map is picked. */
export function showMember({ room, tick }, code) {
  if (!tick) return;
  const seat = seatsOf(room, tick).find((s) => s.code === code);
  const who = (tick.you?.people ?? []).filter((p) => p.seat === code).map((p) => p.name);
  openDialog(seat.name, () =>
    [
      h(
        "p",
        null,
        seat.human
          ? `${t.stage.member.people} ${who.length ? who.join(", ") : t.people(seat.people)}`
          : t.stage.member.model,
      ),
      h(
        "p",
        null,
        `${t.stage.member.stance}: ${t.stance[seat.stance]}${
          seat.stance === "breaks" && seat.words ? ` (${seat.words})` : ""
        }`,
      ),
      typeof seat.lean === "number"
        ? h("p", { class: "soft" }, t.stage.member.lean(percent(seat.lean)))
        : null,
      seat.letter ? h("p", null, sentence(t.map.letter)) : null,
    ].filter(Boolean),
  );
}

/** All members: what each last said, and who plays it. */
export function showMembers({ room, tick }) {
  if (!tick) return;
  const said = (seat) =>
    seat.stance === "breaks" && seat.words
      ? `${t.stance.breaks}: ${seat.words}`
      : t.stance[seat.stance];
  const cell = (words) => h("td", null, words);
  openDialog(
    t.stage.members,
    () =>
      h(
        "table",
        { class: "compare" },
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            t.stage.columns.map((words) => h("th", { scope: "col" }, words)),
          ),
        ),
        h(
          "tbody",
          null,
          seatsOf(room, tick).map((seat) =>
            h(
              "tr",
              null,
              h("th", { scope: "row" }, seat.name),
              cell(said(seat)),
              cell(seat.letter ? t.map.letter : ""),
              cell(seat.human ? t.people(seat.people) : t.stage.model),
            ),
          ),
        ),
      ),
    { wide: true },
  );
}
