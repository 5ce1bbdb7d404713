// A plain click on one of the app's own links goes through the browser's history instead of loading the page anew:
// the app then sees the new address as if "back" or "forward" had been pressed. Anything else (new tab, another
// address, a link that is not ours) is left to the browser.
// Who came by keyboard goes on from the new heading, not from the top of the page, once the link has been replaced.
if (!window.kpiLinks) {
  window.kpiLinks = true;
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
