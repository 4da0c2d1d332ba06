/** Errors of Node itself are told apart by a field; `instanceof` does not see them as errors inside a test's own realm. */
export const hasField = (error: unknown, name: string, value: unknown): boolean =>
  typeof error === 'object' && error !== null && Reflect.get(error, name) === value;
