// What is remembered in the browser: where a presenter stands (until the tab is closed), and what was typed and has not
// reached the server yet (until it has). A browser that keeps nothing is no reason to stop.
const get = (store, key, otherwise) => {
  try {
    const found = JSON.parse(store().getItem(key));
    return found === null || typeof found !== typeof otherwise ? otherwise : found;
  } catch {
    return otherwise;
  }
};
const set = (store, key, value) => {
  try {
    store().setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
};
const tab = () => window.sessionStorage;
const machine = () => window.localStorage;

export const place = {
  read: (id) => get(tab, `deck place ${id}`, {}),
  write: (id, value) => set(tab, `deck place ${id}`, value),
};

export const unsent = {
  read: (meeting, who) => get(machine, `deck unsent ${who} ${meeting}`, {}),
  write: (meeting, who, entries) => {
    const key = `deck unsent ${who} ${meeting}`;
    if (Object.keys(entries).length) return set(machine, key, entries);
    try {
      machine().removeItem(key);
    } catch {
      // Nothing was kept.
    }
    return true;
  },
};
