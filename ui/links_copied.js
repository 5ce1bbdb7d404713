// "Copy link": a plain click copies the link's address and says so. A click with another button or key, and every click
// where nothing can be copied, is left to the browser, which opens the link.
if (!window.kpiCopy) {
  window.kpiCopy = true;
  const byHand = (text) => {
    const field = document.createElement("textarea");
    field.value = text;
    field.style.position = "fixed";
    field.style.opacity = "0";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("not copied"));
  };
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest && event.target.closest("a.copy");
    if (!link) return;
    event.preventDefault();
    const address = link.href;
    const copied = navigator.clipboard ? navigator.clipboard.writeText(address).catch(() => byHand(address)) : byHand(address);
    copied.then(
      () => {
        const before = link.dataset.name || link.textContent;
        link.dataset.name = before;
        link.textContent = link.dataset.done;
        link.focus();
        const told = link.nextElementSibling;
        if (told && "copied" in told.dataset) told.textContent = link.dataset.done;
        setTimeout(() => {
          link.textContent = before;
          if (told && "copied" in told.dataset) told.textContent = "";
        }, 2500);
      },
      () => location.assign(address),
    );
  });
}
