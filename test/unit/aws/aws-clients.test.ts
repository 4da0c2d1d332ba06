import { expect, test } from '@jest/globals';
import { awsClients } from '../../../lib/aws/aws-clients.ts';

test('every client makes three attempts, and the local ones need no credentials', async () => {
  const localAws = { dynamodb: 'http://127.0.0.1:1', sqs: 'http://127.0.0.1:2', secretsManager: 'http://127.0.0.1:3' };
  const { dynamo, sqs, secrets } = awsClients({ region: 'eu-central-1', localAws });

  const attempts = await Promise.all([dynamo, sqs, secrets].map(({ config }) => config.maxAttempts()));

  expect(attempts).toEqual([3, 3, 3]);
  expect(await sqs.config.credentials()).toMatchObject({ accessKeyId: 'local' });
});
