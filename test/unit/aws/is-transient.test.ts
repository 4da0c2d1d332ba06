import { expect, test } from '@jest/globals';
import { isTransient } from '../../../lib/aws/is-transient.ts';

const sdkError = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });

test.each([
  ['throttling', sdkError('ThrottlingException'), true],
  ['a full partition', sdkError('ProvisionedThroughputExceededException'), true],
  ['a time-out', sdkError('TimeoutError'), true],
  ['a fault of the service', sdkError('InternalServerError', { $metadata: { httpStatusCode: 500 } }), true],
  ['a failed condition', sdkError('ConditionalCheckFailedException', { $metadata: { httpStatusCode: 400 } }), false],
  ['missing rights', sdkError('AccessDeniedException', { $metadata: { httpStatusCode: 400 } }), false],
  ['a bug of ours', new TypeError('x is not a function'), false],
  ['something that is not an error', 'ThrottlingException', false],
  ['nothing', undefined, false],
])('knows whether %s will be over after a while', (_, error, expected) => {
  expect(isTransient(error)).toBe(expected);
});
