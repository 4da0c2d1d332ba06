const ID = /^[1-9]\d{0,15}$/;

/**
 * The id of an activity, element or type: a positive decimal integer that a number holds exactly; otherwise null (D§5,
 * B§9).
 */
export function parseId(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !ID.test(text)) return null;

  const id = Number(text);
  return Number.isSafeInteger(id) ? id : null;
}
