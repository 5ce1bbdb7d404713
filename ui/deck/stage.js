// What the slides stand on: a layer of its own above the app, as large as the window, with a measure of its own.
// On a stage one unit is a 1920th of the width; a window held upright, or a small one, is a page to be scrolled.
const UPRIGHT = 0.62;

export function stage(css) {
  const host = document.createElement("div");
  host.id = "deck";
  host.lang = "en-GB";
  const shadow = host.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = css;
  const root = document.createElement("div");
  root.className = "deck";
  root.tabIndex = -1;
  shadow.append(style, root);

  const below = () => [...document.body.children].filter((each) => each !== host && !/^(SCRIPT|STYLE)$/.test(each.tagName));
  const still = () => {
    for (const each of below()) {
      if (each.inert) continue;
      each.inert = true;
      each.dataset.deckInert = "";
      each.setAttribute("aria-hidden", "true");
    }
  };
  const watcher = new MutationObserver(still);
  // A dialogue of the app makes all around it inert; what stands above it says that it does, and takes it off again.
  host.dataset.reactAriaTopLayer = "true";
  const freed = () => {
    for (const name of ["inert", "aria-hidden"]) if (host.hasAttribute(name)) host.removeAttribute(name);
  };
  const guard = new MutationObserver(freed);

  // A dialogue of the app, hidden as it is, draws the focus to itself. It is not told where the focus goes here, and what
  // it has taken away comes back.
  let last = root;
  for (const kind of ["focusin", "focusout"]) host.addEventListener(kind, (event) => event.stopPropagation());
  root.addEventListener("focusin", (event) => (last = event.target));
  const refocus = () => {
    if (host.isConnected && document.activeElement !== host) (last.isConnected ? last : root).focus({ preventScroll: true });
  };
  root.addEventListener("focusout", (event) => {
    if (!event.relatedTarget) setTimeout(() => document.hasFocus() && refocus(), 0);
  });

  let wide = true;
  const sized = () => {
    const width = window.innerWidth;
    const height = window.innerHeight;
    const unit = Math.min(width / 1920, height / 1080);
    wide = width >= 900 && height >= 480 && width > height;
    root.dataset.as = wide ? "stage" : "page";
    root.style.setProperty("--u", `${wide ? Math.max(unit, UPRIGHT) : 0.7}px`);
  };
  sized();
  document.body.append(host);
  document.documentElement.classList.add("deck-on");
  watcher.observe(document.body, { childList: true });
  guard.observe(host, { attributes: true, attributeFilter: ["inert", "aria-hidden"] });
  still();

  return {
    host,
    root,
    refocus,
    sized,
    wide: () => wide,
    close() {
      watcher.disconnect();
      guard.disconnect();
      host.remove();
      document.documentElement.classList.remove("deck-on");
      for (const each of document.querySelectorAll("[data-deck-inert]")) {
        each.inert = false;
        each.removeAttribute("aria-hidden");
        delete each.dataset.deckInert;
      }
    },
  };
}

// Make what stands in a slide smaller, a step at a time, until it fits; what still does not can be scrolled, and says so.
const STEPS = 3;

export function fitted(slide, wide, known) {
  const over = (each) => each.scrollHeight > each.clientHeight + 2;
  const areas = [...slide.querySelectorAll("[data-fit]")];
  const steps = (to) => {
    for (let step = 1; step <= to; step += 1) slide.classList.add(`fit-${step}`);
  };
  let step = 0;
  if (wide && known !== undefined) steps((step = known));
  else if (wide) while (step < STEPS && (over(slide) || areas.some(over))) steps((step += 1));
  for (const each of [slide, ...areas]) {
    // What fits without a step needs no measuring again.
    const scrolls = wide && (known === undefined || known === STEPS) && over(each);
    each.classList.toggle("scrolls", scrolls);
    if (scrolls) each.tabIndex = 0;
    else each.removeAttribute("tabindex");
  }
  return step;
}
