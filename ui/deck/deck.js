// The deck: all slides of a frozen meeting, sent once, and shown without asking the server.
//
// It stands above the app in a layer of its own and outlives what happens below: a server that is gone, a page that is
// drawn anew. Only going to another page ends it.
import { keys } from "./keys.js";
import { link } from "./link.js";
import { namer } from "./names.js";
import { notes } from "./notes.js";
import { place } from "./place.js";
import * as show from "./show.js";
import { fitted, stage } from "./stage.js";

let current = null;

export default function (component) {
  const { data, setTriggerValue } = component;
  const speaks = (deck) => deck.speaks((message) => setTriggerValue("said", message), data);
  if (current && current.id !== data.id) {
    current.close();
    current = null;
  }
  if (current) speaks(current);
  else if (data.deck) {
    const opening = { id: data.id, close() {}, silent() {}, speaks() {} };
    current = opening;
    unpacked(data.deck).then((found) => {
      if (current !== opening) return;
      current = opened(data, found);
      speaks(current);
    });
  } else setTriggerValue("said", { number: 0, have: "" });
  return () => {
    const left = current;
    if (!left) return;
    left.silent();
    // The app draws its page anew after it has been away; only another address means that somebody has left.
    setTimeout(() => {
      if (current !== left || /\/present\/?$/.test(location.pathname)) return;
      left.close();
      current = null;
    }, 0);
  };
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain).json();
}

function opened(data, found) {
  const { id } = data;
  const { charts } = found;
  const count = found.named.length;
  const names = namer(found.names);
  const on = stage(found.css);
  const { root } = on;
  const kept = place.read(id);
  const view = {
    at: 0,
    detail: "",
    table: false,
    hidden: false,
    clock: true,
    began: Date.now(),
    hot: {},
    ...kept,
    panel: "",
    black: false,
  };
  view.at = Math.min(Math.max(view.at | 0, 0), count - 1);
  let live = null;
  let typed = "";
  let typing = 0;
  let back = null;

  root.innerHTML =
    '<main><header class="top"><span class="label"></span><span class="marks">' +
    '<button type="button" class="plain" data-do="below" hidden>Show what the server asks</button><span class="mark offline" role="status"></span><span class="mark names" hidden>Names hidden</span><span class="where"></span>' +
    '</span></header><div class="slide"></div><footer><p class="source"></p><div class="bar"><div role="toolbar" aria-label="Keys"></div>' +
    '<span class="clock" role="timer" aria-label="Time since the beginning"></span></div></footer></main>' +
    '<div class="over"></div><div class="black" hidden><p class="sr">The screen is black. Press B to come back.</p></div>' +
    '<div class="sr" aria-live="polite" data-live></div><div class="sr" role="alert" data-alert></div>';
  const part = (name) => root.querySelector(name);
  const main = part("main");
  const area = part(".slide");
  const over = part(".over");
  const slides = () => (view.hidden ? found.lettered : found.named);
  const either = (html) => html[view.hidden ? "lettered" : "named"];
  const chart = (name) => names.fill((!on.wide() && charts[name].narrow) || charts[name].wide, view.hidden);
  const here = () => slides()[view.at];
  const one = () => here().details.find((each) => each.key === view.detail) || null;
  const listed = () => here().details.filter((each) => each.key !== "trust");
  const hot = () => view.hot[here().key] || here().hot;
  const hides = found.names.length > 0;
  const say = (text) => (part("[data-live]").textContent = text);
  const keep = () => {
    const { at, detail, table, hidden, clock, began, hot } = view;
    place.write(id, { at, detail, table, hidden, clock, began, hot });
  };

  const text = (name, said) => {
    const element = part(name);
    if (element.textContent !== said) element.textContent = said;
  };
  const plainly = (html) => {
    const made = document.createElement("template");
    made.innerHTML = html;
    return made.content.textContent;
  };

  function render(announce = true) {
    const shown = here();
    const academy = one();
    if (!academy) view.detail = "";
    const now = live && academy && live.item === shown.key && live.academy === academy.key ? either(live.html) : "";
    area.className = `slide ${academy ? "detail" : shown.kind}`;
    area.innerHTML = academy ? show.detail(shown, academy, view, chart, now) : show.slide(shown, view, chart);
    text(".label", shown.head_line);
    text(".where", `${view.at + 1} of ${count}${shown.group ? ` · ${plainly(shown.group)}` : ""}`);
    const drawn = !academy && shown.chart && !(view.table && shown.table);
    part(".source").innerHTML = (drawn ? shown.notes : "") + (academy || shown).source;
    part(".mark.names").hidden = !view.hidden;
    part("[role=toolbar]").innerHTML = show.bar({
      detail: !!academy,
      down: shown.details.length > 0,
      table: academy ? !!(academy.chart && academy.tables) : !!(shown.chart && shown.table),
      define: !!shown.define,
      hide: hides,
      note: data.may_write,
      on: { table: view.table, hide: view.hidden },
    });
    part(".black").hidden = !view.black;
    main.toggleAttribute("inert", view.black || (!!view.panel && view.panel !== "note"));
    const which = sight(view.at, view.detail);
    if (now) fitted(area, on.wide());
    else fits.set(which, fitted(area, on.wide(), fits.get(which)));
    mark();
    foresee();
    keep();
    if (announce) say(`${view.at + 1} of ${count}: ${area.querySelector("h1").textContent}`);
  }

  // How far a slide has to be made smaller is found out before it is shown, while nothing else is to be done.
  const fits = new Map();
  const sight = (at, academy) => [at, academy, view.table, view.hidden].join(" ");
  let idle = 0;
  const ahead = document.createElement("div");
  ahead.inert = true;
  ahead.className = "ahead";
  function foresee() {
    clearTimeout(idle);
    idle = setTimeout(() => {
      const next = [view.at + 1, view.at - 1, view.at + 2].find((i) => slides()[i] && !fits.has(sight(i, "")));
      if (next === undefined || !on.wide() || view.panel || view.black) return;
      const shown = slides()[next];
      ahead.className = `slide ahead ${shown.kind}`;
      ahead.style.cssText = `top:${area.offsetTop}px;left:${area.offsetLeft}px;width:${area.clientWidth}px;height:${area.clientHeight}px`;
      ahead.innerHTML = show.slide(shown, view, chart);
      main.append(ahead);
      fits.set(sight(next, ""), fitted(ahead, true));
      ahead.remove();
      ahead.innerHTML = "";
      foresee();
    }, 60);
  }

  // The row of the academy that "down" leads to.
  function mark() {
    if (view.detail) {
      area.querySelector(".picks [aria-current]")?.scrollIntoView({ block: "nearest" });
      return;
    }
    const row = area.querySelector(`svg g[data-key="${hot()}"]`);
    if (!row) return;
    const box = row.getBBox();
    const whole = row.ownerSVGElement.viewBox.baseVal;
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const high = Math.max(box.height + 8, 36);
    const size = { x: 0, y: box.y + box.height / 2 - high / 2, width: whole.width, height: high, rx: 6, class: "hot" };
    for (const [name, value] of Object.entries(size)) rect.setAttribute(name, value);
    row.parentNode.insertBefore(rect, row.parentNode.firstChild);
  }

  function panel(name) {
    const before = view.panel;
    view.panel = name === before ? "" : name;
    if (!before && view.panel) back = on.host.shadowRoot.activeElement;
    if (before === "note" && view.panel !== "note") writing.closed();
    over.innerHTML = "";
    if (view.panel === "agenda") over.innerHTML = show.agenda(slides(), view.at);
    if (view.panel === "define") over.innerHTML = show.define(here());
    if (view.panel === "help") over.innerHTML = show.help({ note: data.may_write, hide: hides }, data.leave);
    if (view.panel === "note") writing.opened(over);
    main.toggleAttribute("inert", view.black || (!!view.panel && view.panel !== "note"));
    if (view.panel && view.panel !== "note") {
      (over.querySelector(".cards [aria-current]") || over.querySelector("h2")).focus();
    } else if (!view.panel) (back && back.isConnected ? back : root).focus();
  }

  function go(at, academy = "") {
    const to = Math.min(Math.max(at, 0), count - 1);
    if (to === view.at && academy === view.detail) return false;
    view.at = to;
    view.detail = academy;
    if (academy && academy !== "trust") view.hot = { ...view.hot, [here().key]: academy };
    area.scrollTop = 0;
    render();
    root.scrollTop = 0;
    if (view.panel === "note") writing.moved();
    return true;
  }

  const doings = {
    next: () => go(view.at + 1),
    previous: () => go(view.at - 1),
    first: () => go(0),
    last: () => go(count - 1),
    down() {
      const all = here().details;
      if (!all.length) return;
      if (!view.detail) go(view.at, all.some((each) => each.key === hot()) ? hot() : all[0].key);
      else go(view.at, all[(all.findIndex((each) => each.key === view.detail) + 1) % all.length].key);
    },
    up: () => view.detail && go(view.at, ""),
    table() {
      view.table = !view.table;
      live = null;
      render(false);
      say(view.table ? "Table" : "Picture");
    },
    define: () => panel("define"),
    agenda: () => panel("agenda"),
    help: () => panel("help"),
    note: () => data.may_write && panel("note"),
    hide() {
      view.hidden = !view.hidden;
      render(false);
      const open = view.panel;
      if (open === "agenda" || open === "define") {
        panel(open);
        panel(open);
      }
      if (open === "note") writing.names(() => panel("note"));
      say(view.hidden ? "Names of academies are hidden" : "Names of academies are shown");
    },
    black() {
      view.black = !view.black;
      part(".black").hidden = !view.black;
      main.toggleAttribute("inert", view.black || !!view.panel);
      say(view.black ? "The screen is black. Press B to come back." : "The slide is shown again");
    },
    clock() {
      view.clock = !view.clock;
      tick();
      render(false);
    },
    full() {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen?.().catch(() => alert("This browser gives no full screen."));
    },
    live() {
      const academy = one();
      if (!academy || !academy.live) return;
      live = { item: here().key, academy: academy.key, html: waitingWords(), asked: true, since: Date.now() };
      render(false);
      wire.flush();
    },
    close() {
      if (view.black) doings.black();
      else if (view.panel) panel(view.panel);
      else if (view.detail) doings.up();
    },
  };
  const alert = (said) => (part("[data-alert]").textContent = said);
  const both = (html) => ({ named: html, lettered: html });
  const waitingWords = () =>
    both(
      wire.online()
        ? '<p class="quiet" role="status">Asking the data …</p>'
        : '<p class="live-mark" role="status">The server cannot be reached, so the data cannot be asked now. What is frozen is complete.</p>',
    );

  const act = {
    does(name) {
      if (view.black) {
        if (name !== "full") doings.black();
        return true;
      }
      // With a panel open, arrows and the space bar scroll it, and only its own keys and "close" act.
      const scrolls = ["down", "up", "next", "previous", "first", "last"].includes(name);
      if (view.panel === "agenda" && scrolls) return walked(name);
      if (view.panel && view.panel !== "note" && scrolls) return false;
      if (view.panel && view.panel !== "note" && ["define", "agenda", "help", "note"].includes(name) && name !== view.panel) {
        panel(view.panel);
      }
      doings[name]();
      return true;
    },
    digit(digit) {
      if (view.panel || view.black) return;
      const all = listed();
      const most = String(all.length).length;
      typed = (typed + digit).slice(-most);
      clearTimeout(typing);
      const chosen = () => {
        const number = Number(typed);
        typed = "";
        const key = number ? all[number - 1]?.key : here().details.find((each) => each.key === "trust")?.key;
        if (key) go(view.at, key);
      };
      if (typed.length >= most) chosen();
      else typing = setTimeout(chosen, 900);
    },
    button(button, event) {
      const name = button.dataset.do;
      if (name === "pick") go(view.at, button.dataset.key);
      else if (name === "go") {
        panel("agenda");
        go(Number(button.dataset.at));
      } else if (name === "leave") {
        event.preventDefault();
        leave();
      } else if (name === "below") left();
      else if (name in doings) {
        const inHelp = view.panel === "help" && name !== "close" && name !== "help";
        if (inHelp) panel("help");
        doings[name]();
      } else writing.button(button);
    },
    astray: () => on.refocus(),
    // The focus goes round within what is open; the app below is not reached.
    tab(event) {
      const scope = view.panel && view.panel !== "note" ? over : root;
      const stops = [...scope.querySelectorAll("button, a[href], input, textarea, select, [tabindex='0']")].filter(
        (each) => each.checkVisibility() && !each.closest("[inert]") && !each.disabled,
      );
      if (!stops.length) return;
      const now = on.host.shadowRoot.activeElement;
      const i = stops.indexOf(now);
      const to = event.shiftKey ? (i <= 0 ? stops.length - 1 : i - 1) : i === stops.length - 1 ? 0 : i + 1;
      event.preventDefault();
      stops[to].focus();
    },
  };
  function walked(name) {
    const cards = [...over.querySelectorAll(".cards button")];
    const i = cards.indexOf(on.host.shadowRoot.activeElement);
    const step = { next: 1, down: 1, previous: -1, up: -1 }[name];
    const to = name === "first" ? 0 : name === "last" ? cards.length - 1 : i + step;
    cards[Math.min(Math.max(to, 0), cards.length - 1)]?.focus();
    return true;
  }
  function leave() {
    history.pushState({}, "", new URL(data.leave, location.href));
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    setTimeout(() => {
      if (current && !wire.online()) location.assign(data.leave);
    }, 300);
  }

  const wire = link({
    changed(online) {
      text(".offline", online ? "" : "Offline");
      writing.online(online);
      if (!online && live?.asked) {
        live = { ...live, html: waitingWords(), asked: false };
        render(false);
      }
    },
    message() {
      const write = writing.unsent();
      const ask = live?.asked ? { item: live.item, academy: live.academy } : null;
      return write.length || ask ? { write, ask } : null;
    },
    late() {
      if (!live?.asked) return;
      live = { ...live, asked: false, html: both('<p class="live-mark" role="status">The server did not answer in time. What is frozen is complete.</p>') };
      render(false);
    },
  });

  const writing = notes({
    data,
    here,
    items: new Set(found.named.map((each) => each.key)),
    label: found.label,
    hidden: () => view.hidden,
    veil: (said) => names.veil(said, view.hidden),
    flush: () => wire.flush(),
    online: () => wire.online(),
    say,
  });

  // The server is there and draws another page here, for instance to have somebody sign in anew. Where the presenter
  // stands is kept until the deck comes back.
  let asking = 0;
  const below = (asks) => {
    part("[data-do=below]").hidden = !asks;
  };
  const left = () => {
    current = null;
    deck.close();
  };

  const tick = () => {
    const seconds = Math.max(0, Math.floor((Date.now() - view.began) / 1000));
    const hours = Math.floor(seconds / 3600);
    const two = (n) => String(n).padStart(2, "0");
    const said = `${hours ? `${hours}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    text(".clock", view.clock ? said : "");
  };
  const clock = setInterval(tick, 1000);
  const unheard = keys(root, act);
  const rows = (event) => {
    const row = event.composedPath()[0].closest?.("svg g[data-key]");
    if (row && !view.detail && here().details.some((each) => each.key === row.dataset.key)) go(view.at, row.dataset.key);
  };
  root.addEventListener("click", rows);
  let sizing = 0;
  const resized = () => {
    on.sized();
    fits.clear();
    cancelAnimationFrame(sizing);
    sizing = requestAnimationFrame(() => render(false));
  };
  addEventListener("resize", resized);
  tick();
  render();
  root.focus();

  const deck = {
    id,
    speaks(how, said) {
      clearInterval(asking);
      below(false);
      Object.assign(data, { may_write: said.may_write, entries: said.entries });
      if (said.answer?.live && live?.asked && said.answer.live.item === live.item && said.answer.live.academy === live.academy) {
        live = { ...live, html: said.answer.live.html, asked: false };
        render(false);
        say(plainly(either(live.html)).slice(0, 300));
      }
      writing.answered(said);
      wire.speaks(how, id, said.answer);
    },
    silent() {
      wire.silent();
      clearInterval(asking);
      asking = setInterval(() => below(wire.answers()), 5000);
    },
    close() {
      wire.close();
      unheard();
      clearInterval(clock);
      clearTimeout(typing);
      clearTimeout(idle);
      clearInterval(asking);
      removeEventListener("resize", resized);
      on.close();
    },
  };
  return deck;
}
