// The agenda in its order: a row for each item, moved with the mouse or a finger by its handle, with the arrow keys on
// the handle, or with its two buttons. What is told to the app is the whole new order, once the moving has stopped, so
// that nothing is lost between quick steps.
const kept = new WeakMap();
const STOPPED = 350;

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let list = kept.get(parentElement);
  if (!list) kept.set(parentElement, (list = made(parentElement)));
  list.shows(data, (order) => setTriggerValue("ordered", { order, at: Date.now() }));
  return () => list.leaves();
}

function made(parent) {
  const root = element("div", "agenda-list");
  const rows = element("ol", "agenda-rows");
  const spoken = element("p", "sr", "");
  spoken.setAttribute("role", "status");
  const hint = element("p", "sr", "Use the up and down arrow keys to move this item, Home and End for the ends.");
  hint.id = "agenda-hint";
  root.append(rows, spoken, hint);
  parent.append(root);
  let tell = () => {};
  let waiting = 0;
  let shown = "";

  const order = () => [...rows.children].map((row) => row.dataset.id);
  const number = () => {
    [...rows.children].forEach((row, place) => {
      row.querySelector(".number").textContent = String(place + 1);
      row.querySelector(".up").disabled = place === 0;
      row.querySelector(".down").disabled = place === rows.children.length - 1;
    });
  };
  const stopped = () => {
    waiting = 0;
    shown = "";
    tell(order());
  };
  const changed = (row) => {
    number();
    const place = [...rows.children].indexOf(row) + 1;
    spoken.textContent = `${row.dataset.title}: now ${place} of ${rows.children.length}`;
    clearTimeout(waiting);
    waiting = setTimeout(stopped, STOPPED);
  };
  const move = (row, to, focus) => {
    const others = [...rows.children].filter((each) => each !== row);
    const place = Math.max(0, Math.min(to, others.length));
    if ([...rows.children].indexOf(row) === place) return;
    rows.insertBefore(row, others[place] || null);
    changed(row);
    (focus.disabled ? row.querySelector(".handle") : focus).focus();
  };

  const draggable = (row, handle) => {
    let before = null;
    const over = (event) => {
      const others = [...rows.children].filter((each) => each !== row);
      const next = others.find((each) => {
        const box = each.getBoundingClientRect();
        return event.clientY < box.top + box.height / 2;
      });
      if (row.nextElementSibling !== (next || null)) rows.insertBefore(row, next || null);
    };
    const end = (dropped) => {
      if (before === null) return;
      const was = before;
      before = null;
      row.classList.remove("dragged");
      removeEventListener("pointermove", over);
      removeEventListener("pointerup", drop);
      removeEventListener("pointercancel", cancel);
      removeEventListener("keydown", escape, true);
      if (!dropped) was.forEach((each) => rows.append(each));
      if (dropped && was.some((each, place) => each !== rows.children[place])) changed(row);
      number();
    };
    const drop = () => end(true);
    const cancel = () => end(false);
    const escape = (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      end(false);
    };
    handle.addEventListener("pointerdown", (event) => {
      if (event.button || before !== null) return;
      event.preventDefault();
      handle.focus();
      before = [...rows.children];
      row.classList.add("dragged");
      addEventListener("pointermove", over);
      addEventListener("pointerup", drop);
      addEventListener("pointercancel", cancel);
      addEventListener("keydown", escape, true);
    });
    handle.addEventListener("keydown", (event) => {
      const at = [...rows.children].indexOf(row);
      const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.children.length }[event.key];
      if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      move(row, to, handle);
    });
  };

  const drawn = (item, chosen) => {
    const row = element("li", item.id === chosen ? "chosen" : "");
    row.dataset.id = item.id;
    row.dataset.title = item.title;
    const handle = button("handle", "", `Move “${item.title}”`);
    handle.setAttribute("aria-describedby", "agenda-hint");
    const link = element("a", "go", "");
    link.href = item.link;
    if (item.id === chosen) link.setAttribute("aria-current", "true");
    link.append(element("span", "said", item.title), element("span", "quiet", item.about));
    const up = button("up", "↑", `Up: “${item.title}”`);
    const down = button("down", "↓", `Down: “${item.title}”`);
    const at = () => [...rows.children].indexOf(row);
    up.addEventListener("click", () => move(row, at() - 1, up));
    down.addEventListener("click", () => move(row, at() + 1, down));
    row.append(handle, element("span", "number", ""), link, up, down);
    draggable(row, handle);
    return row;
  };

  return {
    shows(data, how) {
      tell = how;
      const text = JSON.stringify(data);
      if (text === shown || waiting) return;
      shown = text;
      const active = document.activeElement;
      const row = active && rows.contains(active) ? active.closest("li") : null;
      const at = row ? [row.dataset.id, active.classList[0]] : null;
      rows.replaceChildren(...data.items.map((item) => drawn(item, data.chosen)));
      number();
      const again = at && [...rows.children].find((each) => each.dataset.id === at[0]);
      if (again) (again.querySelector(`.${at[1]}:not([disabled])`) || again.querySelector(".handle")).focus();
    },
    leaves() {
      if (!waiting) return;
      clearTimeout(waiting);
      stopped();
    },
  };
}

function element(name, classes, text) {
  const found = document.createElement(name);
  if (classes) found.className = classes;
  if (text !== undefined) found.textContent = text;
  return found;
}

function button(classes, text, label) {
  const found = element("button", classes, text);
  found.type = "button";
  found.setAttribute("aria-label", label);
  found.title = label;
  return found;
}
