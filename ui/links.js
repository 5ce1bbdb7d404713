// A plain click on one of the app's own links goes through the browser's history instead of loading the page anew:
// the app then sees the new address as if "back" or "forward" had been pressed. Anything else (new tab, another
// address, a link that is not ours) is left to the browser.
// A link of class "lead" is followed as soon as it is there: a mark of a chart was clicked, and this is where it leads.
// Who came by keyboard goes on from the new heading, not from the top of the page, once the link has been replaced.
// What scrolls sideways by itself can be scrolled by keyboard too: it becomes a stop, while it is wider than its frame.
if (!window.kpiLinks) {
  window.kpiLinks = true;
  const stops = () => {
    for (const each of document.querySelectorAll(".scroll")) {
      const wide = each.scrollWidth > each.clientWidth + 1;
      if (wide === each.hasAttribute("tabindex")) continue;
      if (!wide) {
        each.removeAttribute("tabindex");
        continue;
      }
      each.tabIndex = 0;
      if (!each.hasAttribute("role")) each.setAttribute("role", "region");
      if (!each.hasAttribute("aria-label")) each.setAttribute("aria-label", "Table, scrolls sideways");
    }
  };
  let waiting = 0;
  const soon = () => {
    if (waiting) return;
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      stops();
    });
  };
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  addEventListener("resize", soon);
  document.addEventListener("toggle", soon, true);
  soon();
  const keepReading = (link) => {
    let left = 60;
    const timer = setInterval(() => {
      const heading = document.querySelector("h1");
      const lost = !link.isConnected && document.activeElement === document.body;
      if (lost && heading) {
        heading.tabIndex = -1;
        heading.focus();
      }
      if (lost || !--left) clearInterval(timer);
    }, 100);
  };
  new MutationObserver(() => {
    const lead = document.querySelector("a.go.lead:not([data-followed])");
    if (!lead) return;
    lead.dataset.followed = "";
    lead.click();
  }).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest && event.target.closest("a.go");
    if (!link || link.target || new URL(link.href).origin !== location.origin) return;
    event.preventDefault();
    if (link.href === location.href) return;
    const elsewhere = new URL(link.href).pathname !== location.pathname;
    history.pushState({}, "", link.href);
    window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    if (!event.detail) keepReading(link);
    if (elsewhere) {
      const main = document.querySelector('[data-testid="stMain"]');
      if (main) main.scrollTo(0, 0);
    }
  });
}
