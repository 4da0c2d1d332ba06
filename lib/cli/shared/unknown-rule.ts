import { nearestWord } from '../terminal/closest-word.ts';

/** Says that there is no rule of this name, and which one may be meant. */
export function unknownRule(name: string, known: readonly string[]): string {
  const meant = nearestWord(name, known);
  const question = meant === null ? '' : ` Did you mean ${meant}?`;
  return `There is no rule ${name}.${question} Known are: ${known.join(', ') || 'none'}`;
}
