/** What happened, newest first; screen readers hear each piece once. */

import { h, keyed } from "../dom.js";
import { day } from "../format.js";
import { t } from "../../strings.en.js";

export function createNews({ most = 4 } = {}) {
  const list = h("ol", {
    class: "news-list",
    role: "log",
    "aria-live": "polite",
    "aria-relevant": "additions",
  });
  const element = h("section", { class: "news", "aria-label": t.news.title }, list);

  function update(news) {
    const latest = [...news].sort((a, b) => b.n - a.n).slice(0, most);
    keyed(
      list,
      latest,
      (item) => item.n,
      (item) =>
        h(
          "li",
          { class: "news-item", data: { kind: item.kind } },
          h("span", { class: "news-kind" }, t.news.kinds[item.kind] ?? ""),
          h("time", { datetime: item.date }, day(item.date, true)),
          h("span", { class: "news-words" }, item.words),
        ),
    );
  }

  return { element, update };
}
