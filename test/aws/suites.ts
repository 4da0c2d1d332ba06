/** What `npm run test:aws` runs: the tests of the adapters, and suites of the whole product that lean on its stores. */
export const SUITES = ['test/unit/aws', 'test/integration/main-job'];
