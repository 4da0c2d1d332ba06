import { expect, test } from '@jest/globals';
import { isLasting } from '../../../lib/aws/is-lasting.ts';
import { JobTooLarge } from '../../../lib/jobs/job-too-large.ts';

const sdkError = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });

test.each([
  ['an item that is too large', new JobTooLarge(200_000), true],
  ['an item that is not valid', sdkError('ValidationException', { $fault: 'client' }), true],
  ['a missing right', sdkError('AccessDeniedException', { $fault: 'client' }), true],
  ['throttling', sdkError('ThrottlingException', { $fault: 'client' }), false],
  ['a fault of the service', sdkError('InternalServerError', { $fault: 'server' }), false],
  ['no answer', sdkError('TimeoutError'), false],
  ['a bug of ours', new TypeError('x is not a function'), false],
  ['nothing', undefined, false],
])('knows whether a store refuses a write for good: %s', (_, error, expected) => {
  expect(isLasting(error)).toBe(expected);
});
