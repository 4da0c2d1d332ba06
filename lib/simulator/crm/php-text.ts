/** A value as PHP converts it to text: null and false are empty, true is 1, an array is the word `Array`. */
export function phpText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '';
  return value === null || value === undefined ? '' : 'Array';
}
