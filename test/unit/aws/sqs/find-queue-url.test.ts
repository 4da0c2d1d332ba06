import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findQueueUrl } from '../../../../lib/aws/sqs/find-queue-url.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

/** As the AWS tools read them: where SQS listens, and as whom to call it. */
const VARIABLES = ['AWS_ENDPOINT_URL_SQS', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

let aws: TemporaryLocalAws;
const before = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
beforeAll(async () => {
  aws = await temporaryLocalAws();
  Object.assign(process.env, Object.fromEntries(VARIABLES.map((name) => [name, 'local'])));
  process.env.AWS_ENDPOINT_URL_SQS = aws.localAws.sqs;
});
afterAll(async () => {
  for (const name of VARIABLES) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  await aws.close();
});

test('finds the queue of a stage, and none where there is no stage', async () => {
  expect(await findQueueUrl('local', aws.config.region)).toMatch(/\/unbind-local-wake-ups$/);
  expect(await findQueueUrl('missing', aws.config.region)).toBeNull();
});
