// How a slide, an academy's detail and the panels look: HTML made of what Python wrote, which is escaped already.
import { escaped } from "./names.js";

export const KEYS = [
  ["next", "→", "Next slide"],
  ["previous", "←", "Previous slide"],
  ["down", "↓", "The highlighted academy; there: the next one"],
  ["up", "↑", "Back from the academy to the slide"],
  ["table", "T", "Table or picture"],
  ["define", "D", "Definition of the measure"],
  ["live", "L", "Ask the data now (live, not frozen), at an academy"],
  ["hide", "H", "Hide or show the names of academies"],
  ["note", "N", "Write down a note, a decision or an action"],
  ["agenda", "G", "Agenda: all slides"],
  ["black", "B", "Black screen, and back"],
  ["full", "F", "Full screen, and back"],
  ["clock", "C", "Hide or show the clock"],
  ["first", "Home", "First slide"],
  ["last", "End", "Last slide"],
  ["help", "?", "These keys"],
  ["close", "Esc", "Close what is open"],
];
const BAR = {
  previous: ["←", "", "Previous slide"],
  next: ["→", "", "Next slide"],
  down: ["↓", "Drill", ""],
  up: ["↑", "Back", ""],
  table: ["T", "Table", ""],
  define: ["D", "Definition", ""],
  hide: ["H", "Names", "Hide or show the names of academies"],
  note: ["N", "Note", ""],
  agenda: ["G", "Agenda", ""],
  black: ["B", "Black", "Black screen"],
  full: ["F", "Full", "Full screen"],
  clock: ["C", "Clock", ""],
  help: ["?", "Help", ""],
};

export function bar(has) {
  const names = ["previous", "next", has.detail ? "up" : "down", "table", "define", "hide", "note", "agenda", "black"];
  const buttons = [...names, "full", "clock", "help"].filter((name) => has[name] !== false);
  return buttons
    .map((name) => {
      const [key, word, spoken] = BAR[name];
      const state = name in has.on ? ` aria-pressed="${has.on[name]}"` : "";
      const label = spoken ? ` aria-label="${word && !spoken.includes(word) ? `${word}: ` : ""}${spoken}"` : "";
      const said = word ? `<span>${word}</span>` : "";
      return `<button type="button" data-do="${name}"${state}${label}><kbd aria-hidden="true">${key}</kbd>${said}</button>`;
    })
    .join("");
}

export function slide(found, view, chart) {
  const drawn = found.chart && !(view.table && found.table);
  const picture = drawn ? `<figure>${chart(found.chart)}</figure>` : found.table || "";
  return (
    `<h1 dir="auto">${found.title}</h1>${found.head}${found.comment}${found.body}` +
    (picture ? `<div class="picture" data-fit role="group" aria-label="${drawn ? "Picture" : "Table"}">${picture}</div>` : "") +
    found.ask
  );
}

export function detail(found, one, view, chart, live) {
  const picks = found.details
    .map((each) => {
      const here = each.key === one.key ? ' aria-current="true"' : "";
      return (
        `<li><button type="button" data-do="pick" data-key="${each.key}"${here}><kbd>${each.number}</kbd>` +
        `<span class="name">${each.name}</span><span class="shown">${each.shown}</span></button></li>`
      );
    })
    .join("");
  const both = one.chart && one.tables;
  const drawn = one.chart && !(view.table && one.tables);
  const frozen = drawn ? `<figure>${chart(one.chart)}</figure>` : one.tables || '<p class="quiet">No picture was frozen here.</p>';
  const ask = one.live ? '<button type="button" class="plain" data-do="live"><kbd aria-hidden="true">L</kbd>Ask the data now</button>' : "";
  const swap = both
    ? `<button type="button" class="plain" data-do="table"><kbd aria-hidden="true">T</kbd>${drawn ? "Breakdowns" : "Over the years"}</button>`
    : "";
  return (
    `<nav class="picks" aria-label="Academies" data-fit><ol>${picks}</ol></nav><div class="one">` +
    `<h1 dir="auto">${one.name}</h1><p class="about" dir="auto">${found.about}</p>${one.head}` +
    `<div class="doings">${swap}${ask}</div>` +
    `<div class="picture" data-fit role="group" aria-label="${live ? "Live" : drawn ? "Picture" : "Breakdowns"}">${live || frozen}</div></div>`
  );
}

const panel = (name, title, body, wide = "") =>
  `<section class="panel ${wide}" role="dialog" aria-modal="true" aria-labelledby="panel-title" data-panel="${name}">` +
  `<header><h2 id="panel-title" tabindex="-1">${title}</h2>` +
  '<button type="button" class="plain" data-do="close"><kbd aria-hidden="true">Esc</kbd>Close</button></header>' +
  `<div class="within" tabindex="0" role="group" aria-label="${title}">${body}</div></section>`;

export function agenda(slides, at) {
  const cards = slides
    .map((each, i) => {
      const part = i === 0 || slides[i - 1].part !== each.part ? `<h3>${escaped(each.part)}</h3>` : "";
      const here = i === at ? ' aria-current="true"' : "";
      const open = part ? `${i ? "</ol>" : ""}${part}<ol>` : "";
      return (
        `${open}<li><button type="button" data-do="go" data-at="${i}"${here}><b>${i + 1}</b>` +
        `<span dir="auto">${each.title}</span><small>${each.group}</small></button></li>`
      );
    })
    .join("");
  return panel("agenda", "Agenda", `<div class="cards">${cards}${slides.length ? "</ol>" : ""}</div>`, "wide");
}

export const define = (found) => panel("define", "Definition", found.define || "<p>This slide is not about a measure.</p>");

export function help(may, leave) {
  const rows = KEYS.filter(([name]) => may[name] !== false)
    .map(([name, key, said]) => `<li><button type="button" data-do="${name}"><kbd>${escaped(key)}</kbd><span>${said}</span></button></li>`)
    .join("");
  const digits = "<p>The number beside an academy opens it: 3, or 03 where there are ten or more; 0 is all of them together.</p>";
  return panel(
    "help",
    "Keys",
    `<ul class="keylist">${rows}</ul>${digits}<p><a data-do="leave" href="${escaped(leave)}">Leave the meeting</a></p>`,
    "wide",
  );
}
