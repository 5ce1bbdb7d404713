// The way to the server and back. Every message names the last one, and everything that was not answered goes along
// again: a message that is lost, or that another overtakes, costs time and nothing else.
const WAIT = 4000;
const LOOK = 10000;
const SETTLES = 1500;

export function link(on) {
  let say = null;
  let have = "";
  let number = 0;
  let waiting = null;
  let reachable = true;
  let shown = true;
  let last = true;

  const app = () => document.querySelector("[data-test-connection-state]");
  const connected = () => {
    const found = app();
    return !found || found.getAttribute("data-test-connection-state") === "CONNECTED";
  };
  const online = () => shown && reachable && connected() && navigator.onLine !== false;
  const told = () => {
    const now = online();
    if (now === last) return;
    last = now;
    on.changed(now);
    // A server that is back runs the page first, and what was said before that would be lost.
    if (now) setTimeout(flush, SETTLES);
  };
  const watcher = new MutationObserver(told);
  watcher.observe(document.body, { attributes: true, subtree: true, attributeFilter: ["data-test-connection-state"] });

  const health = new URL("../../health", import.meta.url);
  const looked = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(health, { cache: "no-store", signal: AbortSignal.timeout(3000) });
      reachable = answer.ok;
    } catch {
      reachable = false;
    }
    told();
  };
  const looking = setInterval(looked, LOOK);
  const soon = () => {
    told();
    looked();
  };
  for (const name of ["online", "offline"]) addEventListener(name, soon);

  const flush = () => {
    if (!say || !online() || waiting) return;
    const message = on.message();
    if (!message) return;
    number += 1;
    waiting = { number, timer: setTimeout(late, WAIT) };
    say({ ...message, number, have });
  };
  const late = () => {
    waiting = null;
    on.late();
    looked().then(() => setTimeout(flush, 1000));
  };

  return {
    online,
    // The server answers, though the page that the deck stands on is not drawn.
    answers: () => reachable && connected() && navigator.onLine !== false,
    flush,
    // The component runs anew with each answer: from then on this is how to speak, and ``answer`` is what came.
    speaks(how, id, answer) {
      say = how;
      have = id;
      shown = true;
      reachable = true;
      // Without an answer the server has begun anew and knows nothing of what it was asked.
      if (waiting && (!answer || answer.number === waiting.number)) {
        clearTimeout(waiting.timer);
        waiting = null;
      }
      told();
      flush();
    },
    silent() {
      say = null;
      shown = false;
      if (waiting) clearTimeout(waiting.timer);
      waiting = null;
      told();
    },
    close() {
      watcher.disconnect();
      clearInterval(looking);
      if (waiting) clearTimeout(waiting.timer);
      for (const name of ["online", "offline"]) removeEventListener(name, soon);
    },
  };
}
