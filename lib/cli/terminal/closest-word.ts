import { distance } from 'fastest-levenshtein';

/** So many letters may differ. */
const MOST = 2;

/** The word that was probably meant; null when none is close. */
export function closestWord(text: string, words: readonly string[]): string | null {
  const candidates = words.map((word) => ({ word, distance: distance(text.toLowerCase(), word.toLowerCase()) }));
  const [closest] = candidates.sort((one, other) => one.distance - other.distance);
  if (closest === undefined || closest.distance > Math.min(MOST, Math.floor(text.length / 2))) return null;
  return closest.word;
}
