import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DynamoRunHistory } from '../../../../lib/aws/dynamodb/dynamo-run-history.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
let history: DynamoRunHistory;
let portal: string;
beforeAll(async () => {
  aws = await temporaryLocalAws();
  history = new DynamoRunHistory(aws.clients.dynamo, aws.config.tables.outcomes);
});
afterAll(() => aws.close());
beforeEach(() => {
  portal = freshPortal();
});

test('a run has one record, which is made from the one before', async () => {
  await history.note(portal, 'a', (before) => ({ id: 'a', since: before?.since ?? 1, end: null }));
  await history.note(portal, 'a', (before) => ({ id: 'a', since: before?.since ?? 2, end: null }));

  expect(await history.read(portal)).toEqual([{ id: 'a', since: 1, end: null }]);
});

test('the newest fifty are kept, the newest first', async () => {
  for (let since = 1; since <= 52; since += 1) {
    await history.note(portal, `r${since}`, () => ({ id: `r${since}`, since, end: null }));
  }

  const kept = (await history.read(portal)).map(({ since }) => since);
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([50, 52, 3]);
});
