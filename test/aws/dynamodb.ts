import { createHash, randomUUID } from 'node:crypto';
import type { Listening } from '../../lib/local/listen-on-loopback.ts';
import { forward } from '../support/aws/forward.ts';

/**
 * In the place of `lib/local/start-dynamodb.ts`: AWS's DynamoDB Local, which keeps the tables of every access key apart. The
 * same folder finds the same tables again for as long as that server runs.
 */
export function startDynamodb(folder: string = randomUUID()): Promise<Listening> {
  const { TEST_AWS_DYNAMODB = '' } = process.env;
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 20);
  return forward(TEST_AWS_DYNAMODB, {
    headersOf: ({ authorization = '', ...headers }) => ({
      ...headers,
      authorization: authorization.replace('Credential=local/', `Credential=${key}/`),
    }),
  });
}
