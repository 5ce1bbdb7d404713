// What is written down at the meeting: notes, decisions and actions beside a slide. Each word is kept in this browser as it
// is typed and sent when it ends; it stays here until the server has said that it is kept there.
import { escaped } from "./names.js";
import { unsent as kept } from "./place.js";

const PAUSE = 1000;
const AGAIN = 5000;
const ENDS = /[\s.,;:!?)\]”"'’-]$/;
const day = (iso) =>
  iso && new Date(`${iso}T12:00`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
const KINDS = { note: "Note", decision: "Decision", action: "Action" };

export function notes({ data, here, items, label, hidden, veil, flush, online, say }) {
  const local = kept.read(data.meeting, data.who);
  let box = null;
  let draft = null;
  let pausing = 0;

  const store = () => kept.write(data.meeting, data.who, local);
  const fresh = () => ({ id: crypto.randomUUID?.() || [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join(""), item: here().key, kind: "note", text: "", owner: "", due: "", edition: 0, typed: 0 });
  const part = (name) => box?.querySelector(name);
  const status = (said) => {
    const element = part(".state");
    if (element && element.textContent !== said) element.textContent = said;
  };
  const where = () => (online() ? "Saving …" : "Kept here until the server is back");

  function changed(ends) {
    draft.typed += 1;
    // A note that was never begun is nothing to keep; one that was emptied is.
    if (!draft.text.trim() && !draft.edition && !local[draft.id]) return;
    local[draft.id] = { ...draft, ready: ends || !!local[draft.id]?.ready };
    if (!store()) say("This browser keeps nothing; what is written is sent at once.");
    status(where());
    clearTimeout(pausing);
    if (ends) flush();
    else pausing = setTimeout(ended, PAUSE);
  }
  function ended() {
    clearTimeout(pausing);
    for (const each of Object.values(local)) each.ready = true;
    store();
    flush();
  }

  // What stands on this slide, as it is kept on the server or, where it is newer, here.
  function written() {
    const newer = Object.values(local).filter((each) => each.item === here().key);
    const known = data.entries.filter((each) => each.item === here().key && !local[each.id]);
    return [...known, ...newer].filter((each) => each.text.trim() && each.id !== draft?.id);
  }
  function listed() {
    const list = part(".written");
    if (!list) return;
    const rows = written().map((each) => {
      const by = [each.by, each.at].filter(Boolean).join(", ") || (each.refused ? each.refused : "Kept here until the server is back");
      const said = hidden() ? each.veiled ?? veil(each.text) : each.text;
      const action = each.kind === "action" ? [veil(each.owner), day(each.due)].filter(Boolean).join(", by ") : "";
      return (
        `<li><b>${KINDS[each.kind]}</b> <span class="typed" dir="auto">${escaped(said)}</span>` +
        `${action ? `<span class="typed">${escaped(action)}</span>` : ""}<small>${escaped(by)}</small>` +
        `<button type="button" class="plain" data-do="change" data-id="${escaped(each.id)}">Change<span class="sr"> this ${each.kind}</span></button></li>`
      );
    });
    list.innerHTML = rows.join("") || '<li class="quiet">Nothing has been written down on this slide yet.</li>';
  }
  function filled() {
    if (!box) return;
    for (const each of box.querySelectorAll("[name=kind]")) each.checked = each.value === draft.kind;
    for (const name of ["text", "owner", "due"]) {
      const field = part(`[name=${name}]`);
      if (field.value !== draft[name]) field.value = draft[name];
    }
    part(".action").hidden = draft.kind !== "action";
    listed();
  }
  function begun() {
    draft = fresh();
    status("");
    filled();
  }

  return {
    opened(over) {
      over.innerHTML =
        '<section class="panel note" role="dialog" aria-labelledby="panel-title" data-panel="note">' +
        '<header><h2 id="panel-title">Write down</h2><button type="button" class="plain" data-do="close"><kbd aria-hidden="true">Esc</kbd>Close</button></header>' +
        '<div class="within"><form><fieldset><legend>Kind</legend>' +
        Object.entries(KINDS)
          .map(([kind, word]) => `<label><input type="radio" name="kind" value="${kind}"> ${word}</label>`)
          .join("") +
        '</fieldset><label>What is to be kept<textarea name="text" rows="6" maxlength="20000" dir="auto" spellcheck="true"></textarea></label>' +
        '<div class="action" hidden><label>Owner<input name="owner" maxlength="200" autocomplete="off" dir="auto"></label>' +
        '<label>By when<input name="due" type="date"></label></div>' +
        '<p class="row"><span class="state" role="status"></span><button type="button" class="plain" data-do="another">Done, another</button></p></form>' +
        `<h3>On this slide</h3><ul class="written"></ul><p class="quiet">Kept with ${escaped(label)}, beside the frozen figures and never in them. Do not write about single pupils.</p></div></section>`;
      box = over.firstElementChild;
      draft = fresh();
      box.addEventListener("submit", (event) => event.preventDefault());
      box.addEventListener("input", (event) => {
        const { name, value } = event.target;
        if (name === "kind") {
          draft.kind = value;
          part(".action").hidden = value !== "action";
          changed(true);
          return;
        }
        draft[name] = value;
        changed(event.inputType !== "insertText" || ENDS.test(event.data || ""));
      });
      box.addEventListener("focusout", () => Object.keys(local).length && ended());
      filled();
      part("textarea").focus();
    },
    closed() {
      if (Object.keys(local).length) ended();
      box = draft = null;
    },
    moved() {
      if (Object.keys(local).length) ended();
      begun();
    },
    // Names are hidden: what was typed stays as it was typed, and so is put away where it holds one.
    names(away) {
      if (draft && [draft.text, draft.owner].some((each) => veil(each) !== each)) away();
      else listed();
    },
    online(now) {
      if (Object.keys(local).length) status(now ? "Saving …" : "Kept here until the server is back");
      listed();
    },
    button(button) {
      if (button.dataset.do === "another") {
        if (Object.keys(local).length) ended();
        const kind = draft.kind;
        begun();
        draft.kind = kind;
        filled();
        part("textarea").focus();
      }
      if (button.dataset.do === "change") {
        const found = local[button.dataset.id] || data.entries.find((each) => each.id === button.dataset.id);
        if (!found) return;
        const { id, item, kind, text, owner, due, edition } = found;
        draft = { id, item, kind, text, owner, due, edition, typed: 0 };
        status("");
        filled();
        part("textarea").focus();
      }
    },
    unsent: () => Object.values(local).filter((each) => each.ready && !each.refused && items.has(each.item) && !(each.after > Date.now())),
    answered(said) {
      for (const each of said.answer?.saved || []) {
        // Somebody else was changing it too: from now on this is an entry of its own, under another id.
        if (draft?.id === each.id) Object.assign(draft, { id: each.kept_as, edition: each.edition });
        let found = local[each.id];
        if (!found) continue;
        if (each.kept_as !== each.id) {
          delete local[each.id];
          found = local[each.kept_as] = { ...found, id: each.kept_as };
        }
        if (found.typed === each.typed) {
          delete local[found.id];
          if (draft?.id === found.id) status(`Saved ${each.at}`);
        } else found.edition = each.edition;
      }
      for (const each of said.answer?.refused || []) {
        const found = local[each.id];
        if (!found || found.typed !== each.typed) continue;
        if (each.again) {
          found.after = Date.now() + AGAIN;
          setTimeout(flush, AGAIN + 50);
        } else found.refused = each.why;
        if (draft?.id === each.id) status(each.why);
        say(each.why);
      }
      if (said.answer?.saved?.length || said.answer?.refused?.length) store();
      listed();
    },
  };
}
