// Names of academies stand in no text of the deck: "⟦a1⟧" does, and is filled here with the name, or with the letter
// while names are hidden. What is hidden is then nowhere in the page.
const TOKEN = /⟦(\w+)⟧/g;

export const escaped = (text) =>
  String(text).replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c]);

export function namer(listed) {
  const byKey = new Map(listed.map((each) => [each.key, each]));
  // Longer names first, so that none is taken for the beginning of another.
  const longest = [...listed].sort((a, b) => b.name.length - a.name.length);
  const called = (key, hidden) => {
    const found = byKey.get(key);
    return found ? (hidden ? found.alias : found.name) : "";
  };
  return {
    // HTML with tokens, as HTML to be shown.
    fill: (html, hidden) => html.replace(TOKEN, (_, key) => escaped(called(key, hidden))),
    // Words that somebody typed, as text to be shown.
    veil: (text, hidden) => (hidden ? longest.reduce((said, each) => said.replaceAll(each.name, each.alias), text) : text),
  };
}
