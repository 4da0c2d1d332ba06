import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { powertoolsLog } from '../../../../lib/aws/lambda/powertools-log.ts';

let written: string[];
beforeEach(() => {
  written = [];
  const note = (line: unknown) => void written.push(String(line));
  for (const level of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation(note);
  process.env.POWERTOOLS_DEV = 'true'; // both write through the console that is watched here
  process.env.POWERTOOLS_METRICS_DISABLED = 'false';
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.POWERTOOLS_DEV;
  delete process.env.POWERTOOLS_METRICS_DISABLED;
});

test('a line has its event, its fields and the stage', () => {
  powertoolsLog('qa').warn('rate_limited', { portal: 'acme' });

  expect(JSON.parse(written.join(''))).toMatchObject({
    level: 'WARN',
    message: 'rate_limited',
    portal: 'acme',
    stage: 'qa',
    service: 'unbind',
  });
});

test.each([
  ['with alarm: true', { alarm: true }, true],
  ['with alarm: false', { alarm: false }, false],
  ['without an alarm', {}, false],
])('an error %s adds to the metric or not', (_, fields, isCounted) => {
  powertoolsLog('qa').error('job_lost', fields);

  expect(written.some((line) => line.includes('"Alarm":1'))).toBe(isCounted);
});
