/** What `@jest/globals` is for a test file. Jest has put all of this on the global object by then. */
export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } = globalThis;
