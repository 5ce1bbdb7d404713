// Keys, buttons and swipes lead to the same doings. Keys are taken before anything else on the page hears of them:
// the app below has keys of its own.
const BY_KEY = {
  ArrowRight: "next",
  PageDown: "next",
  " ": "next",
  ArrowLeft: "previous",
  PageUp: "previous",
  ArrowDown: "down",
  Enter: "down",
  ArrowUp: "up",
  Home: "first",
  End: "last",
  t: "table",
  d: "define",
  h: "hide",
  b: "black",
  ".": "black",
  g: "agenda",
  n: "note",
  f: "full",
  c: "clock",
  l: "live",
  "?": "help",
  Escape: "close",
};
const TYPED = "input:not([type=radio]), textarea, select";
const PRESSED = "button, a, summary, input[type=radio]";
const SCROLLED = ["ArrowUp", "ArrowDown", "PageUp", "PageDown"];
const FAR = 48;

export function keys(root, act) {
  const inside = (event) => event.composedPath()[0];
  const heard = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.type === "keydown") act.astray();
    const target = root.getRootNode().activeElement;
    const writes = target instanceof Element && root.contains(target) && target.matches(TYPED);
    event.stopImmediatePropagation();
    if (event.type !== "keydown") return;
    if (writes && event.key !== "Escape") return;
    const presses = target instanceof Element && root.contains(target) && target.matches(PRESSED);
    if (presses && (event.key === " " || event.key === "Enter")) return;
    // What is too long for its place scrolls with the keys that scroll, while it has the focus.
    if (target instanceof Element && target.matches(".scrolls") && SCROLLED.includes(event.key)) return;
    if (event.key === "Tab") {
      act.tab(event);
      return;
    }
    if (/^[0-9]$/.test(event.key)) {
      event.preventDefault();
      act.digit(event.key);
      return;
    }
    const name = BY_KEY[event.key] || BY_KEY[event.key.toLowerCase()];
    if (!name) return;
    if (act.does(name, event)) event.preventDefault();
  };
  const kinds = ["keydown", "keyup", "keypress"];
  for (const kind of kinds) window.addEventListener(kind, heard, true);

  const pressed = (event) => {
    const button = inside(event).closest?.("[data-do]");
    if (!button) return;
    act.button(button, event);
    // Whoever presses with a mouse goes on with the keys of the deck, not with those of that button.
    if (event.detail && button.isConnected && !button.closest(".panel")) root.focus();
  };
  root.addEventListener("click", pressed);

  let from = null;
  const began = (event) => {
    const touch = event.touches.length === 1 ? event.touches[0] : null;
    const target = inside(event);
    const moves = target.closest?.("input, textarea, select, .panel, .wide");
    from = touch && !moves ? { x: touch.clientX, y: touch.clientY } : null;
  };
  const ended = (event) => {
    if (!from) return;
    const touch = event.changedTouches[0];
    const x = touch.clientX - from.x;
    const y = touch.clientY - from.y;
    from = null;
    if (Math.abs(x) > FAR && Math.abs(x) > 1.5 * Math.abs(y)) act.does(x < 0 ? "next" : "previous", event);
  };
  root.addEventListener("touchstart", began, { passive: true });
  root.addEventListener("touchend", ended, { passive: true });

  return () => {
    for (const kind of kinds) window.removeEventListener(kind, heard, true);
  };
}
