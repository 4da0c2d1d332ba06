/** So many letters may differ. */
const MOST = 2;

/** The word that somebody may have meant; null when none is near. */
export function nearestWord(text: string, words: readonly string[]): string | null {
  const far = words.map((word) => ({ word, distance: distance(text.toLowerCase(), word.toLowerCase()) }));
  const [nearest] = far.sort((one, other) => one.distance - other.distance);
  if (nearest === undefined || nearest.distance > Math.min(MOST, Math.floor(text.length / 2))) return null;
  return nearest.word;
}

/** How many letters have to be put in, taken out or replaced (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [at, another] of [...other].entries()) {
      const replaced = (row[at] ?? 0) + (letter === another ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
